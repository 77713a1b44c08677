using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ChargeScape.Edge.Hal.Trace;
using ChargeScape.Edge.Host.Bench.Capture;
using ChargeScape.Edge.Host.Trace;

namespace ChargeScape.Edge.Host.Bench.Trace;

/// <summary>A trace's two forms on disk: pcap for Modbus TCP, candump -L for CAN.</summary>
internal sealed class TraceFiles(string? pcap, string? candump) : IDisposable
{
    // The controller's own address is of no interest: one that is reserved for documentation (RFC 5737).
    private static readonly IPAddress here = IPAddress.Parse("192.0.2.1");
    private readonly PcapWriter? packets = pcap is null ? null : new(File.Create(pcap));
    private readonly TextWriter? frames = candump is null ? null : new StreamWriter(File.Create(candump));
    private readonly Dictionary<int, TcpConversation> conversations = [];

    /// <summary>Frames written to either file.</summary>
    public long Written { get; private set; }

    /// <summary>Adds a line of a CAN bus.</summary>
    /// <param name="bus">Its bus.</param>
    /// <param name="unix">Time since 1970-01-01 UTC.</param>
    /// <param name="frame">The frame as candump writes it.</param>
    public void Can(TraceBus bus, TimeSpan unix, string frame)
    {
        if (frames is null) return;
        var seconds = (decimal)unix.Ticks / TimeSpan.TicksPerSecond;
        frames.Write(string.Create(CultureInfo.InvariantCulture, $"({seconds:0.000000}) {bus.Name} {frame}\n"));
        frames.Flush();
        Written++;
    }

    /// <summary>Adds a line of a Modbus bus.</summary>
    public void Modbus(TraceBus bus, TimeSpan unix, in TraceLine line)
    {
        if (packets is null) return;
        if (!conversations.TryGetValue(line.Bus, out var conversation))
            conversations[line.Bus] = conversation = new(packets, new(here, 40_000 + line.Bus), Server(bus, line.Bus));
        switch (line.Kind)
        {
            case TraceKind.Connected:
                conversation.Open(unix);
                break;
            case TraceKind.Closed:
                conversation.Close(unix);
                break;
            default:
                conversation.Carry(unix, line.Kind == TraceKind.Sent, line.Bytes);
                Written++;
                break;
        }
    }

    /// <summary>A CAN record as candump writes it, <c>109#0011223344556677</c>.</summary>
    public static string Frame(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) return "";
        var id = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var name = (id & 0x8000_0000) != 0 ? (id & 0x1FFF_FFFF).ToString("X8", null) : id.ToString("X3", null);
        return $"{name}#{Convert.ToHexString(bytes[4..])}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        packets?.Dispose();
        frames?.Dispose();
    }

    // A serial line has no port: one that Wireshark does not take for Modbus TCP, to be decoded as Modbus RTU.
    private const int SerialPort = 20_502;

    // Packets here are IPv4; a name or another kind of address gets one that is reserved for documentation.
    private static IPEndPoint Server(TraceBus bus, int index) =>
        IPAddress.TryParse(bus.Host, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? new(address, bus.Port)
            : new(IPAddress.Parse($"192.0.2.{10 + index % 200}"), bus.Port is > 0 and <= 65_535
                ? bus.Port : SerialPort);
}
