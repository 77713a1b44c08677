using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// A Modbus connection in virtual time. The call returns at once; the time that it would have taken is added up, and
/// the world keeps the poller busy for so long. While something is wrong with the wire, requests and answers cross it
/// as bytes (<see cref="FramedModbus"/>).
/// </summary>
internal sealed class TimedModbus : IModbus
{
    private const byte Busy = 6;
    private const double SlowShare = 0.9;
    private readonly ReroutedDevice rerouted;
    private readonly InMemoryModbus wire;
    private readonly FramedModbus frames;
    private readonly TimeSpan transaction, timeout;
    private readonly Func<TimeSpan> clock;
    private TimeSpan busy;

    /// <summary>Puts a device behind a wire.</summary>
    public TimedModbus(
        IModbusDevice device, TimeSpan transaction, TimeSpan timeout, Func<TimeSpan> clock, SplitMix64 chance)
    {
        (this.transaction, this.timeout, this.clock) = (transaction, timeout, clock);
        rerouted = new(device);
        wire = new(rerouted);
        frames = new(rerouted, timeout, chance);
    }

    /// <summary>The device is dead.</summary>
    public bool IsSilent
    {
        get => wire.IsSilent;
        set => wire.IsSilent = value;
    }

    /// <summary>What is wrong with the wire.</summary>
    public WireTrouble Trouble { get; private set; }

    /// <summary>Makes something wrong with the wire, or mends it.</summary>
    /// <param name="trouble">What.</param>
    /// <param name="other">Who answers when devices are swapped.</param>
    public void Suffer(WireTrouble trouble, IModbusDevice? other)
    {
        Trouble = trouble;
        rerouted.Shift = trouble == WireTrouble.Shifted ? 1 : 0;
        rerouted.Instead = trouble == WireTrouble.Swapped ? other : null;
        frames.Reconnect();
    }

    /// <summary>How long an answer takes now, as far as that can be told before.</summary>
    public TimeSpan AnswerTime => Trouble == WireTrouble.Slow ? timeout * SlowShare : transaction;

    /// <summary>Time on the wire since this was last asked.</summary>
    public TimeSpan TakeElapsed()
    {
        var elapsed = busy;
        busy = TimeSpan.Zero;
        return elapsed;
    }

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) => IsFramed
        ? Framed(unit, ModbusPdu.PutRead(frames.Pdu, ModbusPdu.ReadHolding, start, into.Length), into)
        : Timed(IsBusy ? Refusal : wire.ReadHolding(unit, start, into));

    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) => IsFramed
        ? Framed(unit, ModbusPdu.PutRead(frames.Pdu, ModbusPdu.ReadInput, start, into.Length), into)
        : Timed(IsBusy ? Refusal : wire.ReadInput(unit, start, into));

    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) => IsFramed
        ? Framed(unit, ModbusPdu.PutWriteSingle(frames.Pdu, address, value), default)
        : Timed(IsBusy ? Refusal : wire.WriteSingle(unit, address, value));

    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) => IsFramed
        ? Framed(unit, ModbusPdu.PutWriteMultiple(frames.Pdu, start, values), default)
        : Timed(IsBusy ? Refusal : wire.WriteMultiple(unit, start, values));

    /// <summary>Nothing to release: the device is the home's.</summary>
    public void Dispose() { }

    private bool IsFramed =>
        !wire.IsSilent && Trouble is WireTrouble.Late or WireTrouble.Garbled or WireTrouble.Garbage;

    private bool IsBusy => !wire.IsSilent && Trouble == WireTrouble.Busy;

    private static ModbusResult Refusal => new(ModbusStatus.Exception, Busy);

    private ModbusResult Framed(byte unit, int pduLength, Span<ushort> into)
    {
        var result = frames.Transact(Trouble, unit, pduLength, into, clock() + busy, transaction, out var took);
        busy += took;
        return result;
    }

    private ModbusResult Timed(ModbusResult result)
    {
        busy += result.Status == ModbusStatus.Timeout ? timeout : AnswerTime;
        return result;
    }

    // The device that answers: the right one, the right one with its registers moved, or another one.
    private sealed class ReroutedDevice(IModbusDevice device) : IModbusDevice
    {
        private const byte IllegalAddress = 2;

        public int Shift { get; set; }
        public IModbusDevice? Instead { get; set; }

        public byte Read(byte unit, ushort start, Span<ushort> into) => start < Shift
            ? IllegalAddress
            : (Instead ?? device).Read(unit, (ushort)(start - Shift), into);

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => start < Shift
            ? IllegalAddress
            : (Instead ?? device).Write(unit, (ushort)(start - Shift), values);
    }
}
