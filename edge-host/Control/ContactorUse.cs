using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// How often the car's contactor has closed lately: each closure wears it, and a coil that chatters welds it.
/// </summary>
public record struct ContactorUse
{
    /// <summary>Most closures that are started in <see cref="Span"/>.</summary>
    public const int MostInSpan = 6;
    /// <summary>See <see cref="MostInSpan"/>.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromHours(1);

    // Ticks since a time before every closure; 0 = none. The newest first.
    private const long Origin = 1L << 61;
    private Times closures;

    /// <summary>It was closed when it was last heard of.</summary>
    internal bool IsClosed { get; private set; }
    /// <summary>Counts changes of what is kept across a restart.</summary>
    internal uint Revision { get; private set; }

    /// <summary>How many closures there were within a time, <see cref="MostInSpan"/> at most.</summary>
    public readonly int Within(TimeSpan time, TimeSpan now)
    {
        var count = 0;
        foreach (var closure in (ReadOnlySpan<long>)closures)
            if (closure != 0 && now.Ticks + Origin - closure < time.Ticks) count++;
        return count;
    }

    /// <summary>When the next closure may be started.</summary>
    public readonly TimeSpan MayCloseAt =>
        closures[MostInSpan - 1] is var oldest and not 0
            ? new TimeSpan(oldest - Origin) + Span
            : TimeSpan.MinValue;

    /// <summary>Notes what is heard of it. Closed for want of knowledge, outside a session, is no closure.</summary>
    internal void See(in EvseReading evse, TimeSpan now)
    {
        if (!evse.IsContactorClosed) IsClosed = false;
        if (IsClosed || evse is not { IsContactorClosed: true, Session: EvseSession.Starting or EvseSession.Energised })
            return;
        IsClosed = true;
        for (var i = MostInSpan - 1; i > 0; i--) closures[i] = closures[i - 1];
        closures[0] = now.Ticks + Origin;
        Revision++;
    }

    /// <summary>What is kept across a restart.</summary>
    internal readonly KeptUse Kept()
    {
        var kept = default(KeptUse);
        for (var i = 0; i < MostInSpan; i++) kept.Closures[i] = closures[i];
        return kept;
    }

    /// <summary>Takes up what was kept.</summary>
    internal void Restore(in KeptUse kept, TimeSpan shift)
    {
        for (var i = 0; i < MostInSpan; i++)
            closures[i] = kept.Closures[i] == 0 ? 0 : KeptState.Shifted(kept.Closures[i] - Origin, shift) + Origin;
    }

    /// <summary>Six times.</summary>
    [InlineArray(MostInSpan)]
    internal struct Times : IEquatable<Times>
    {
        private long first;

        public readonly bool Equals(Times other) => ((ReadOnlySpan<long>)this).SequenceEqual(other);
        public override readonly bool Equals(object? obj) => obj is Times other && Equals(other);
        public override readonly int GetHashCode() => first.GetHashCode();
    }
}

/// <summary>What is kept of <see cref="ContactorUse"/>.</summary>
public struct KeptUse
{
    internal ContactorUse.Times Closures;
}
