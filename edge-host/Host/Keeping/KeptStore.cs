using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Keeping;

/// <summary>Whose state it is.</summary>
/// <param name="Site">The site's id: another site's latches say nothing about this one.</param>
/// <param name="Software">Name and version.</param>
/// <param name="Boot">The machine's start, while which monotonic time goes on; default when that is not known.</param>
public sealed record KeptBy(string Site, string Software, Guid Boot);

/// <summary>
/// What the control side keeps, on a medium, twice: each commit writes one copy until a power cut cannot take it, then
/// the other, so that one is whole at any moment. One thread at a time, and never the loop's.
/// <para>
/// A trip acts at once and is stored a moment later: waiting for a disk before stopping would be the greater danger,
/// and a cut within that moment is a crash in any case. A clear acts at once too, and whoever cleared is told so only
/// when it is stored: a cut in between brings the latch back, which is the safe side.
/// </para>
/// </summary>
public sealed class KeptStore(IKeepMedium medium, KeptBy by)
{
    private readonly byte[] copy = new byte[KeptRecord.Size];
    private KeptRecord newest = new()
    {
        Site = KeptRecord.Fold(by.Site), Software = KeptRecord.Fold(by.Software), Boot = by.Boot,
    };
    private bool exists;
    // The copy that may be lost: written first.
    private int older;

    /// <summary>What the start found; for the log.</summary>
    public Beginning Began { get; private set; }

    /// <summary>How the last commit went.</summary>
    public StoreReport Report { get; private set; }

    /// <summary>Reads what is there, marks that the process runs, and says where the control side begins.</summary>
    public ControlState Begin(TimeSpan now)
    {
        Began = Read(out var found);
        var isSameClock = found.Boot == newest.Boot && newest.Boot != default && found.State.At <= now.Ticks;
        var shift = isSameClock ? TimeSpan.Zero : now - new TimeSpan(KeptState.Bounded(found.State.At));
        var state = ControlState.Begin(Began, found.Software != newest.Software, found.State, shift, now);
        newest.Runs = true;
        KeptState.Take(state, out var kept);
        Commit(kept);
        return state;
    }

    /// <summary>Stores it; the report says whether a power cut can still take it.</summary>
    public StoreReport Commit(in KeptState kept)
    {
        newest.State = kept;
        newest.Sequence++;
        newest.Write(copy);
        var isStored = exists ? IsWritten() : IsMade();
        return Report = isStored ? new(kept.Revision, false) : Report with { IsFailing = true };
    }

    /// <summary>The ordered end: the last commit, with the mark that it was one.</summary>
    public StoreReport End(in KeptState kept)
    {
        newest.Runs = false;
        return Commit(kept);
    }

    private Beginning Read(out KeptRecord found)
    {
        found = default;
        Span<byte> whole = stackalloc byte[2 * KeptRecord.Size];
        var read = medium.Read(whole, out var length);
        if (read == KeepRead.Missing) return Beginning.First;
        if (read == KeepRead.Failed) return Beginning.StateLost;
        exists = length == whole.Length;
        var isFirstGood = KeptRecord.TryRead(whole[..Math.Min(length, KeptRecord.Size)], out var first);
        var isSecondGood = KeptRecord.TryRead(whole[Math.Min(length, KeptRecord.Size)..length], out var second);
        if (!isFirstGood && !isSecondGood) return Beginning.StateLost;
        older = isFirstGood && (!isSecondGood || first.Sequence >= second.Sequence) ? 1 : 0;
        found = older == 1 ? first : second;
        newest.Sequence = found.Sequence;
        if (found.Site != newest.Site) return Beginning.StateLost;
        return found.Runs ? Beginning.Crash : Beginning.Ordered;
    }

    private bool IsWritten()
    {
        var first = older;
        if (!medium.TryWrite(first * KeptRecord.Size, copy)) return false;
        older = 1 - first;
        if (!medium.TryWrite(older * KeptRecord.Size, copy)) return false;
        return true;
    }

    private bool IsMade()
    {
        Span<byte> whole = stackalloc byte[2 * KeptRecord.Size];
        copy.CopyTo(whole);
        copy.CopyTo(whole[KeptRecord.Size..]);
        return exists = medium.TryCreate(whole);
    }
}
