using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>Meters by map. The registers are written by hand from the makers' tables, not made by the codec.</summary>
public sealed class MapMeterTests
{
    private TimeSpan now = 1.Hours;

    /// <summary>An EM24 that imports on L1 and L2 and exports on L3.</summary>
    private static HandRegisters Em24()
    {
        var bus = new HandRegisters { MostRegisters = 11 };
        bus.Holding(0, 2304, 0, 2299, 0, 2311, 0);                                          // 230.4, 229.9, 231.1 V
        bus.Holding(6, 0, 0, 0, 0, 0);
        bus.Holding(11, 70);                                                                // EM24-DIN AV9
        bus.Holding(12, 5217, 0, 0x1170, 0x0001, 8662, 0);                                  // 5.217, 70.000, 8.662 A
        // 1200.0, 16052.0, −2000.0 W
        bus.Holding(18, 12000, 0, 0x7308, 0x0002, 0xB1E0, 0xFFFF);
        bus.Holding(40, 0x53C8, 0x0002);                                                    // 15252.0 W
        bus.Holding(55, 500);                                                               // 50.0 Hz
        bus.Holding(4353, 7);                                                               // application H
        return bus;
    }

    /// <summary>An SDM630: singles, high register first.</summary>
    private static HandRegisters Sdm630()
    {
        var bus = new HandRegisters { MostRegisters = 60 };
        bus.Input(0, 0x4366, 0x0000, 0x4366, 0x8000, 0x4365, 0x0000);                       // 230, 230.5, 229 V
        bus.Input(6, 0x40A0, 0x0000, 0x3F80, 0x0000, 0x4020, 0x0000);                       // 5, 1, 2.5 A
        bus.Input(12, 0x447A, 0x0000, 0x4348, 0x0000, 0xC3FA, 0x0000);                      // 1000, 200, −500 W
        bus.Input(52, 0x442F, 0x0000);                                                      // 700 W
        bus.Input(70, 0x4247, 0xFAE1);                                                      // 49.995 Hz
        return bus;
    }

    [Fact]
    public void An_em24_is_read_as_its_maker_s_table_says_within_its_eleven_registers()
    {
        using var bus = Em24();
        var meter = new MapMeter(bus, Maps.Shipped("carlo-gavazzi-em24"), Maps.MeterSettings);

        Assert.True(Maps.ReadUntilNews(meter, ref now, 1.Seconds), $"{meter.Trouble}");

        var seen = Maps.Value(meter.Readings, now);
        Assert.Equal(15252, seen.Power.Value, 6);
        var (p1, p2, p3) = (Round(seen.LegPower.L1), Round(seen.LegPower.L2), Round(seen.LegPower.L3));
        Assert.Equal((1200.0, 16052.0, -2000.0), (p1, p2, p3));
        Assert.Equal(230.4, seen.LegVoltage.L1.Value, 6);
        Assert.Equal(5.217, seen.LegCurrent.L1.Value, 9);
        Assert.Equal((70.0, 8.662), (seen.LegCurrent.L2.Value, Math.Round(seen.LegCurrent.L3.Value, 9)));
        Assert.Equal(50, seen.Frequency!.Value.Value, 6);

        double Round(Watts power) => Math.Round(power.Value, 6);
    }

    [Fact]
    public void An_sdm630_is_read_as_its_maker_s_table_says()
    {
        using var bus = Sdm630();
        var meter = new MapMeter(bus, Maps.Shipped("eastron-sdm630"), Maps.MeterSettings);

        Assert.True(Maps.ReadUntilNews(meter, ref now, 1.Seconds), $"{meter.Trouble}");

        var seen = Maps.Value(meter.Readings, now);
        Assert.Equal(700, seen.Power.Value);
        Assert.Equal((1000, 200, -500), (seen.LegPower.L1.Value, seen.LegPower.L2.Value, seen.LegPower.L3.Value));
        Assert.Equal((230, 230.5, 229), (seen.LegVoltage.L1.Value, seen.LegVoltage.L2.Value, seen.LegVoltage.L3.Value));
        Assert.Equal((5, 1, 2.5), (seen.LegCurrent.L1.Value, seen.LegCurrent.L2.Value, seen.LegCurrent.L3.Value));
        Assert.Equal(49.995, seen.Frequency!.Value.Value, 3);
        Assert.All(bus.Requests, request => Assert.StartsWith("4:", request, StringComparison.Ordinal));
    }

