using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>Capability, enter service and trip curves, as the safety check will compare them.</summary>
public sealed class GridSettingsTests
{
    private TimeSpan now = 1.Seconds;

    private static RecordedImage Dersec()
    {
        var path = RepositoryRoot.File("tests", "data", "sunspec-devices", "dersec-emulated-der_700-series.regs.json");
        Assert.True(RecordedImage.TryParse(File.ReadAllText(path), out var image, out var error), error);
        return image;
    }

    private GridSettings? Read(IModbusDevice device)
    {
        using var bus = new InMemoryModbus(device);
        var inverter = new SunSpecInverter(bus, Devices.InverterSettings with { MaxPower = 50.kW });
        for (var end = now + 5.Seconds; now < end; now = inverter.NextDue) inverter.Read(now);
        Reading<GridSettings> settings = default;
        return inverter.GridSettings.TryRead(ref settings) ? settings.Within(TimeSpan.MaxValue, now) : null;
    }

    [Fact]
    public void The_emulated_der_tells_its_capability_and_when_it_enters_service()
    {
        var settings = Read(Dersec())!.Value;

        var capability = settings.Capability!.Value;
        Assert.Equal(10.kW, capability.MaxPowerRating);
        Assert.Equal(10.kW, capability.MaxPower);
        Assert.Equal(480.V, capability.NominalVoltage);
        Assert.Equal(((byte)1, (byte)2), (capability.NormalCategory!.Value, capability.AbnormalCategory!.Value));
        Assert.Equal(
            new EnterService(true, 105, 91.7, new(60.1), new(59.5), 300, 100, 60), settings.EnterService!.Value);
    }

    [Fact]
    public void The_emulated_der_tells_its_trip_curves_in_force()
    {
        var settings = Read(Dersec())!.Value;

        Assert.Equal(
            new TripCurve(true, [new(0, 2), new(50, 2), new(50, 21), new(88, 21), new(88, 22)]), settings.UnderVoltage);
        Assert.Equal(
            new TripCurve(true, [new(121, 0.16), new(120, 0.16), new(120, 13), new(110, 13), new(110, 14)]),
            settings.OverVoltage);
        Assert.Equal(
            new TripCurve(true, [new(50, 0.16), new(56.5, 0.16), new(56.5, 300), new(58.5, 300), new(58.5, 400)]),
            settings.UnderFrequency);
        Assert.Equal(
            new TripCurve(true, [new(63, 0.16), new(62, 0.16), new(62, 300), new(61.2, 300), new(61.2, 400)]),
            settings.OverFrequency);
        Assert.Equal(new TripCurve(true, [new(50, 0), new(50, 2)]), settings.UnderVoltageCease);
        Assert.Equal(new TripCurve(true, [new(110, 0), new(110, 13)]), settings.OverVoltageCease);
    }

    [Fact]
    public void A_device_without_such_models_tells_nothing() =>
        Assert.Null(Read(new SunSpecImageBuilder(1).Model(1).Model(103, ("W_SF", 0), ("W", 10)).Build()));

    [Theory]
    [InlineData(10, 11)]      // more active points than the model has room for
    [InlineData(5, 0)]        // no points
    [InlineData(6, 0)]        // no curve
    [InlineData(7, 11)]       // a scale factor that is none
    [InlineData(2, 2)]        // neither enabled nor disabled
    [InlineData(12, 0xFFFF)]  // a corner that is not implemented in the middle
    [InlineData(11, 40_000)]  // 400 % of nominal
    public void A_curve_that_is_not_whole_is_not_known(int offset, int value)
    {
        var socket = new Spoilt(Dersec(), (ushort)(40474 + offset), (ushort)value);
        if (offset == 12) socket.AlsoNext = true;

        var settings = Read(socket)!.Value;

        Assert.False(settings.UnderVoltage.IsKnown);
        Assert.True(settings.OverVoltage.IsKnown);
    }

    [Fact]
    public void A_function_that_is_switched_off_is_known_and_not_enabled()
    {
        var settings = Read(new Spoilt(Dersec(), 40474 + 2, 0))!.Value;

        Assert.True(settings.UnderVoltage.IsKnown);
        Assert.False(settings.UnderVoltage.IsEnabled);
    }

    [Fact]
    public void Settings_are_read_again_every_minute()
    {
        var image = Devices.Inverter701().Build();
        using var bus = new WatchedModbus(image);
        var inverter = new SunSpecInverter(bus, Devices.InverterSettings);
        Reading<GridSettings> settings = default;
        void RunFor(TimeSpan time)
        {
            for (var end = now + time; now < end; now = inverter.NextDue) inverter.Read(now);
        }
        RunFor(5.Seconds);
        Assert.True(inverter.GridSettings.TryRead(ref settings));
        Assert.Equal(
            59.5, settings.Within(TimeSpan.MaxValue, now)!.Value.EnterService!.Value.LowFrequency!.Value.Value);

        Assert.True(image.TrySet(image.Point(703, "ESHzLo"), 59));
        RunFor(GridSettingsSides.Period);

        inverter.GridSettings.TryRead(ref settings);
        Assert.Equal(59, settings.Within(TimeSpan.MaxValue, now)!.Value.EnterService!.Value.LowFrequency!.Value.Value);
    }

    private sealed class Spoilt(IModbusDevice device, ushort address, ushort value) : IModbusDevice
    {
        public bool AlsoNext { get; set; }

        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            var answer = device.Read(unit, start, into);
            for (var at = address; at <= address + (AlsoNext ? 1 : 0); at++)
                if (answer == 0 && at >= start && at < start + into.Length) into[at - start] = value;
            return answer;
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 1;
    }
}
