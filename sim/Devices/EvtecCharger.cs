using System.Buffers.Binary;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// A charger like EVtec's BiDiPro, as its Modbus side is described in hardware-notes.md, with a car and a battery of
/// its own. Written without the map that the driver reads. Holding registers, high register first; connector at
/// 100 × position. It stops by itself when it hears nothing for its communication timeout.
/// </summary>
public sealed class EvtecCharger(int position) : SimDevice, IModbusDevice
{
    private const byte IllegalAddress = 2, IllegalValue = 3;
    private const int Ready = 1, Plugged = 5, Init = 6, Charging = 7, GridFeed = 8, Stopping = 9, End = 11, Error = 12;
    private const double CapacityWh = 40_000, DcVoltage = 380, RampWattsPerSecond = 3000, LeastWatts = 500;
    private static readonly TimeSpan InitTime = TimeSpan.FromSeconds(12), StopTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private readonly int connector = 100 * position;
    private int state = Ready;
    private TimeSpan since;
    private TimeSpan heardAt;
    private TimeSpan steppedAt;
    private int setpoint;
    private bool isPlugged;

    /// <summary>A car is plugged in.</summary>
    public bool IsPlugged
    {
        get => isPlugged;
        set
        {
            isPlugged = value;
            Become(value ? Plugged : Ready);
        }
    }

    /// <summary>State of charge of its car, per cent.</summary>
    public double SocPercent { get; set; } = 55;

    /// <summary>DC power, positive into the car.</summary>
    public double Power { get; private set; }

    /// <summary>Communication timeout in s, as the charger keeps it.</summary>
    public int TimeoutSeconds { get; set; } = 600;

    /// <summary>The set-point register.</summary>
    public int Setpoint => setpoint;

    /// <summary>Error bits; any ends the session.</summary>
    public ulong Errors { get; set; }

    /// <summary>A state number to show in place of the true one; 0 = none.</summary>
    public int ShownState { get; set; }

    /// <summary>It takes writes and does not follow them.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>The state number.</summary>
    public int State => ShownState != 0 ? ShownState : state;

    /// <inheritdoc/>
    public override TimeSpan NextDue => steppedAt + Step;

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        var elapsed = now - steppedAt;
        steppedAt = now;
        if (Errors != 0 && state != Error && isPlugged) Become(Error);
        if (now - heardAt > TimeSpan.FromSeconds(TimeoutSeconds) && state is Charging or GridFeed) Become(Stopping);
        if (state == Init && now - since >= InitTime) Become(Charging);
        if (state == Stopping && now - since >= StopTime) Become(End);
        var wanted = state is Charging or GridFeed && Math.Abs(setpoint) >= LeastWatts ? setpoint : 0;
        var most = RampWattsPerSecond * elapsed.TotalSeconds;
        Power = state is Charging or GridFeed ? Power + Math.Clamp(wanted - Power, -most, most) : 0;
        if (state is Charging or GridFeed) state = Power < 0 ? GridFeed : Charging;
        SocPercent = Math.Clamp(SocPercent + Power * elapsed.TotalHours / CapacityWh * 100, 0, 100);
    }

    /// <inheritdoc/>
    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        heardAt = steppedAt;
        var isPoint = start + into.Length <= 44;
        var isConnector = start >= connector && start + into.Length <= connector + 90;
        if (!isPoint && !isConnector) return IllegalAddress;
        Span<byte> image = stackalloc byte[180];
        image.Clear();
        if (isPoint)
        {
            Put32(image, 36, 1);
            Put32(image, 40, 1);
            Put32(image, 42, TimeoutSeconds);
        }
        else
        {
            Put32(image, 0, State);
            Put32(image, 4, 3);
            PutSingle(image, 6, isPlugged ? DcVoltage : 0);
            PutSingle(image, 8, Power / DcVoltage);
            PutSingle(image, 10, Power);
            Put32(image, 12, (int)Math.Round(SocPercent * 10));
            Put32(image, 14, 1);
            PutSingle(image, 22, isPlugged ? -10_000 : 0);
            PutSingle(image, 30, isPlugged ? 10_000 : 0);
            BinaryPrimitives.WriteUInt64BigEndian(image[(2 * 54)..], Errors);
            PutSingle(image, 58, CapacityWh);
            Put32(image, 86, setpoint);
        }
        var from = isPoint ? start : start - connector;
        for (var i = 0; i < into.Length; i++) into[i] = BinaryPrimitives.ReadUInt16BigEndian(image[(2 * (from + i))..]);
        return 0;
    }

    /// <inheritdoc/>
    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        heardAt = steppedAt;
        // 32 bits at a time, function 16 only.
        if (values.Length != 2) return IllegalValue;
        var value = values[0] << 16 | values[1];
        if (start == 42)
        {
            if (value is < 1 or > 600) return IllegalValue;
            TimeoutSeconds = value;
        }
        else if (start == connector + 86)
        {
            if (!IsDeaf) setpoint = value;
        }
        else if (start == connector + 88)
        {
            if (IsDeaf) return 0;
            if (value == 1 && state is Plugged or End && isPlugged) Become(Init);
            else if (value == 0 && state is Init or Charging or GridFeed) Become(Stopping);
        }
        else
        {
            return IllegalAddress;
        }
        return 0;
    }

    private void Become(int next) => (state, since) = (next, steppedAt);

    private static void Put32(Span<byte> image, int register, int value) =>
        BinaryPrimitives.WriteInt32BigEndian(image[(2 * register)..], value);

    private static void PutSingle(Span<byte> image, int register, double value) =>
        BinaryPrimitives.WriteSingleBigEndian(image[(2 * register)..], (float)value);
}