    [Fact]
    public void Phases_that_are_wired_in_another_order_are_put_right_and_the_site_can_turn_the_sign()
    {
        using var bus = Sdm630();
        var settings = Maps.MeterSettings with { Phases = [3, 1], Sign = -1 };
        bus.Input(52, 0x43FA, 0x0000);                                                      // 500 W = the two legs
        var meter = new MapMeter(bus, Maps.Shipped("eastron-sdm630"), settings);

        Assert.True(Maps.ReadUntilNews(meter, ref now, 1.Seconds), $"{meter.Trouble}");

        var seen = Maps.Value(meter.Readings, now);
        Assert.Equal((500, -1000, 0), (seen.LegPower.L1.Value, seen.LegPower.L2.Value, seen.LegPower.L3.Value));
        Assert.Equal(-500, seen.Power.Value);
        Assert.Equal(229, seen.LegVoltage.L1.Value);
    }

    [Theory]
    [InlineData(11, 1648)]     // the Ethernet model, whose table differs
    [InlineData(4353, 0)]      // application A: export is not shown
    public void A_device_that_is_not_the_one_of_the_map_is_not_believed(int register, ushort value)
    {
        using var bus = Em24();
        bus.Holding(register, value);
        var meter = new MapMeter(bus, Maps.Shipped("carlo-gavazzi-em24"), Maps.MeterSettings);

        Assert.False(Maps.ReadUntilNews(meter, ref now, 3.Seconds));

        Assert.Equal(MapTrouble.OtherDevice, meter.Trouble);
    }

    [Theory]
    [InlineData(40, 0xFFFF, 0x7FFF, MapTrouble.NoValue)]        // overflow
    [InlineData(40, 0, 0, MapTrouble.Implausible)]              // the legs do not add up to it
    [InlineData(12, 0, 0, MapTrouble.Implausible)]              // 1200 W without current
    [InlineData(0, 0xFFFF, 0xFFFF, MapTrouble.NoValue)]         // −0.1 V
    public void What_cannot_be_true_is_no_reading(int register, ushort low, ushort high, MapTrouble trouble)
    {
        using var bus = Em24();
        bus.Holding(register, low, high);
        var meter = new MapMeter(bus, Maps.Shipped("carlo-gavazzi-em24"), Maps.MeterSettings);

        Assert.False(Maps.ReadUntilNews(meter, ref now, 1.Seconds));

        Assert.Equal(trouble, meter.Trouble);
    }

    [Fact]
    public void A_round_is_as_old_as_its_first_request()
    {
        using var bus = Em24();
        var meter = new MapMeter(bus, Maps.Shipped("carlo-gavazzi-em24"), Maps.MeterSettings);
        var begun = now;

        while (!meter.Read(now)) now += 30.Milliseconds;

        Reading<MeterReading> reading = default;
        meter.Readings.TryRead(ref reading);
        Assert.Equal(begun, reading.TakenAt);
        Assert.True(now > begun);
    }

    [Fact]
    public void Slow_blocks_are_read_in_every_nth_round_only()
    {
        using var bus = Sdm630();
        var meter = new MapMeter(bus, Maps.Shipped("eastron-sdm630"), Maps.MeterSettings);

        for (var round = 0; round < 20; round++) Assert.True(Maps.ReadUntilNews(meter, ref now, 1.Seconds));

        Assert.Equal(20, bus.Requests.Count(request => request == "4:0+18"));
        Assert.Equal(2, bus.Requests.Count(request => request == "4:70+2"));
    }

    [Fact]
    public void A_silent_meter_is_asked_ever_less_often_and_found_again()
    {
        using var bus = Sdm630();
        var meter = new MapMeter(bus, Maps.Shipped("eastron-sdm630"), Maps.MeterSettings);
        Assert.True(Maps.ReadUntilNews(meter, ref now, 1.Seconds));
        bus.IsSilent = true;
        bus.Requests.Clear();

        Assert.False(Maps.ReadUntilNews(meter, ref now, 60.Seconds));
        var asked = bus.Requests.Count;
        bus.IsSilent = false;

        Assert.InRange(asked, 12, 20);
        Assert.Equal(MapTrouble.NoAnswer, meter.Trouble);
        Assert.True(Maps.ReadUntilNews(meter, ref now, 6.Seconds));
    }

    [Fact]
    public void Polling_allocates_nothing()
    {
        using var bus = new ChargeScape.Edge.Hal.Modbus.InMemoryModbus(new Still());
        var meter = new MapMeter(bus, Maps.Shipped("eastron-sdm630"), Maps.MeterSettings);
        for (var i = 0; i < 100; i++) Maps.ReadUntilNews(meter, ref now, 1.Seconds);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) Maps.ReadUntilNews(meter, ref now, 1.Seconds);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private sealed class Still : IModbusDevice
    {
        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            into.Clear();
            // 50 Hz at register 70; everything else stands still at 0.
            if (start == 70) into[0] = 0x4248;
            return 0;
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 1;
    }
}
