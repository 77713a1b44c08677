using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;
using SimInverter = ChargeScape.Edge.Sim.Devices.SunSpecInverter;
using SunSpecInverter = ChargeScape.Edge.Hal.Devices.SunSpec.SunSpecInverter;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>A PV inverter that is limited: by 704, whose timer keeps a limit, and by 123, whose timer lifts
/// it.</summary>
public sealed class CurtailmentTests
{
    private static readonly Watts Unlimited = new(double.NegativeInfinity);
    private static readonly TimeSpan Step = 10.Milliseconds;

    private static readonly SunSpecInverterSettings Settings = Devices.InverterSettings with
    {
        Curtailment = new() { Write = new(10.Seconds, SecondMaster.Yield, null), SilencePercent = 40 },
    };

    private readonly HomePlant plant = new(
        new() { Pv = new() { Peak = 6.kW, Rating = 5.kW, Sun = new Sun.Steady(1) } }, seed: 1);

    [Fact]
    public void By_704_generation_follows_the_limit_and_is_lifted_again()
    {
        var inverter = Newer(out var device, out _);

        RunFor(5.Seconds, device, inverter, new(-2000));
        ExpectGeneration(2000);
        Assert.True(inverter.IsHeld);
        Assert.Equal(DerWarnings.None, inverter.Warnings);
        RunFor(5.Seconds, device, inverter, Unlimited);

        ExpectGeneration(5000);
    }

    [Fact]
    public void By_704_the_limit_for_silence_holds_when_the_host_dies()
    {
        var inverter = Newer(out var device, out _);
        RunFor(20.Seconds, device, inverter, new(-1000));
        ExpectGeneration(1000);

        RunFor(15.Seconds, device, null, default);

        ExpectGeneration(2000);
    }

    [Fact]
    public void By_123_the_limit_is_in_percent_of_WMax_and_refreshed()
    {
        var inverter = Older(out var device, out var bus);
        bus.Writes = [];

        RunFor(40.Seconds, device, inverter, new(-1500));

        ExpectGeneration(1500);
        Assert.Equal(0, device.Expiries);
        Assert.Equal(DerWarnings.ReversionLifts, inverter.Warnings);
    }

    [Fact]
    public void When_nobody_commands_any_more_the_limit_for_silence_is_written()
    {
        var inverter = Older(out var device, out _);
        RunFor(10.Seconds, device, inverter, new(-1500));

        RunFor(15.Seconds, device, inverter, null);

        ExpectGeneration(2000);
        Assert.Equal(0, device.Expiries);
    }

    [Fact]
    public void By_123_the_timer_lifts_the_limit_when_the_host_dies()
    {
        var inverter = Older(out var device, out _);
        RunFor(20.Seconds, device, inverter, new(-1500));

        RunFor(15.Seconds, device, null, default);

        ExpectGeneration(5000);
    }

    [Fact]
    public void By_123_the_enable_is_written_again_after_each_change_of_the_value()
    {
        var inverter = Older(out var device, out var bus);
        RunFor(8.Seconds, device, inverter, new(-1500));
        bus.Writes = [];

        RunFor(1.Seconds, device, inverter, new(-1000));

        var value = device.Image.AddressOf(device.Image.Point(123, "WMaxLimPct"));
        var enable = device.Image.AddressOf(device.Image.Point(123, "WMaxLim_Ena"));
        Assert.Equal([value, enable], bus.Writes.Select(write => write.Start));
    }

    [Fact]
    public void A_maker_whose_devices_stop_at_zero_percent_is_limited_to_one()
    {
        var inverter = Older(out var device, out _, maker: "Fronius");

        RunFor(5.Seconds, device, inverter, Watts.Zero);

        Assert.Equal(1, device.Image.Get(device.Image.Point(123, "WMaxLimPct")));
    }

    [Theory]
    [InlineData("KOSTAL", 16)]
    [InlineData("APsystems", 6)]
    public void A_maker_that_takes_one_function_only_is_written_with_it(string maker, int unknown)
    {
        var inverter = Older(out var device, out var bus, maker);
        bus.UnknownFunction = unknown;

        RunFor(5.Seconds, device, inverter, new(-2500));

        ExpectGeneration(2500);
    }

    [Fact]
    public void A_maker_that_cannot_be_read_back_is_not_asked_and_the_driver_warns()
    {
        var inverter = Older(out var device, out _, maker: "SMA");

        RunFor(5.Seconds, device, inverter, new(-2500));

        ExpectGeneration(2500);
        Assert.Equal(DerWarnings.NoReadBack, inverter.Warnings & DerWarnings.NoReadBack);
    }

    [Fact]
    public void A_second_master_is_left_its_way_where_the_site_says_so()
    {
        var inverter = Older(out var device, out _);
        RunFor(5.Seconds, device, inverter, new(-2500));

        Assert.Equal(0, device.Image.Write(1, device.Image.AddressOf(device.Image.Point(123, "WMaxLimPct")), [8000]));
        RunFor(4.Seconds, device, inverter, new(-2500));

        ExpectGeneration(4000);
        Assert.False(inverter.IsHeld);
    }

    [Fact]
    public void Nothing_is_written_before_the_first_limit_and_at_hand_back_all_is_as_it_was()
    {
        var inverter = Older(out var device, out var bus);
        bus.Writes = [];
        RunFor(5.Seconds, device, inverter, null);
        Assert.Empty(bus.Writes);
        RunFor(5.Seconds, device, inverter, new(-2500));

        for (var i = 0; i < 50 && !inverter.HandBack(plant.Now); i++) plant.Advance(100.Milliseconds);

        double? Of(string name) => device.Image.Get(device.Image.Point(123, name));
        Assert.Equal((100, 0, 0), (Of("WMaxLimPct"), Of("WMaxLim_Ena"), Of("WMaxLimPct_RvrtTms")));
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(10, -1)]
    public void Without_a_reversion_time_or_a_limit_for_silence_it_is_refused(int reversion, double silence) =>
        Assert.Throws<ArgumentException>(() => new SunSpecInverter(
            new WatchedModbus(Devices.Inverter701().Build()),
            Devices.InverterSettings with
            {
                Curtailment = new()
                {
                    Write = new(reversion.Seconds, SecondMaster.Yield, null), SilencePercent = silence,
                },
            }));

    private SunSpecInverter Newer(out SimInverter device, out WatchedModbus bus)
    {
        device = new(plant, unit: 1);
        bus = new(device.Image);
        return new(bus, Settings);
    }

    private SunSpecInverter Older(out SunSpecOlderInverter device, out WatchedModbus bus, string maker = "Maker")
    {
        device = new(plant, unit: 1, maker);
        bus = new(device.Image);
        return new(bus, Settings);
    }

    private void RunFor(TimeSpan time, SimDevice device, SunSpecInverter? inverter, Watts? limit)
    {
        for (var end = plant.Now + time; plant.Now < end;)
        {
            plant.Advance(Step);
            if (plant.Now >= device.NextDue) device.Advance(plant.Now);
            if (limit is { } most) inverter?.Commands.Publish(new(most, plant.Now));
            if (inverter is null || plant.Now < inverter.NextDue) continue;
            inverter.Read(plant.Now);
            inverter.Write(plant.Now);
        }
    }

    private void ExpectGeneration(double watts) => Assert.InRange(-plant.Pv.Power.Value, watts - 60, watts + 60);
}
