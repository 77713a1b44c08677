using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.Quasar;

/// <summary>
/// A Quasar that is nothing but its register table as the driver's README gives it, numbers typed by hand: it keeps
/// what is written and remembers the order. It has no states of its own; a test moves them.
/// </summary>
internal sealed class ChargerRegisters : IModbusDevice
{
    private readonly ushort[] registers = new ushort[600];

    public ChargerRegisters()
    {
        (this[82], this[514], this[522], this[537]) = (1, 7400, 240, 4);
    }

    /// <summary>Register by its address, as the sources print it.</summary>
    public ushort this[int address]
    {
        get => registers[address];
        set => registers[address] = value;
    }

    /// <summary>What was written, in order.</summary>
    public List<(int Address, short Value)> Written { get; } = [];

    /// <summary>An exception for a write; 0 = taken.</summary>
    public Func<int, short, byte> Refuses { get; set; } = (_, _) => 0;

    /// <summary>Last readable register of the live block.</summary>
    public int LastLive { get; set; } = 548;

    /// <summary>Registers 83 to 88 and 259, 260 do not exist.</summary>
    public bool IsOld { get; set; }

    /// <summary>Says yes to writes and forgets them.</summary>
    public bool Forgets { get; set; }

    /// <summary>A register of which it forgets what is written.</summary>
    public int? ForgetsAt { get; set; }

    /// <summary>Requests for the live block.</summary>
    public int Polls { get; private set; }

    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        if (start == 512) Polls++;
        var (first, last) = (start, start + into.Length - 1);
        bool Within(int from, int to) => first >= from && last <= to;
        var isThere = Within(81, IsOld ? 82 : 88) || Within(88, 88) || Within(256, IsOld ? 258 : 260)
            || Within(512, LastLive);
        if (unit != 1 || !isThere) return 2;
        registers.AsSpan(start, into.Length).CopyTo(into);
        return 0;
    }

    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        Assert.Equal((1, 1), (unit, values.Length));
        var value = (short)values[0];
        if (IsOld && start is 83 or 260 or 259) return 1;
        if (Refuses(start, value) is not 0 and var code) return code;
        Written.Add((start, value));
        if (!Forgets && start != ForgetsAt && start != 257) registers[start] = values[0];
        return 0;
    }
}
