using System.Text;
using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>
/// The session's machine, enumerated: every mode with every combination of facts. What it may never do is said here
/// a second time, and the diagram in Control's README is drawn from what it does.
/// </summary>
public sealed class ModeMachineTests
{
    private const string Begin = "<!-- drawn by ModeMachineTests -->", End = "<!-- end of the drawing -->";

    private static readonly string[] Names =
    [
        nameof(Facts.IsTripped), nameof(Facts.IsUnplugged), nameof(Facts.IsPlugged), nameof(Facts.IsEnergised),
        nameof(Facts.IsOpen), nameof(Facts.MayStart), nameof(Facts.MayOpen), nameof(Facts.IsSilent),
        nameof(Facts.IsOverdue), nameof(Facts.MayIsland),
    ];

    private static readonly (ModeKind From, int Bits, Facts Now, ModeKind To)[] All =
    [
        .. from mode in Enum.GetValues<ModeKind>()
           from bits in Enumerable.Range(0, 1 << Names.Length)
           let facts = Of(bits)
           select (mode, bits, facts, mode.Next(facts)),
    ];

    [Fact]
    public void Every_mode_meets_every_combination_of_facts() => Assert.Equal(7 * 1024, All.Length);

    [Fact]
    public void A_trip_ends_every_mode_in_the_same_step_and_nothing_else_enters_tripped() =>
        Assert.All(All, one => Assert.Equal(one.Now.IsTripped, one.To == ModeKind.Tripped));

    [Fact]
    public void Power_flows_only_after_a_whole_start()
    {
        Assert.All(All.Where(one => one.To == ModeKind.Transferring), one =>
            Assert.True(one.From is ModeKind.Transferring or ModeKind.Starting));
        Assert.All(All.Where(one => one is { To: ModeKind.Transferring, From: ModeKind.Starting }), one =>
            Assert.True(one.Now is { IsEnergised: true, MayOpen: false }));
        Assert.All(All.Where(one => one.To == ModeKind.Starting && one.From != ModeKind.Starting), one =>
            Assert.True(one.From == ModeKind.Ready && one.Now.MayStart));
    }

    [Fact]
    public void Clearing_a_trip_starts_nothing() =>
        Assert.All(All.Where(one => one is { From: ModeKind.Tripped, Now.IsTripped: false }), one =>
            Assert.True(one.To is ModeKind.Ready or ModeKind.Unplugged || one.Now.MayIsland));

    [Fact]
    public void An_island_begins_without_a_session_and_lasts_no_longer_than_it_may()
    {
        Assert.All(All.Where(one => one.To == ModeKind.Islanding), one =>
            Assert.True(one.Now is { MayIsland: true, IsTripped: false, IsUnplugged: false }));
        Assert.All(All.Where(one => one.To == ModeKind.Islanding), one =>
            Assert.True(one.From is ModeKind.Tripped or ModeKind.Ready or ModeKind.Islanding));
        Assert.All(All.Where(one => one is { From: ModeKind.Islanding } && one.To != ModeKind.Islanding), one =>
            Assert.True(one.To is ModeKind.Tripped or ModeKind.Unplugged or ModeKind.RampingDown));
    }

    [Fact]
    public void No_way_from_tripped_to_transferring_leaves_out_a_mode()
    {
        var reached = new Dictionary<ModeKind, int> { [ModeKind.Tripped] = 0 };
        for (var step = 1; step <= 6; step++)
            foreach (var (from, _, _, to) in All)
                if (reached.TryGetValue(from, out var at) && at == step - 1) reached.TryAdd(to, step);

        Assert.Equal(3, reached[ModeKind.Transferring]);
        Assert.Equal(7, reached.Count);
    }

    [Fact]
    public void Without_a_plug_there_is_no_session() =>
        Assert.All(All.Where(one => one.Now is { IsUnplugged: true, IsTripped: false }), one =>
            Assert.Equal(ModeKind.Unplugged, one.To));

    [Fact]
    public void The_diagram_in_the_readme_is_what_the_machine_does()
    {
        var file = RepositoryRoot.File("edge-host", "Control", "README.md");
        var text = File.ReadAllText(file);
        var (from, until) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        var drawn = text[..from] + Begin + "\n" + Drawing() + text[until..];
        if (Environment.GetEnvironmentVariable("CHARGESCAPE_WRITE_DOCS") == "1") File.WriteAllText(file, drawn);

        Assert.Equal(drawn, File.ReadAllText(file));
    }

    // Of each change the smallest sets of facts that make it; what must be absent is not drawn.
    private static string Drawing()
    {
        var text = new StringBuilder("```mermaid\nstateDiagram-v2\n");
        foreach (var change in All.Where(one => one.From != one.To).GroupBy(one => (one.From, one.To)))
        {
            var sets = change.Select(one => one.Bits).ToList();
            var least = sets.Where(bits => !sets.Any(other => other != bits && (other & bits) == other)).Select(InWords);
            text.Append($"    {change.Key.From} --> {change.Key.To}: {string.Join(" or ", least)}\n");
        }
        return text.Append("```\n").ToString();
    }

    private static string InWords(int bits) => bits == 0
        ? "always"
        : string.Join(" and ", Names.Where((_, index) => (bits & 1 << index) != 0));

    private static Facts Of(int bits)
    {
        return new(Is(0), Is(1), Is(2), Is(3), Is(4), Is(5), Is(6), Is(7), Is(8), Is(9));

        bool Is(int index) => (bits & 1 << index) != 0;
    }
}
