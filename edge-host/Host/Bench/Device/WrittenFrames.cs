using ChargeScape.Edge.Hal.Trace;
using ChargeScape.Edge.Host.Bench.Trace;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Bench.Device;

/// <summary>Shows what goes out to the device: on Modbus the writes, on CAN each frame whose content changed.</summary>
internal sealed class WrittenFrames
{
    private const int Capacity = 512;
    private readonly (BusConfig Bus, TraceRing Ring)[] rings;
    private readonly Dictionary<(string, string), string> last = [];

    /// <summary>Listens from now on.</summary>
    public WrittenFrames(IReadOnlyList<TappedBus> buses) =>
        rings = [.. buses.Select(bus => (bus.Bus, bus.Tap.Start(Capacity)))];

    /// <summary>What was written since the last call: bus, and the frame in words.</summary>
    public IEnumerable<(string Bus, string Frame)> Take()
    {
        var record = default(TraceRecord);
        foreach (var (bus, ring) in rings)
        {
            while (ring.TryTake(ref record))
                if (record.Kind == TraceKind.Sent && Words(bus, record) is { } words) yield return (bus.Name, words);
        }
    }

    private string? Words(BusConfig bus, TraceRecord record)
    {
        ReadOnlySpan<byte> bytes = record.Bytes;
        bytes = bytes[..record.Length];
        if (bus.Kind == Hal.BusKind.Modbus)
        {
            var isTcp = bus.Link == BusLink.ModbusTcp;
            var function = isTcp ? 7 : 1;
            if (bytes.Length <= function || bytes[function] is not (5 or 6 or 15 or 16)) return null;
            return isTcp ? ModbusText.Of(bytes, true) : ModbusText.OfSerial(bytes, true);
        }
        var frame = TraceFiles.Frame(bytes);
        var id = frame.Split('#')[0];
        if (last.TryGetValue((bus.Name, id), out var before) && before == frame) return null;
        last[(bus.Name, id)] = frame;
        return frame;
    }
}
