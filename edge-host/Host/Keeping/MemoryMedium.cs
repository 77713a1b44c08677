namespace ChargeScape.Edge.Host.Keeping;

/// <summary>A medium in memory that loses nothing: the simulator's disk.</summary>
public sealed class MemoryMedium : IKeepMedium
{
    private byte[]? content;

    /// <summary>It takes nothing any more: full or read-only.</summary>
    public bool IsFull { get; set; }

    /// <summary>What is on it, to be spoiled; null while nothing is.</summary>
    public Span<byte> Content => content;

    /// <inheritdoc/>
    public KeepRead Read(Span<byte> into, out int length)
    {
        length = Math.Min(content?.Length ?? 0, into.Length);
        if (content is null) return KeepRead.Missing;
        content.AsSpan(0, length).CopyTo(into);
        return KeepRead.Found;
    }

    /// <inheritdoc/>
    public bool TryCreate(ReadOnlySpan<byte> whole)
    {
        if (!IsFull) content = whole.ToArray();
        return !IsFull;
    }

    /// <inheritdoc/>
    public bool TryWrite(int offset, ReadOnlySpan<byte> bytes)
    {
        if (IsFull || content is null || offset + bytes.Length > content.Length) return false;
        bytes.CopyTo(content.AsSpan(offset));
        return true;
    }
}
