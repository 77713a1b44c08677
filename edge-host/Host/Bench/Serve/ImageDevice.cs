using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Host.Bench.Serve;

/// <summary>A write that a master asked for.</summary>
internal sealed record ImageWrite(int Unit, int Address, IReadOnlyList<int> Values, bool Taken)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"write unit {Unit} {Address} = {string.Join(' ', Values)}{(Taken ? "" : "  refused: read-only")}";
}

/// <summary>
/// A recorded register image that answers as a device, under any unit id. Read-only unless asked otherwise; then what
/// is written to recorded registers reads back, and the file stays as it is.
/// </summary>
internal sealed class ImageDevice(RecordedImage image, bool isWritable, TimeSpan delay, Action<ImageWrite> written)
    : IModbusDevice
{
    private const byte IllegalFunction = 1;
    private readonly Dictionary<ushort, ushort> changed = [];

    /// <summary>Reads answered or refused.</summary>
    public long Reads { get; private set; }

    /// <summary>Writes asked for.</summary>
    public long Writes { get; private set; }

    /// <inheritdoc/>
    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        Reads++;
        // The server's thread of this client: a real device is as slow to all its clients.
        if (delay > TimeSpan.Zero) Thread.Sleep(delay);
        var code = image.Read(unit, start, into);
        if (code != 0) return code;
        for (var i = 0; i < into.Length; i++)
            if (changed.TryGetValue((ushort)(start + i), out var value)) into[i] = value;
        return 0;
    }

    /// <inheritdoc/>
    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        Writes++;
        if (delay > TimeSpan.Zero) Thread.Sleep(delay);
        Span<ushort> present = stackalloc ushort[values.Length];
        var code = isWritable ? image.Read(unit, start, present) : IllegalFunction;
        if (code == 0)
            for (var i = 0; i < values.Length; i++) changed[(ushort)(start + i)] = values[i];
        written(new(unit, start, [.. values.ToArray().Select(value => (int)value)], code == 0));
        return code;
    }
}
