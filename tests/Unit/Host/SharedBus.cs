using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>How a device behaves on a <see cref="SharedBus"/>.</summary>
public enum Conduct
{
    Healthy,
    Dead,
    Slow,
    Babbling,
    Unplugged,
}

/// <summary>
/// A bus in virtual time on which each request takes what the device of its unit makes of it. Notes who had the wire
/// from when to when.
/// </summary>
internal sealed class SharedBus : IAdjustableModbus
{
    private readonly Dictionary<byte, (Conduct Conduct, TimeSpan Latency)> devices = [];

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(1);

    public List<(byte Unit, TimeSpan From, TimeSpan To, bool IsWrite, TimeSpan Timeout)> Taken { get; } = [];

    public void Attach(byte unit, Conduct conduct, double latencyMs = 5) =>
        devices[unit] = (conduct, TimeSpan.FromMilliseconds(latencyMs));

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) => Ask(unit, isWrite: false);

    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => Ask(unit, isWrite: false);

    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) => Ask(unit, isWrite: true);

    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) => Ask(unit, isWrite: true);

    public void Dispose() { }

    private ModbusResult Ask(byte unit, bool isWrite)
    {
        var from = Now;
        var (conduct, latency) = devices[unit];
        if (conduct == Conduct.Unplugged) return new(ModbusStatus.Disconnected);
        var isLate = conduct is Conduct.Dead or Conduct.Babbling || latency > Timeout;
        Now += isLate ? Timeout : latency;
        Taken.Add((unit, from, Now, isWrite, Timeout));
        if (!isLate) return ModbusResult.Ok;
        return new(conduct == Conduct.Babbling ? ModbusStatus.BadReply : ModbusStatus.Timeout);
    }
}

/// <summary>Reads a few registers each period and writes when told to.</summary>
internal sealed class PolledRegister(IModbus bus, byte unit, TimeSpan period, int requests = 1) : IPolledDevice
{
    private int toWrite;

    public TimeSpan NextDue { get; private set; }

    public int Readings { get; private set; }

    public List<TimeSpan> ReadAt { get; } = [];

    public void Write(int times) => toWrite = times;

    public bool Read(TimeSpan now)
    {
        if (now < NextDue) return false;
        NextDue = now + period;
        Span<ushort> into = stackalloc ushort[1];
        for (var i = 0; i < requests; i++)
            if (!bus.ReadHolding(unit, (ushort)i, into).IsOk) return false;
        Readings++;
        ReadAt.Add(now);
        return true;
    }

    public void Write(TimeSpan now)
    {
        if (toWrite == 0) return;
        toWrite--;
        bus.WriteSingle(unit, 0, 1);
    }
}
