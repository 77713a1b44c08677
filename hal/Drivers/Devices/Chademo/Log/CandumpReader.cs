using System.Globalization;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>What a line of a log is.</summary>
public enum CandumpLine : byte
{
    /// <summary>End of the log.</summary>
    End,
    /// <summary>A classic data frame.</summary>
    Frame,
    /// <summary>Nothing of interest: blank, comment, CAN FD, remote or error frame.</summary>
    Skipped,
    /// <summary>Not a line of such a log; <see cref="CandumpReader.Error"/> says why.</summary>
    Bad,
}

/// <summary>
/// Reads <c>candump -L</c> text, <c>(seconds.micros) interface ID#DATA</c>, from an untrusted source: lines are
/// bounded, nothing throws, every fault has its line number.
/// </summary>
public sealed class CandumpReader(TextReader text)
{
    private const int LongestLine = 256;
    private const double LatestSecond = 1e10;
    private readonly char[] line = new char[LongestLine];

    /// <summary>Number of the line read last, from 1.</summary>
    public int LineNumber { get; private set; }
    /// <summary>What is wrong with the line read last.</summary>
    public string Error { get; private set; } = "";
    /// <summary>Frame read last.</summary>
    public CanFrame Frame { get; private set; }
    /// <summary>Time stamp of the frame read last, as in the log.</summary>
    public TimeSpan At { get; private set; }

    /// <summary>Reads the next line.</summary>
    public CandumpLine Next()
    {
        var length = TakeLine();
        if (length < 0) return CandumpLine.End;
        LineNumber++;
        if (length > LongestLine) return Wrong($"longer than {LongestLine} characters");
        ReadOnlySpan<char> rest = line.AsSpan(0, length).Trim();
        if (rest.IsEmpty || rest[0] == '#') return CandumpLine.Skipped;

        var time = Word(ref rest);
        if (!TryTime(time, out var at)) return Wrong("no time stamp like (12.345678)");
        if (Word(ref rest).IsEmpty) return Wrong("no interface name");
        var frame = Word(ref rest);
        var hash = frame.IndexOf('#');
        if (hash < 0) return Wrong("no frame like 102#0011223344556677");
        if (at < At) return Wrong("time goes back");
        At = at;
        return Decode(frame[..hash], frame[(hash + 1)..]);
    }

    private CandumpLine Decode(ReadOnlySpan<char> id, ReadOnlySpan<char> bytes)
    {
        if (id.Length is not (3 or 8)) return Wrong("an identifier has 3 or 8 hexadecimal digits");
        if (!uint.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var raw))
            return Wrong("the identifier is not hexadecimal");
        // FD (a second hash), remote (R) and error frames (identifier above 29 bits) carry nothing of CHAdeMO.
        if (bytes is ['#' or 'R', ..] || raw > 0x1FFF_FFFF) return CandumpLine.Skipped;
        if (id.Length == 3 && raw > 0x7FF) return Wrong("an 11-bit identifier is at most 7FF");
        if (bytes.Length is > 16 || bytes.Length % 2 != 0) return Wrong("data are 0 to 8 bytes of two digits");

        Span<byte> data = stackalloc byte[8];
        for (var i = 0; i < bytes.Length / 2; i++)
        {
            var pair = bytes.Slice(2 * i, 2);
            if (!byte.TryParse(pair, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out data[i]))
                return Wrong("data are not hexadecimal");
        }
        Frame = new CanFrame(raw, data[..(bytes.Length / 2)], id.Length == 8);
        return CandumpLine.Frame;
    }

    private CandumpLine Wrong(string why)
    {
        Error = why;
        return CandumpLine.Bad;
    }

    /// <summary>Characters of the next line, more than fit when it is too long, −1 at the end.</summary>
    private int TakeLine()
    {
        var length = 0;
        for (int next; (next = text.Read()) >= 0;)
        {
            if (next == '\n') return length;
            if (length < LongestLine) line[length] = (char)next;
            if (length <= LongestLine) length++;
        }
        return length > 0 ? length : -1;
    }

    private static bool TryTime(ReadOnlySpan<char> text, out TimeSpan at)
    {
        at = default;
        if (text is not ['(', .. var inner, ')'] || inner.Length > 24) return false;
        const NumberStyles plain = NumberStyles.AllowDecimalPoint;
        if (!double.TryParse(inner, plain, CultureInfo.InvariantCulture, out var seconds)) return false;
        if (!(seconds <= LatestSecond)) return false;
        at = TimeSpan.FromMicroseconds(Math.Round(seconds * 1e6));
        return true;
    }

    private static ReadOnlySpan<char> Word(ref ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart();
        var end = rest.IndexOfAny(' ', '\t');
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        return word;
    }
}
