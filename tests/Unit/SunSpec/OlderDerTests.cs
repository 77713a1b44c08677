using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>A storage inverter without 704: power by 124, connection by 123.</summary>
public sealed class OlderDerTests
{
    private static readonly DerSettings Older = new() { IsOlder = true };
    private static readonly SunSpecDerEvseSettings BothWays = DerBench.Settings with { CanForceDischarge = true };

    [Theory]
    [InlineData(5000)]
    [InlineData(-5000)]
    public void Power_follows_where_the_site_says_that_both_directions_can_be_forced(double watts)
    {
        var bench = new DerBench(Older, BothWays);

        bench.Transfer(new(watts));

        bench.ExpectPower(new(watts));
        Assert.Equal((-watts / 100, watts / 100), (bench.Register("OutWRte", 124), bench.Register("InWRte", 124)));
        Assert.Equal(3, bench.Register("StorCtl_Mod", 124));
    }

    [Fact]
    public void The_timer_lifts_the_command_and_the_driver_says_so()
    {
        var bench = new DerBench(Older, BothWays);
        bench.Transfer(5.kW);
        Assert.Equal(DerWarnings.ReversionLifts, bench.Evse.Warnings);

        bench.IsHostDead = true;
        bench.RunFor(13.Seconds);

        Assert.Equal((1, 0), (bench.Der.Expiries, bench.Register("StorCtl_Mod", 124)));
    }

    [Fact]
    public void A_maker_of_which_nothing_is_known_is_not_controlled_by_negative_rates()
    {
        var bench = new DerBench(Older);

        bench.RunFor(10.Seconds);

        Assert.Equal(DerWarnings.NotControllable, bench.Evse.Warnings & DerWarnings.NotControllable);
        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults);
        Assert.Equal(100, bench.Register("OutWRte", 124));
    }

    [Fact]
    public void At_hand_back_the_rates_are_as_they_were()
    {
        var bench = new DerBench(Older, BothWays);
        bench.Transfer(5.kW);
        bench.Order(Watts.Zero, Connection.Open);
        bench.RunFor(6.Seconds);

        for (var i = 0; i < 50 && !bench.Evse.HandBack(bench.Plant.Now); i++) bench.Plant.Advance(100.Milliseconds);

        Assert.Equal(
            (100, 100, 0, 0),
            (bench.Register("OutWRte", 124), bench.Register("InWRte", 124), bench.Register("StorCtl_Mod", 124),
                bench.Register("ChaGriSet", 124)));
    }
}
