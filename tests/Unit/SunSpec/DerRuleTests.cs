using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>When a DER gets power and permit, and what ends a fault of its control.</summary>
public sealed class DerRuleTests
{
    [Fact]
    public void Power_is_commanded_only_while_it_is_connected_and_shall_be()
    {
        var bench = new DerBench();
        bench.Order(4.kW);
        while (bench.Evse.Readings.Sequence == 0 || bench.Reading.Session != EvseSession.Energised)
        {
            bench.RunFor(100.Milliseconds);
            if (bench.Evse.Readings.Sequence != 0 && bench.Reading.Session != EvseSession.Energised)
                Assert.Equal(0, bench.Register("WSet"));
        }
        bench.RunFor(10.Seconds);
        Assert.Equal(-4000, bench.Register("WSet"));

        // An open command names no power, whatever stands in it.
        bench.Order(4.kW, Connection.Open);
        bench.RunFor(500.Milliseconds);

        Assert.Equal(0, bench.Register("WSet"));
    }

    [Fact]
    public void In_discharge_too_the_device_s_own_limit_is_kept()
    {
        var bench = new DerBench(new() { RatingW = 6000 });

        bench.Transfer(-(9.kW));

        Assert.Equal(6000, bench.Register("WSet"));
    }

    [Fact]
    public void An_emergency_withdraws_the_permit_while_power_still_flows_and_an_ordered_stop_waits()
    {
        var ordered = new DerBench();
        ordered.Transfer(8.kW);
        ordered.Der.Trouble = DerTrouble.Ignores;
        ordered.Order(Watts.Zero, Connection.Open);
        ordered.RunFor(400.Milliseconds);
        Assert.Equal(1, ordered.Register("ES", 703));
        // A device that does not ramp down is not waited for.
        ordered.RunFor(2.Seconds);
        Assert.Equal(0, ordered.Register("ES", 703));

        var emergency = new DerBench();
        emergency.Transfer(8.kW);
        emergency.Der.Trouble = DerTrouble.Ignores;
        emergency.Order(Watts.Zero, Connection.OpenNow);
        emergency.RunFor(300.Milliseconds);
        Assert.Equal(0, emergency.Register("ES", 703));
    }

    [Fact]
    public void A_set_point_that_is_taken_again_ends_the_fault()
    {
        var bench = new DerBench();
        bench.Transfer(4.kW);
        bench.Der.Trouble = DerTrouble.Clamps;
        bench.Order(8.kW);
        bench.RunFor(3.Seconds);
        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults);

        bench.Der.Trouble = DerTrouble.None;
        bench.RunFor(5.Seconds);

        Assert.Equal((true, EvseFaults.None), (bench.Evse.IsHeld, bench.Reading.Faults));
    }

    [Fact]
    public void After_it_stood_back_its_reversion_is_what_it_needs_again()
    {
        var bench = new DerBench(
            settings: DerBench.Settings with { Write = new(60.Seconds, SecondMaster.Yield, null) });
        bench.Transfer(4.kW);

        bench.Der.WriteAsAnother(3000);
        bench.Der.Image.Write(1, bench.Der.Image.AddressOf(bench.Der.Image.Point(704, "WSetRvrtTms")), [0, 900]);
        bench.RunFor(90.Seconds);

        Assert.Equal((60, -4000), (bench.Register("WSetRvrtTms"), bench.Register("WSet")));
    }

    [Fact]
    public void Where_the_site_says_that_there_is_no_permit_none_is_written()
    {
        var bench = new DerBench(settings: DerBench.Settings with { Service = DerService.None });
        bench.Der.Image.Write(1, bench.Der.Image.AddressOf(bench.Der.Image.Point(703, "ES")), [1]);
        bench.RunFor(5.Seconds);

        bench.Order(Watts.Zero, Connection.OpenNow);
        bench.RunFor(5.Seconds);

        Assert.Equal(1, bench.Register("ES", 703));
        Assert.Equal(DerWarnings.NoService, bench.Evse.Warnings);
    }

    [Fact]
    public void A_command_from_the_future_is_zero_and_open()
    {
        var bench = new DerBench();
        bench.Transfer(5.kW);

        bench.Evse.Commands.Publish(new(5.kW, Connection.Close, bench.Plant.Now + 60.Seconds, 0));
        for (var i = 0; i < 400; i++)
        {
            bench.Plant.Advance(10.Milliseconds);
            bench.Der.Advance(bench.Plant.Now);
            bench.Evse.Read(bench.Plant.Now);
            bench.Evse.Write(bench.Plant.Now);
        }

        Assert.Equal((0, 0), (bench.Register("WSet"), bench.Register("ES", 703)));
    }

    public static TheoryData<Func<SunSpecDerEvseSettings, SunSpecDerEvseSettings>> Impossible => new()
    {
        settings => settings with { SetpointSign = default },
        settings => settings with { MaxCharge = -(1.W) },
        settings => settings with { MaxDischarge = -(1.W) },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Settings_that_cannot_be_meant_are_refused(Func<SunSpecDerEvseSettings, SunSpecDerEvseSettings> with) =>
        Assert.Throws<ArgumentException>(() => new DerBench(settings: with(DerBench.Settings)));
}
