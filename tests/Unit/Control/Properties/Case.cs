using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>What may go wrong in a story. Shrinking takes them away one by one.</summary>
[Flags]
internal enum Trouble
{
    None = 0,
    /// <summary>Readings are lost, one by one and for seconds.</summary>
    Drops = 1 << 0,
    /// <summary>NaN, infinity, values that cannot be.</summary>
    Nonsense = 1 << 1,
    /// <summary>Single readings far off, and plausible.</summary>
    Spikes = 1 << 2,
    /// <summary>Readings that are older than the one before, or from the future.</summary>
    Disorder = 1 << 3,
    /// <summary>A meter that repeats its last values as new ones.</summary>
    Freezes = 1 << 4,
    /// <summary>The EVSE reports faults, ends sessions, is unplugged.</summary>
    Faults = 1 << 5,
    /// <summary>Emergency stop, permit.</summary>
    Lines = 1 << 6,
    /// <summary>A person clears trips, rightly and wrongly.</summary>
    Requests = 1 << 7,
    /// <summary>Plans that make no sense.</summary>
    HostilePlans = 1 << 8,
    /// <summary>The EVSE ignores, exceeds or turns its command round.</summary>
    Disobeys = 1 << 9,
    /// <summary>The loop stalls for up to seconds.</summary>
    Stalls = 1 << 10,
    /// <summary>A second or so passes between steps.</summary>
    SlowTime = 1 << 11,
    /// <summary>The process starts again.</summary>
    Restarts = 1 << 12,
    /// <summary>The story begins with a process start.</summary>
    ColdStart = 1 << 13,
    /// <summary>The grid's voltage dips, swells and is gone.</summary>
    Outages = 1 << 14,
    /// <summary>A meter that lies all the time: reversed, on other legs, in another unit, or standing still.</summary>
    LyingMeter = 1 << 15,
    /// <summary>Every one.</summary>
    All = (1 << 16) - 1,
}

/// <summary>A story in four numbers: it can be told again on any machine.</summary>
/// <param name="Seed">Of the dice.</param>
/// <param name="Length">Steps.</param>
/// <param name="Troubles">What may go wrong.</param>
/// <param name="Site">Index of the home.</param>
internal readonly record struct Case(int Seed, int Length, Trouble Troubles, int Site)
{
    public bool Has(Trouble trouble) => (Troubles & trouble) != 0;
}

/// <summary>Runs a property over many stories, shrinks a failing one, prints the seed.</summary>
internal static class Property
{
    private const int UsualSequences = 10_000;
    private const int MeanLength = 100;
    private const ulong UsualSeed = 1;

    /// <summary>The claim throws when it does not hold.</summary>
    public static void Holds(ITestOutputHelper output, Trouble troubles, Action<Case> claim)
    {
        // The same sequences unless asked otherwise: then a red run is a change in the code and no luck of the draw.
        var seed = Environment.GetEnvironmentVariable("CHARGESCAPE_PROPERTY_SEED") switch
        {
            null or "" => UsualSeed,
            "random" => (ulong)Random.Shared.NextInt64(),
            var text => ulong.Parse(text),
        };
        var sequences = Environment.GetEnvironmentVariable("CHARGESCAPE_PROPERTY_SEQUENCES") is { Length: > 0 } asked
            ? int.Parse(asked) : UsualSequences;
        output.WriteLine($"{sequences} sequences, CHARGESCAPE_PROPERTY_SEED={seed}");
        var replay = new Replay(new Rnd(seed, 0x9E3779B97F4A7C15), FSharpOption<int>.None);
        var config = Config.QuickThrowOnFailure.WithMaxTest(sequences).WithReplay(FSharpOption<Replay>.Some(replay));

        Prop.ForAll(Stories(troubles), claim).Check(config);
    }

    private static Arbitrary<Case> Stories(Trouble allowed)
    {
        var cases =
            from seed in Gen.Choose(0, int.MaxValue - 1)
            from length in Gen.Choose(1, 2 * MeanLength - 1)
            from troubles in Gen.Choose(0, (int)Trouble.All)
            from more in Gen.Choose(0, (int)Trouble.All)
            from site in Gen.Choose(0, Homes.All.Length - 1)
            // Each trouble in every fourth story, so that most have some and none has all.
            select new Case(seed, length, (Trouble)(troubles & more) & allowed, site);
        return Arb.From(cases, Smaller);
    }

    private static IEnumerable<Case> Smaller(Case story)
    {
        for (var less = story.Length / 2; less >= 1; less /= 2)
            yield return story with { Length = story.Length - less };
        foreach (var trouble in Enum.GetValues<Trouble>())
            if (trouble is not (Trouble.None or Trouble.All) && story.Has(trouble))
                yield return story with { Troubles = story.Troubles & ~trouble };
    }
}
