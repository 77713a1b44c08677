using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>A place on the wire where one device can be swapped for another, or have a register spoilt.</summary>
internal sealed class Socket(SunSpecImage image) : IModbusDevice
{
    private readonly Dictionary<ushort, ushort> spoilt = [];

    public SunSpecImage Image { get; set; } = image;

    public void Put(ushort address, ushort value) => spoilt[address] = value;

    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        var answer = Image.Read(unit, start, into);
        foreach (var (address, value) in spoilt)
            if (answer == 0 && address >= start && address < start + into.Length) into[address - start] = value;
        return answer;
    }

    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => Image.Write(unit, start, values);
}
