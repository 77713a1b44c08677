using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>Rounds of reading: when they begin, what they keep, and what an outage makes of it.</summary>
public sealed class MapPollTests : IDisposable
{
    private static readonly ModbusResult silent = new(ModbusStatus.Timeout);
    private readonly HandRegisters bus = new() { MostRegisters = 60 };
    private TimeSpan now = 1.Hours;

    public MapPollTests()
    {
        for (var register = 0; register < 72; register += 2) bus.Input(register, 0, 0);
        bus.Input(70, 0x4247, 0xFAE1);
    }

    public void Dispose() => bus.Dispose();

    private MapMeter Sdm630() => new(bus, Maps.Shipped("eastron-sdm630"), Maps.MeterSettings);

    private int Asked(string request) => bus.Requests.Count(made => made == request);

    private void Rounds(MapMeter meter, int count)
    {
        for (var i = 0; i < count; i++) Maps.ReadUntilNews(meter, ref now, 20.Seconds);
    }

    [Fact]
    public void Between_two_rounds_nothing_is_asked()
    {
        var meter = Sdm630();
        Rounds(meter, 1);
        bus.Requests.Clear();

        for (var end = now + 150.Milliseconds; now < end; now += 10.Milliseconds) meter.Read(now);

        Assert.Empty(bus.Requests);
    }

    [Theory]
    [InlineData(2, 1)]      // a moment's trouble: what was read before still holds
    [InlineData(3, 2)]      // an outage: it may be another device by now
    public void After_an_outage_the_slow_blocks_are_read_anew(int failures, int reads)
    {
        var meter = Sdm630();
        Rounds(meter, 2);

        var left = failures;
        bus.Meets = _ => left-- > 0 ? silent : null;
        Rounds(meter, 1);

        Assert.Equal(MapTrouble.None, meter.Trouble);
        Assert.Equal(reads, Asked("4:70+2"));
    }

    [Fact]
    public void A_round_that_broke_off_begins_anew()
    {
        var meter = Sdm630();
        Rounds(meter, 1);
        bus.Requests.Clear();

        var isLost = true;
        bus.Meets = request => request == "4:52+2" && isLost ? silent : null;
        for (var end = now + 500.Milliseconds; bus.Requests.Count < 2 && now < end; now += 10.Milliseconds)
            meter.Read(now);
        isLost = false;
        Rounds(meter, 1);

        Assert.Equal(["4:0+18", "4:52+2", "4:0+18", "4:52+2"], bus.Requests);
    }

    [Fact]
    public void After_a_good_round_one_failure_costs_one_period_only()
    {
        var meter = Sdm630();
        Rounds(meter, 1);
        var left = 6;
        bus.Meets = _ => left-- > 0 ? silent : null;
        Rounds(meter, 2);

        left = 1;
        while (left > 0) meter.Read(now = meter.NextDue);

        Assert.Equal(now + Maps.MeterSettings.Period, meter.NextDue);
    }

    [Fact]
    public void A_round_that_took_longer_than_the_period_is_followed_by_a_pause_and_not_by_the_next()
    {
        using var slow = new HandRegisters();
        for (var register = 0; register < 60; register++) slow.Holding(register, 0);
        slow.Holding(11, 70);
        slow.Holding(4353, 7);
        slow.Holding(55, 500);
        var meter = new MapMeter(slow, Maps.Shipped("carlo-gavazzi-em24"), Maps.MeterSettings);

        while (!meter.Read(now)) now += 300.Milliseconds;

        Assert.Equal(now + Maps.MeterSettings.Period, meter.NextDue);
    }

    [Fact]
    public void What_did_not_leave_this_machine_does_not_begin_a_gap()
    {
        var paced = PacedModbus.Over(bus, 1.Seconds);
        paced.Now = now;
        var isHeldBack = true;
        bus.Meets = _ => isHeldBack ? new(ModbusStatus.NotSent) : null;

        paced.ReadInput(1, 0, new ushort[1]);
        Assert.Equal(TimeSpan.Zero, paced.FreeAt);
        isHeldBack = false;
        paced.ReadInput(1, 0, new ushort[1]);

        Assert.Equal(now + 1.Seconds, paced.FreeAt);
    }
}
