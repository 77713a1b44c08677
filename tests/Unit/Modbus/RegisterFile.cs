using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>A device that is nothing but registers from address 0: the plainest thing a server can serve.</summary>
internal sealed class RegisterFile(int count) : IModbusDevice
{
    private const byte IllegalAddress = 2;

    public ushort[] Registers { get; } = [.. Enumerable.Range(0, count).Select(i => (ushort)(i * 257))];

    /// <summary>Answer every request with this exception when it is not 0.</summary>
    public byte Refusal { get; set; }

    public byte LastUnit { get; private set; }
    public int Calls { get; private set; }
    public long AllocatedOnServerThread { get; private set; }

    /// <summary>Runs at each call, on the server's thread.</summary>
    public Action OnCall { get; set; } = () => { };

    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        Note(unit, start, into.Length);
        // A device may fill before it refuses; nothing of it may come through.
        if (start + into.Length > Registers.Length || Refusal != 0)
        {
            into.Fill(0xDEAD);
            return Refusal != 0 ? Refusal : IllegalAddress;
        }
        Registers.AsSpan(start, into.Length).CopyTo(into);
        return 0;
    }

    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        Note(unit, start, values.Length);
        if (Refusal != 0) return Refusal;
        if (start + values.Length > Registers.Length) return IllegalAddress;
        values.CopyTo(Registers.AsSpan(start));
        return 0;
    }

    private void Note(byte unit, ushort start, int length)
    {
        // Not Assert.InRange, which boxes: this runs where zero allocations are counted.
        if (length is < 1 or > 125 || start + length > 65536) Assert.Fail($"asked for {length} registers at {start}");
        LastUnit = unit;
        Calls++;
        AllocatedOnServerThread = GC.GetAllocatedBytesForCurrentThread();
        OnCall();
    }
}
