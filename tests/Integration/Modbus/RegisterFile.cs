using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Integration.Modbus;

/// <summary>200 registers from address 0, register i = i × 257, as the peers' servers hold them; unit 9 only.</summary>
internal sealed class RegisterFile : IModbusDevice
{
    public const byte Unit = 9;
    private const byte IllegalAddress = 2;
    private const byte GatewayTargetSilent = 11;

    public ushort[] Registers { get; } = [.. Enumerable.Range(0, 200).Select(i => (ushort)(i * 257))];

    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        if (unit != Unit) return GatewayTargetSilent;
        if (start + into.Length > Registers.Length) return IllegalAddress;
        Registers.AsSpan(start, into.Length).CopyTo(into);
        return 0;
    }

    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        if (unit != Unit) return GatewayTargetSilent;
        if (start + values.Length > Registers.Length) return IllegalAddress;
        values.CopyTo(Registers.AsSpan(start));
        return 0;
    }

    /// <summary>The line a peer prints for registers it read.</summary>
    public static string Line(string what, IEnumerable<ushort> registers) => $"{what}: {string.Join(' ', registers)}";
}
