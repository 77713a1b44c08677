using System.Buffers.Binary;
using System.Net;

namespace ChargeScape.Edge.Host.Bench.Capture;

/// <summary>A request and its answer as they were captured.</summary>
/// <param name="At">When the answer came, from the first packet of the recording.</param>
/// <param name="Took">From request to answer.</param>
/// <param name="Unit">Unit id.</param>
/// <param name="Request">Function and what follows it.</param>
/// <param name="Answer">Function, or function + 128, and what follows it.</param>
internal sealed record ModbusExchange(TimeSpan At, TimeSpan Took, byte Unit, byte[] Request, byte[] Answer);

/// <summary>Modbus TCP as it was captured: requests paired with their answers by connection and transaction
/// id.</summary>
internal sealed class ModbusRecording
{
    private const int Prefix = 6, LongestPdu = 254;
    private readonly Dictionary<(IPEndPoint From, IPEndPoint To), Stream> streams = [];
    private readonly Dictionary<(IPEndPoint Client, IPEndPoint Server, ushort Id), (TimeSpan At, byte[] Frame)> open =
        [];
    private readonly List<ModbusExchange> exchanges = [];
    private readonly int serverPort;
    private TimeSpan? begin;

    private ModbusRecording(int serverPort) => this.serverPort = serverPort;

    /// <summary>In order of their answers.</summary>
    public IReadOnlyList<ModbusExchange> Exchanges => exchanges;

    /// <summary>Reads a capture file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="serverPort">TCP port of the device; 0 = the one that connections are made to, or 502.</param>
    public static ModbusRecording Read(ReadOnlyMemory<byte> file, int serverPort)
    {
        var segments = new List<TcpSegment>();
        foreach (var packet in PcapReader.Read(file))
            if (TcpSegments.Of(packet) is { } segment) segments.Add(segment);
        var recording = new ModbusRecording(serverPort > 0 ? serverPort : PortOf(segments));
        foreach (var segment in segments) recording.Take(segment);
        return recording;
    }

    // Whoever is spoken to from most places is the server; 502 if it is there at all.
    private static int PortOf(List<TcpSegment> segments)
    {
        if (segments.Exists(segment => segment.To.Port == 502)) return 502;
        return segments.GroupBy(segment => segment.To.Port)
            .Select(group => (Port: group.Key, Looks: group.Count(IsRequest)))
            .OrderByDescending(port => port.Looks).FirstOrDefault().Port;
    }

    // A request to read is 12 bytes long, whatever it asks for.
    private static bool IsRequest(TcpSegment segment) =>
        segment.Bytes.Length >= 12 && segment.Bytes.Span[2] == 0 && segment.Bytes.Span[3] == 0
        && BinaryPrimitives.ReadUInt16BigEndian(segment.Bytes.Span[4..]) == 6;

    private void Take(in TcpSegment segment)
    {
        var isRequest = segment.To.Port == serverPort;
        if (!isRequest && segment.From.Port != serverPort) return;
        begin ??= segment.At;
        var key = (segment.From, segment.To);
        if (!streams.TryGetValue(key, out var stream)) streams[key] = stream = new();
        stream.Add(segment);
        while (stream.TryFrame(out var frame))
        {
            if (isRequest) Asked(segment, frame);
            else Answered(segment, frame);
        }
    }

    private void Asked(in TcpSegment segment, byte[] frame)
    {
        // One that is never answered waits here; its id is soon used again.
        open[(segment.From, segment.To, BinaryPrimitives.ReadUInt16BigEndian(frame))] = (segment.At, frame);
    }

    private void Answered(in TcpSegment segment, byte[] frame)
    {
        var id = BinaryPrimitives.ReadUInt16BigEndian(frame);
        if (!open.Remove((segment.To, segment.From, id), out var asked)) return;
        if (asked.Frame[6] != frame[6] || (frame[7] & 0x7F) != asked.Frame[7]) return;
        exchanges.Add(new(
            segment.At - begin!.Value, segment.At - asked.At, frame[6], asked.Frame[7..], frame[7..]));
    }

    /// <summary>One direction of one connection.</summary>
    private sealed class Stream
    {
        private readonly List<byte> bytes = [];
        private uint? next;

        public void Add(in TcpSegment segment)
        {
            if (segment.IsNew)
            {
                bytes.Clear();
                next = segment.Sequence + 1;
                return;
            }
            var skip = next is { } expected ? (int)(expected - segment.Sequence) : 0;
            // A gap, or a new connection on an old port: begin anew. A repetition has nothing new.
            if (skip < 0) (skip, _) = (0, Clear());
            if (skip >= segment.Bytes.Length) return;
            bytes.AddRange(segment.Bytes.Span[skip..]);
            next = segment.Sequence + (uint)segment.Bytes.Length;
        }

        public bool TryFrame(out byte[] frame)
        {
            frame = [];
            if (bytes.Count < Prefix + 2) return false;
            var length = bytes[4] << 8 | bytes[5];
            if (bytes[2] != 0 || bytes[3] != 0 || length is < 2 or > LongestPdu) return !Clear();
            if (bytes.Count < Prefix + length) return false;
            frame = [.. bytes[..(Prefix + length)]];
            bytes.RemoveRange(0, Prefix + length);
            return true;
        }

        private bool Clear()
        {
            bytes.Clear();
            return true;
        }
    }
}
