using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>
/// A charger like Sigenergy's EVDC with a car, as protocols and evcc's driver describe its Modbus side; written without
/// the map. Input registers 31500…, function 6 at 41000 (0 start, 1 stop, cannot be read), function 16 at 41002 and
/// 41004. It wants a second between requests and keeps count of who does not wait.
/// </summary>
internal sealed class SigenergyCharger : IModbus
{
    private const int Idle = 0, Occupied = 1, Preparing = 2, Charging = 3, Ended = 6, Discharging = 8, Testing = 10;
    private const double RampWattsPerSecond = 2000;
    private TimeSpan now, since, askedAt;
    private int state = Idle;
    private uint chargeLimit = 11_000, dischargeLimit = 7_000;
    private bool wantsDischarge;

    public double Power { get; private set; }
    public uint ChargeLimit { get => chargeLimit; set => chargeLimit = value; }
    public uint DischargeLimit => dischargeLimit;
    public List<string> Writes { get; } = [];
    public int Hurried { get; private set; }

    /// <summary>What a start finds in the charge limit.</summary>
    public uint? LimitAtStart { get; private set; }

    public bool IsSilent { get; set; }
    public bool RefusesLimits { get; set; }
    public bool RefusesToStart { get; set; }
    public bool IsSocUnknown { get; set; }
    /// <summary>A state number to show in place of the true one.</summary>
    public int? ShownState { get; set; }
    /// <summary>31502 is negative in discharge; the other reading of the table is that it never is.</summary>
    public bool IsPowerSigned { get; init; } = true;

    public bool IsPlugged
    {
        get => state != Idle;
        set => Become(value ? Occupied : Idle);
    }

    public void Advance(TimeSpan time)
    {
        var elapsed = (time - now).TotalSeconds;
        now = time;
        if (state == Preparing && now - since >= 8.Seconds) Become(Testing);
        if (state == Testing && now - since >= 4.Seconds) Become(Charging);
        var isOn = state is Charging or Discharging;
        var wanted = !isOn ? 0 : wantsDischarge ? -(double)dischargeLimit : chargeLimit;
        var most = RampWattsPerSecond * Math.Min(elapsed, 1);
        Power = isOn ? Power + Math.Clamp(wanted - Power, -most, most) : 0;
        if (isOn) state = Power < 0 ? Discharging : Charging;
    }

    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into)
    {
        if (Asked() is { } trouble) return trouble;
        // 41000 is for writing only.
        if (into.Length != 2 || start is not (41002 or 41004)) return new(ModbusStatus.Exception, 2);
        var value = start == 41002 ? chargeLimit : dischargeLimit;
        (into[0], into[1]) = ((ushort)(value >> 16), (ushort)value);
        return ModbusResult.Ok;
    }

    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into)
    {
        if (Asked() is { } trouble) return trouble;
        if (start < 31500 || start + into.Length > 31527) return new(ModbusStatus.Exception, 2);
        var image = new ushort[27];
        var power = (int)Math.Round(IsPowerSigned ? Power : Math.Abs(Power));
        image[0] = 3801;
        image[1] = (ushort)(short)Math.Round(Power / 38.01);
        (image[2], image[3]) = ((ushort)(power >> 16), (ushort)power);
        image[4] = IsSocUnknown ? (ushort)0xFFFF : (ushort)523;
        image[13] = (ushort)(ShownState ?? state);
        (image[24], image[26]) = (12_500, 7_500);
        image.AsSpan(start - 31500, into.Length).CopyTo(into);
        return ModbusResult.Ok;
    }

    public ModbusResult WriteSingle(byte unit, ushort address, ushort value)
    {
        if (Asked() is { } trouble) return trouble;
        if (address != 41000 || value > 1) return new(ModbusStatus.Exception, 2);
        Writes.Add(value == 0 ? "start" : "stop");
        if (value == 0 && RefusesToStart) return new(ModbusStatus.Exception, 4);
        if (value == 0 && state is Occupied or Ended)
        {
            LimitAtStart = chargeLimit;
            Become(Preparing);
        }
        if (value == 1 && state is Preparing or Testing or Charging or Discharging) Become(Ended);
        return ModbusResult.Ok;
    }

    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        if (Asked() is { } trouble) return trouble;
        if (values.Length != 2 || start is not (41002 or 41004)) return new(ModbusStatus.Exception, 2);
        var value = (uint)(values[0] << 16 | values[1]);
        Writes.Add($"{(start == 41002 ? "charge" : "discharge")} {value}");
        if (RefusesLimits || value < 500) return new(ModbusStatus.Exception, 3);
        if (start == 41002) chargeLimit = value;
        else dischargeLimit = value;
        wantsDischarge = start == 41004;
        return ModbusResult.Ok;
    }

    public void Dispose() { }

    private ModbusResult? Asked()
    {
        if (now - askedAt < 1.Seconds) Hurried++;
        askedAt = now;
        return IsSilent ? new(ModbusStatus.Timeout) : null;
    }

    private void Become(int next)
    {
        (state, since) = (next, now);
        wantsDischarge &= next is Charging or Discharging;
    }
}
