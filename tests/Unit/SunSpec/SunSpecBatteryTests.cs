using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class SunSpecBatteryTests
{
    private static readonly SunSpecBatterySettings Settings = new()
    {
        Unit = 1,
        Period = 1.Seconds,
        Refresh = TimeSpan.Zero,
        Sign = SunSpecBatterySign.PositiveIsDischarge,
        MaxPower = 20.kW,
        MaxCurrent = 100.A,
    };

    private static readonly (string, PointSetting)[] Full802 =
    [
        ("SoC_SF", -1), ("SoH_SF", 0), ("V_SF", -1), ("A_SF", -2), ("W_SF", 0), ("AMax_SF", 0), ("WChaDisChaMax_SF", 0),
        ("SoC", 63.4), ("SoH", 97), ("V", 412.3), ("A", -7.25), ("W", -2989), ("AChaMax", 25), ("ADisChaMax", 30),
        ("VMax", 460), ("VMin", 350), ("Evt1", 0), ("State", 3),
    ];

    private static HomeBatteryReading? Read(
        SunSpecImageBuilder device, out SunSpecBattery battery, SunSpecBatterySettings? settings = null)
    {
        using var bus = new WatchedModbus(device.Build());
        battery = new SunSpecBattery(bus, settings ?? Settings);
        var now = TimeSpan.Zero;
        if (!Devices.ReadUntilNews(battery, ref now, 10.Seconds)) return null;
        Reading<HomeBatteryReading> reading = default;
        battery.Readings.TryRead(ref reading);
        return reading.Within(TimeSpan.MaxValue, now);
    }

    private static SunSpecImageBuilder With802(params (string, PointSetting)[] other) =>
        new SunSpecImageBuilder(1).Model(1, ("SN", "b")).Model(
            802, [.. Full802.Where(v => !other.Any(o => o.Item1 == v.Item1)), .. other]);

    [Fact]
    public void A_battery_of_model_802_is_read_and_its_sign_turned_as_the_settings_say()
    {
        Assert.Equal(
            new HomeBatteryReading
            {
                Soc = new Soc(63.4),
                HealthPercent = 97,
                Voltage = new Volts(412.3),
                Current = new Amperes(7.25),
                Power = new Watts(2989),
                ChargeLimit = 25.A,
                DischargeLimit = new Amperes(-30),
                ChargeVoltageLimit = 460.V,
                DischargeVoltageLimit = 350.V,
            },
            Read(With802(), out _));
        Assert.Equal(
            new Watts(-2989),
            Read(With802(), out _, Settings with { Sign = SunSpecBatterySign.PositiveIsCharge })?.Power);
    }

    [Theory]
    [InlineData(9, HomeBatteryAlarms.OverVoltage, HomeBatteryAlarms.None)]
    [InlineData(10, HomeBatteryAlarms.None, HomeBatteryAlarms.OverVoltage)]
    [InlineData(1, HomeBatteryAlarms.OverTemperature, HomeBatteryAlarms.None)]
    [InlineData(8, HomeBatteryAlarms.None, HomeBatteryAlarms.DischargeOverCurrent)]
    [InlineData(18, HomeBatteryAlarms.Imbalance, HomeBatteryAlarms.None)]
    [InlineData(20, HomeBatteryAlarms.Contactor, HomeBatteryAlarms.None)]
    [InlineData(0, HomeBatteryAlarms.Communication, HomeBatteryAlarms.None)]
    [InlineData(26, HomeBatteryAlarms.None, HomeBatteryAlarms.General)]
    public void Alarms_and_warnings_are_told_apart(int bit, HomeBatteryAlarms alarms, HomeBatteryAlarms warnings)
    {
        var reading = Read(With802(("Evt1", 1u << bit)), out _)!.Value;

        Assert.Equal((alarms, warnings), (reading.Alarms, reading.Warnings));
    }

    [Fact]
    public void A_state_of_fault_is_an_alarm() =>
        Assert.Equal(HomeBatteryAlarms.General, Read(With802(("State", 99)), out _)?.Alarms);

    [Fact]
    public void A_state_of_charge_above_100_percent_gives_no_reading()
    {
        Assert.Null(Read(With802(("SoC", 100.1)), out var battery));
        Assert.Equal(SunSpecTrouble.Implausible, battery.Trouble);
        Assert.Equal(new Soc(100), Read(With802(("SoC", 100)), out _)?.Soc);
    }

    [Fact]
    public void A_power_beyond_what_is_possible_gives_no_reading() =>
        Assert.Null(Read(With802(("W", 20_001)), out _));

    [Theory]
    [InlineData(100.01)]
    [InlineData(-100.01)]
    public void A_current_beyond_what_is_possible_gives_no_reading(double amperes) =>
        Assert.Null(Read(With802(("A", amperes)), out _));

    [Fact]
    public void A_battery_that_does_not_say_its_state_of_charge_gives_no_reading()
    {
        var device = new SunSpecImageBuilder(1).Model(1).Model(713, ("Pct_SF", -1), ("WH_SF", 1), ("SoH", 90));

        Assert.Null(Read(device, out var battery));
        Assert.Equal(SunSpecTrouble.NotImplemented, battery.Trouble);
    }

    [Fact]
    public void What_is_beside_the_reading_and_impossible_is_not_known()
    {
        var reading = Read(
            With802(("SoH", 101), ("AChaMax", 101), ("ADisChaMax", 101), ("VMax", 1500.1), ("VMin", 1500.1)), out _);

        Assert.NotNull(reading);
        Assert.Equal(
            (null, null, null, null, null),
            (reading.Value.HealthPercent, reading.Value.ChargeLimit, reading.Value.DischargeLimit,
                reading.Value.ChargeVoltageLimit, reading.Value.DischargeVoltageLimit));
    }

    [Fact]
    public void A_state_of_warning_of_model_713_is_a_warning_and_no_alarm()
    {
        var reading = Read(new SunSpecImageBuilder(1).Model(1).Model(
            713, ("Pct_SF", -1), ("WH_SF", 1), ("SoC", 55.5), ("Sta", 1)), out _)!.Value;

        Assert.Equal((HomeBatteryAlarms.None, HomeBatteryAlarms.General), (reading.Alarms, reading.Warnings));
    }

    [Fact]
    public void A_battery_of_model_713_or_124_gives_what_it_has()
    {
        var of713 = Read(new SunSpecImageBuilder(1).Model(1).Model(
            713, ("Pct_SF", -1), ("WH_SF", 1), ("SoC", 55.5), ("SoH", 90), ("Sta", 2)), out _);
        var of124 = Read(new SunSpecImageBuilder(1).Model(1).Model(
            124, ("ChaState_SF", -2), ("ChaState", 44.25), ("InBatV_SF", -1), ("InBatV", 51.2)), out _);

        Assert.Equal(new HomeBatteryReading
        {
            Soc = new Soc(55.5), HealthPercent = 90, Alarms = HomeBatteryAlarms.General,
        }, of713);
        Assert.Equal(new HomeBatteryReading { Soc = new Soc(44.25), Voltage = new Volts(51.2) }, of124);
    }

    [Fact]
    public void Without_a_stated_sign_there_is_no_driver() => Assert.Throws<ArgumentException>(
        () => new SunSpecBattery(new WatchedModbus(With802().Build()), Settings with { Sign = 0 }));
}
