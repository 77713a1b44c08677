using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ChargeScape.Edge.Hal.Trace;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Trace;

/// <summary>A bus of a trace as its header names it.</summary>
internal sealed record TraceBus(string Name, BusLink Link, string Host, int Port);

/// <summary>A line of a trace.</summary>
/// <param name="Bus">Index of the bus in the header.</param>
/// <param name="At">Monotonic time of the host.</param>
/// <param name="Kind">What happened; meaningless when <paramref name="Drops"/> is set.</param>
/// <param name="Bytes">As in <see cref="TraceRecord.Bytes"/>.</param>
/// <param name="Drops">Records lost on this bus so far; null when this is a record.</param>
internal readonly record struct TraceLine(int Bus, TimeSpan At, TraceKind Kind, byte[] Bytes, long? Drops);

/// <summary>
/// The text between the host and whoever listens, ASCII lines:
/// <code>
/// trace 1 UNIX_US MONO_US        both clocks at one moment
/// bus NAME LINK HOST PORT        one per bus, counted from 0; "-" for none
/// f BUS MONO_US KIND HEX         KIND: s sent, r received, c connected, x closed
/// d BUS COUNT                    records lost so far
/// error: WHY
/// </code>
/// </summary>
internal static class TraceText
{
    /// <summary>Longest line that <see cref="Put"/> writes.</summary>
    public const int LongestLine = 2 * TraceRecord.Capacity + 64;

    private static readonly char[] kinds = ['s', 'r', 'c', 'x'];

    /// <summary>What comes first.</summary>
    public static byte[] Header(IReadOnlyList<TappedBus> buses, DateTimeOffset now, TimeSpan mono)
    {
        var text = new StringBuilder();
        var unix = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        text.Append(CultureInfo.InvariantCulture, $"trace 1 {unix} {mono.Ticks / TimeSpan.TicksPerMicrosecond}\n");
        foreach (var (bus, _) in buses)
            text.Append($"bus {bus.Name} {bus.Link} {(bus.Host.Length > 0 ? bus.Host : "-")} {bus.Port}\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Writes a record's line; returns its length. Allocates nothing.</summary>
    public static int Put(Span<byte> into, int bus, in TraceRecord record)
    {
        var at = PutStart(into, (byte)'f', bus);
        Utf8Formatter.TryFormat(record.At.Ticks / TimeSpan.TicksPerMicrosecond, into[at..], out var digits);
        at += digits;
        into[at++] = (byte)' ';
        into[at++] = (byte)kinds[(int)record.Kind];
        into[at++] = (byte)' ';
        ReadOnlySpan<byte> bytes = record.Bytes;
        foreach (var value in bytes[..record.Length])
        {
            into[at++] = HexDigit(value >> 4);
            into[at++] = HexDigit(value & 15);
        }
        into[at++] = (byte)'\n';
        return at;
    }

    /// <summary>Writes a count of lost records; returns its length. Allocates nothing.</summary>
    public static int PutDrops(Span<byte> into, int bus, long drops)
    {
        var at = PutStart(into, (byte)'d', bus);
        Utf8Formatter.TryFormat(drops, into[at..], out var digits);
        at += digits;
        into[at++] = (byte)'\n';
        return at;
    }

    /// <summary>Reads the header's line of a bus; null when it is none.</summary>
    public static TraceBus? Bus(string line) =>
        line.Split(' ') is ["bus", var name, var link, var host, var port]
        && Enum.TryParse<BusLink>(link, out var kind) && int.TryParse(port, out var number)
            ? new(name, kind, host, number)
            : null;

    /// <summary>Reads a record or a count; null when the line is neither.</summary>
    public static TraceLine? Line(string line)
    {
        switch (line.Split(' '))
        {
            case ["d", var bus, var drops] when int.TryParse(bus, out var of) && long.TryParse(drops, out var count):
                return new(of, default, default, [], count);
            case ["f", var bus, var at, [var letter], var hex]
                when int.TryParse(bus, out var of) && long.TryParse(at, out var us)
                    && Array.IndexOf(kinds, letter) is >= 0 and var kind && hex.Length % 2 == 0
                    && hex.All(char.IsAsciiHexDigit):
                return new(
                    of, new(us * TimeSpan.TicksPerMicrosecond), (TraceKind)kind, Convert.FromHexString(hex), null);
            default:
                return null;
        }
    }

    private static int PutStart(Span<byte> into, byte letter, int bus)
    {
        into[0] = letter;
        into[1] = (byte)' ';
        Utf8Formatter.TryFormat(bus, into[2..], out var digits);
        into[2 + digits] = (byte)' ';
        return 3 + digits;
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
