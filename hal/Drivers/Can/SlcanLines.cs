namespace ChargeScape.Edge.Hal.Can;

/// <summary>How a piece of the stream ended.</summary>
internal enum SlcanEnd : byte
{
    /// <summary>All bytes are taken and the line is not complete.</summary>
    Open,
    /// <summary>A carriage return: the line is complete.</summary>
    Return,
    /// <summary>A bell: the adapter refused something. What stood before it belongs to no line.</summary>
    Bell,
    /// <summary>The end of a line longer than any of the protocol; its content is gone.</summary>
    TooLong,
}

/// <summary>
/// Cuts a stream into lines; keeps the beginning of one between calls, and never more than one longest line.
/// </summary>
internal sealed class SlcanLines
{
    private readonly byte[] line = new byte[SlcanText.LongestLine];
    private int length;
    private bool isTooLong;
    private bool isComplete;

    /// <summary>The line that <see cref="Take"/> completed, without its end; valid until the next call.</summary>
    public ReadOnlySpan<byte> Line => line.AsSpan(0, length);

    /// <summary>Takes bytes up to the next end of a line and removes them from <paramref name="bytes"/>.</summary>
    public SlcanEnd Take(ref ReadOnlySpan<byte> bytes)
    {
        if (isComplete) Clear();
        var end = bytes.IndexOfAny(SlcanText.Return, SlcanText.Bell);
        Keep(end < 0 ? bytes : bytes[..end]);
        if (end < 0)
        {
            bytes = default;
            return SlcanEnd.Open;
        }
        var isBell = bytes[end] == SlcanText.Bell;
        bytes = bytes[(end + 1)..];
        isComplete = true;
        return isTooLong ? SlcanEnd.TooLong : isBell ? SlcanEnd.Bell : SlcanEnd.Return;
    }

    /// <summary>Forgets the beginning of a line: the stream starts anew.</summary>
    public void Clear() => (length, isTooLong, isComplete) = (0, false, false);

    private void Keep(ReadOnlySpan<byte> piece)
    {
        isTooLong |= length + piece.Length > line.Length;
        if (isTooLong) return;
        piece.CopyTo(line.AsSpan(length));
        length += piece.Length;
    }
}
