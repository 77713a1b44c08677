namespace ChargeScape.Edge.Hal.Can;

/// <summary>What a line of the Lawicel protocol says.</summary>
internal enum SlcanKind : byte
{
    /// <summary>
    /// Not of the protocol: unknown letter, wrong length, bad digit, identifier or length out of range.
    /// </summary>
    Bad,
    /// <summary>A data frame (<c>t</c>, <c>T</c>).</summary>
    Frame,
    /// <summary>A remote request (<c>r</c>, <c>R</c>): identifier and length, no bytes.</summary>
    Remote,
    /// <summary>An adapter's answer to a command.</summary>
    Answer,
    /// <summary>Its answer to the question for its version (<c>V</c>).</summary>
    Version,
}

/// <summary>
/// The lines of the Lawicel ASCII protocol ("slcan"), without their end. Source: LAWICEL CANUSB manual, appendix A.
/// <code> tiiildd…  data, 11 bit    Tiiiiiiiildd…  data, 29 bit    riiil, Riiiiiiiil  remote </code>
/// Time stamps (command <c>Z1</c>) are not spoken: a line with one has a wrong length.
/// </summary>
internal static class SlcanText
{
    /// <summary>Longest line, end included: <c>T</c>, 8 digits, length, 16 digits, return.</summary>
    public const int LongestLine = 27;

    public const byte Return = (byte)'\r';

    public const byte Bell = 7;

    /// <summary>Lawicel's commands for its standard bit rates, by index.</summary>
    private static ReadOnlySpan<int> BitRates =>
        [10_000, 20_000, 50_000, 100_000, 125_000, 250_000, 500_000, 800_000, 1_000_000];

    /// <summary>Digit of the command <c>S</c> for a bit rate; −1 when there is none.</summary>
    public static int SpeedDigit(int bitsPerSecond) => BitRates.IndexOf(bitsPerSecond);

    public static ArgumentOutOfRangeException NoSuchSpeed(int bitsPerSecond) =>
        new(nameof(bitsPerSecond), bitsPerSecond, "slcan has no command for this bit rate");

    /// <summary>
    /// Reads a line. <paramref name="frame"/> carries the identifier and length of a remote request too.
    /// </summary>
    public static SlcanKind Read(ReadOnlySpan<byte> line, out CanFrame frame)
    {
        frame = default;
        if (line.IsEmpty) return SlcanKind.Answer;
        return line[0] switch
        {
            (byte)'t' => ReadFrame(line, idDigits: 3, isRemote: false, out frame),
            (byte)'T' => ReadFrame(line, idDigits: 8, isRemote: false, out frame),
            (byte)'r' => ReadFrame(line, idDigits: 3, isRemote: true, out frame),
            (byte)'R' => ReadFrame(line, idDigits: 8, isRemote: true, out frame),
            (byte)'z' or (byte)'Z' when line.Length == 1 => SlcanKind.Answer,
            // "V1013" by the manual; adapters of other makers put words there.
            (byte)'V' when line.Length > 1 => SlcanKind.Version,
            _ => SlcanKind.Bad,
        };
    }

    /// <summary>
    /// Writes a frame with its end; returns the number of bytes. <paramref name="into"/> holds a longest line.
    /// </summary>
    public static int Write(in CanFrame frame, bool isRemote, Span<byte> into)
    {
        var letter = isRemote ? 'r' : 't';
        into[0] = (byte)(frame.IsExtended ? char.ToUpperInvariant(letter) : letter);
        var at = 1;
        for (var shift = frame.IsExtended ? 28 : 8; shift >= 0; shift -= 4) into[at++] = Digit(frame.Id >> shift);
        into[at++] = Digit(frame.Length);
        for (var i = 0; i < frame.Length && !isRemote; i++)
        {
            into[at++] = Digit((uint)frame[i] >> 4);
            into[at++] = Digit(frame[i]);
        }
        into[at++] = Return;
        return at;
    }

    private static SlcanKind ReadFrame(ReadOnlySpan<byte> line, int idDigits, bool isRemote, out CanFrame frame)
    {
        frame = default;
        if (line.Length < 2 + idDigits) return SlcanKind.Bad;
        var isExtended = idDigits == 8;
        var length = line[1 + idDigits] - '0';
        if (!TryHex(line.Slice(1, idDigits), out var id)) return SlcanKind.Bad;
        if (id > (isExtended ? 0x1FFF_FFFF : 0x7FF) || length is < 0 or > 8) return SlcanKind.Bad;

        var digits = line[(2 + idDigits)..];
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        if (digits.Length != (isRemote ? 0 : 2 * length)) return SlcanKind.Bad;
        for (var i = 0; 2 * i < digits.Length; i++)
        {
            if (!TryHex(digits.Slice(2 * i, 2), out var value)) return SlcanKind.Bad;
            bytes[i] = (byte)value;
        }
        frame = new CanFrame((uint)id, bytes[..length], isExtended);
        return isRemote ? SlcanKind.Remote : SlcanKind.Frame;
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            var nibble = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                _ => -1,
            };
            if (nibble < 0) return false;
            value = value << 4 | (uint)nibble;
        }
        return true;
    }

    private static byte Digit(uint nibble) => "0123456789ABCDEF"u8[(int)(nibble & 15)];
}
