using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class SunSpecInverterTests
{
    private TimeSpan now = 3.Seconds;

    private InverterReading? Read(IModbus bus, out SunSpecInverter inverter, SunSpecInverterSettings? settings = null)
    {
        inverter = new SunSpecInverter(bus, settings ?? Devices.InverterSettings);
        return Devices.ReadUntilNews(inverter, ref now, 1.Seconds) ? Newest(inverter) : null;
    }

    private InverterReading? Newest(SunSpecInverter inverter)
    {
        Reading<InverterReading> reading = default;
        inverter.Readings.TryRead(ref reading);
        return reading.Within(TimeSpan.MaxValue, now);
    }

    private static InMemoryModbus Recording(string name, Action<Dictionary<string, ushort>>? change = null)
    {
        var text = File.ReadAllText(RepositoryRoot.File("tests", "data", "sunspec-devices", name));
        var registers = JsonSerializer.Deserialize<Dictionary<string, ushort>>(text)!;
        change?.Invoke(registers);
        Assert.True(RecordedImage.TryParse(JsonSerializer.Serialize(registers), out var image, out var error), error);
        return new(image);
    }

    [Fact]
    public void A_real_sunny_boy_that_generates_reads_negative()
    {
        using var device = Recording("sma-sb3.6-1av-41_2023-08-10.regs.json");

        var reading = Read(device, out var inverter);

        Assert.Equal(new InverterReading(new(-1080), false, 0), reading);
        Assert.Equal(new("SMA", "SB3.6-1AV-41", "4.00.75.R", "3005067415"), inverter.Identity);
    }

    [Fact]
    public void The_emulated_der_of_the_700_series_reads_negative()
    {
        using var device = Recording("dersec-emulated-der_700-series.regs.json");

        Assert.Equal(new InverterReading(new(-9800), false, 0), Read(device, out _));
    }

    [Fact]
    public void A_sunny_boy_at_night_gives_no_reading()
    {
        using var device = Recording("sma-sb3.6-1av-41_2023-08-10.regs.json", registers => registers["40199"] = 0x8000);

        Assert.Null(Read(device, out var inverter));
        Assert.Equal(SunSpecTrouble.NotImplemented, inverter.Trouble);
    }

    [Fact]
    public void Fault_and_alarms_of_model_701_are_shown()
    {
        var image = Devices.Inverter701().Build();
        image.TrySet(image.Point(701, "InvSt"), 6);
        image.TrySet(image.Point(701, "Alrm"), 1 << 7);
        image.TrySet(image.Point(701, "W"), 0);
        using var bus = new WatchedModbus(image);

        Assert.Equal(new InverterReading(Watts.Zero, true, 1 << 7), Read(bus, out _));
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(6, false)]
    public void State_7_of_model_103_is_fault_and_6_is_not(double state, bool isFaulted)
    {
        using var bus = new WatchedModbus(new SunSpecImageBuilder(1).Model(1)
            .Model(103, ("W_SF", 1), ("W", 4000), ("St", state), ("Evt1", 4)).Build());

        Assert.Equal(new InverterReading(new(-4000), isFaulted, 4), Read(bus, out _));
    }

    [Fact]
    public void Of_integer_and_float_model_the_integer_one_is_read_unless_the_settings_choose()
    {
        // KOSTAL PLENTICORE serves both at once.
        using var bus = new WatchedModbus(new SunSpecImageBuilder(1).Model(1)
            .Model(103, ("W_SF", 0), ("W", 1000)).Model(113, ("W", 1000.25)).Build());

        Assert.Equal(new Watts(-1000), Read(bus, out _)?.Power);
        Assert.Equal(new Watts(-1000.25), Read(bus, out _, Devices.InverterSettings with { Model = 113 })?.Power);
    }

    [Fact]
    public void Of_701_and_103_the_newer_one_is_read()
    {
        using var bus = new WatchedModbus(new SunSpecImageBuilder(1).Model(1)
            .Model(103, ("W_SF", 0), ("W", 1000)).Model(701, ("W_SF", 0), ("W", 1001)).Build());

        Assert.Equal(new Watts(-1001), Read(bus, out _)?.Power);
    }

    [Fact]
    public void A_power_that_no_such_inverter_has_gives_no_reading()
    {
        var image = Devices.Inverter701().Build();
        using var bus = new WatchedModbus(image);
        Assert.NotNull(Read(bus, out var inverter));
        image.TrySet(image.Point(701, "W"), -17_000);

        Assert.False(Devices.ReadUntilNews(inverter, ref now, 1.Seconds));

        Assert.Equal(SunSpecTrouble.Implausible, inverter.Trouble);
        Assert.Equal(new Watts(-5000), Newest(inverter)!.Value.Power);
    }

    [Fact]
    public void A_device_shorter_than_the_model_is_read_as_far_as_it_goes()
    {
        ushort[] registers = [0x5375, 0x6E53, 103, 15, .. new ushort[15], 0xFFFF];
        registers[2 + 14] = 1234;
        registers[2 + 15] = 0;
        using var device = Recording("dersec-emulated-der_700-series.regs.json", image =>
        {
            image.Clear();
            for (var i = 0; i < registers.Length; i++) image[$"{40000 + i}"] = registers[i];
        });

        Assert.Equal(new InverterReading(new(-1234), false, 0), Read(device, out _));
    }

    [Fact]
    public void A_poll_is_one_request_and_allocates_nothing()
    {
        using var bus = new WatchedModbus(Devices.Inverter701().Build());
        Assert.NotNull(Read(bus, out var inverter));
        void Poll()
        {
            now = inverter.NextDue;
            inverter.Read(now);
        }
        for (var i = 0; i < 100; i++) Poll();
        var requests = bus.Requests;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Poll();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        // In 100 s the models with grid-code settings come round once or twice.
        Assert.InRange(bus.Requests - requests, 1000, 1004);
    }
}
