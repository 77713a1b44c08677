namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// SunSpec home battery: model 802, else 713, else 124, read only. A state of charge outside 0…100 % gives no reading;
/// another point that is not implemented is null.
/// </summary>
public sealed class SunSpecBattery : SunSpecReader<HomeBatteryReading>, IHomeBattery
{
    private static readonly ushort[][] Families = [[802], [713], [124]];

    private static readonly string[] Names =
    [
        "SoC", "SoH", "V", "A", "W", "AChaMax", "ADisChaMax", "VMax", "VMin", "Evt1", "State", "Sta", "ChaState",
        "InBatV",
    ];

    private const int Charge = 0, Health = 1, V = 2, A = 3, W = 4, AChaMax = 5, ADisChaMax = 6, VMax = 7, VMin = 8,
        Evt1 = 9, State = 10, Sta = 11, ChaState = 12, InBatV = 13;

    private const uint StateFault = 99, StaWarning = 1, StaError = 2;

    private readonly SunSpecBatterySettings settings;
    private readonly double sign;

    /// <summary>Makes the driver; nothing is sent before the first read.</summary>
    /// <exception cref="ArgumentException">Settings that cannot be meant.</exception>
    public SunSpecBattery(IModbus bus, SunSpecBatterySettings settings) : base(bus, settings, Families, Names)
    {
        if (settings.Sign is not (SunSpecBatterySign.PositiveIsCharge or SunSpecBatterySign.PositiveIsDischarge))
            throw new ArgumentException("the sign of the battery's W must be stated", nameof(settings));
        this.settings = settings;
        sign = settings.Sign == SunSpecBatterySign.PositiveIsCharge ? 1 : -1;
    }

    private protected override SunSpecTrouble Decode(PollBlock block, TimeSpan now, out HomeBatteryReading reading)
    {
        reading = default;
        var soc = block.Number(Charge) ?? block.Number(ChaState);
        if (soc is null) return SunSpecTrouble.NotImplemented;
        if (soc is < 0 or > 100) return SunSpecTrouble.Implausible;
        var power = block.Number(W);
        var current = block.Number(A);
        if (Math.Abs(power ?? 0) > settings.MaxPower.Value || Math.Abs(current ?? 0) > settings.MaxCurrent.Value)
            return SunSpecTrouble.Implausible;
        var alarms = Alarms(block.Bits(Evt1) ?? 0);
        if (block.Bits(State) == StateFault || block.Bits(Sta) == StaError) alarms |= HomeBatteryAlarms.General;
        var warnings = Warnings(block.Bits(Evt1) ?? 0);
        if (block.Bits(Sta) == StaWarning) warnings |= HomeBatteryAlarms.General;
        reading = new()
        {
            Soc = new Soc(soc.Value),
            HealthPercent = Within(block.Number(Health), 0, 100),
            Voltage = Voltage(block.Number(V) ?? block.Number(InBatV)),
            Current = current is { } amperes ? new Amperes(sign * amperes + 0.0) : null,
            Power = power is { } watts ? new Watts(sign * watts + 0.0) : null,
            ChargeLimit = Limit(block.Number(AChaMax), 1),
            DischargeLimit = Limit(block.Number(ADisChaMax), -1),
            ChargeVoltageLimit = Voltage(block.Number(VMax)),
            DischargeVoltageLimit = Voltage(block.Number(VMin)),
            Alarms = alarms,
            Warnings = warnings,
        };
        return SunSpecTrouble.None;
    }

    private static double? Within(double? value, double low, double high) =>
        value >= low && value <= high ? value : null;

    private static Volts? Voltage(double? value) => Within(value, 0, 1500) is { } volts ? new Volts(volts) : null;

    private Amperes? Limit(double? value, int direction) =>
        Within(value, 0, settings.MaxCurrent.Value) is { } amperes ? new Amperes(direction * amperes + 0.0) : null;

    // Bits of 802.Evt1. Up to bit 12 an alarm is followed by the warning of the same name.
    private const uint CommunicationError = 1 << 0, TemperatureImbalanceAlarm = 1 << 18, ContactorError = 1 << 20,
        InternalErrors = 1 << 21 | 1 << 22 | 1 << 23, OtherAlarms = 1 << 25 | 1 << 28,
        ImbalanceWarnings = 1 << 17 | 1 << 19 | 1 << 24, OtherWarnings = 1 << 26 | 1 << 29;

    private static HomeBatteryAlarms Alarms(uint evt) => Paired(evt)
        | If(evt, CommunicationError, HomeBatteryAlarms.Communication)
        | If(evt, TemperatureImbalanceAlarm, HomeBatteryAlarms.Imbalance)
        | If(evt, ContactorError, HomeBatteryAlarms.Contactor)
        | If(evt, InternalErrors, HomeBatteryAlarms.Internal)
        | If(evt, OtherAlarms, HomeBatteryAlarms.General);

    private static HomeBatteryAlarms Warnings(uint evt) => Paired(evt >> 1)
        | If(evt, ImbalanceWarnings, HomeBatteryAlarms.Imbalance)
        | If(evt, OtherWarnings, HomeBatteryAlarms.General);

    private static HomeBatteryAlarms Paired(uint evt) =>
        If(evt, 1 << 1, HomeBatteryAlarms.OverTemperature) | If(evt, 1 << 3, HomeBatteryAlarms.UnderTemperature)
        | If(evt, 1 << 5, HomeBatteryAlarms.ChargeOverCurrent)
        | If(evt, 1 << 7, HomeBatteryAlarms.DischargeOverCurrent)
        | If(evt, 1 << 9, HomeBatteryAlarms.OverVoltage) | If(evt, 1 << 11, HomeBatteryAlarms.UnderVoltage);

    private static HomeBatteryAlarms If(uint evt, uint bits, HomeBatteryAlarms name) => (evt & bits) != 0 ? name : 0;
}
