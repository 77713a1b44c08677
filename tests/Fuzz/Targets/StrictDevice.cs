using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>A device that must never be asked for what no request can hold.</summary>
internal sealed class StrictDevice : IModbusDevice
{
    public int Calls { get; private set; }

    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        var isValid = into.Length is >= 1 and <= 125 && start + into.Length <= 65536;
        Claim.That(isValid, $"asked for {into.Length} at {start}");
        Calls++;
        return (byte)(start > 0x1000 ? 2 : 0);
    }

    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        var isValid = values.Length is >= 1 and <= 123 && start + values.Length <= 65536;
        Claim.That(isValid, $"told {values.Length} at {start}");
        Calls++;
        return (byte)(start > 0x1000 ? 2 : 0);
    }
}
