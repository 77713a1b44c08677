namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>The line protocol of README.md: lines of words, each line ended by a line feed.</summary>
internal sealed class GpioText
{
    /// <summary>Longest line, end included: a verb, a name, a level and the blanks between.</summary>
    public const int LongestLine = 64;

    private readonly byte[] begun = new byte[LongestLine];
    private int length;

    /// <summary>The other side sent a line longer than any of the protocol; the stream is of no more use.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// Removes bytes up to the next end of a line from <paramref name="bytes"/>; true with the line, without its end,
    /// when it is complete. The beginning of a line is kept for the next call.
    /// </summary>
    public bool TryTake(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        var end = bytes.IndexOf((byte)'\n');
        var piece = end < 0 ? bytes : bytes[..end];
        bytes = end < 0 ? default : bytes[(end + 1)..];
        line = default;
        IsBroken |= length + piece.Length > LongestLine;
        if (IsBroken) return false;
        piece.CopyTo(begun.AsSpan(length));
        length += piece.Length;
        if (end < 0) return false;
        line = begun.AsSpan(0, length);
        length = 0;
        return true;
    }

    /// <summary>The stream starts anew.</summary>
    public void Clear() => (length, IsBroken) = (0, false);

    /// <summary>Removes the first word of a line and the blank after it; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Word(ref ReadOnlySpan<byte> line)
    {
        var blank = line.IndexOf((byte)' ');
        var word = blank < 0 ? line : line[..blank];
        line = blank < 0 ? default : line[(blank + 1)..];
        return word;
    }

    /// <summary>
    /// Writes "verb name level" with its end, without the level when it is 0; returns the number of bytes.
    /// </summary>
    public static int Write(ReadOnlySpan<byte> verb, string name, byte level, Span<byte> into)
    {
        verb.CopyTo(into);
        var at = verb.Length;
        into[at++] = (byte)' ';
        foreach (var c in name) into[at++] = (byte)c;
        if (level != 0)
        {
            into[at++] = (byte)' ';
            into[at++] = level;
        }
        into[at++] = (byte)'\n';
        return at;
    }

    /// <summary>A level as it stands on the wire.</summary>
    public static byte Letter(bool? level) => (byte)(level is null ? '?' : level.Value ? '1' : '0');

    /// <summary>Reads a level; false when it is none.</summary>
    public static bool TryLevel(ReadOnlySpan<byte> word, out bool? level)
    {
        level = word is [(byte)'0'] ? false : word is [(byte)'1'] ? true : null;
        return level is not null || word is [(byte)'?'];
    }
}
