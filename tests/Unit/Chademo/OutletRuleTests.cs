using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Hal.Gpio;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>Rules of the outlet around the session.</summary>
public sealed class OutletRuleTests
{
    private static OutletBench Charging() =>
        new OutletBench().Run(500.Milliseconds).Ask(4.kW).RunTo(EvseSession.Energised).Run(1.Seconds);

    [Fact]
    public void Nothing_is_sent_to_a_car_without_a_session()
    {
        var bench = new OutletBench().Run(2.Seconds);

        Assert.Empty(bench.Sent);
    }

    [Fact]
    public void A_command_stamped_a_moment_after_the_turn_is_followed_and_one_from_the_future_is_a_stop()
    {
        var bench = Charging();
        bench.CommandIsFresh = false;

        bench.Command = bench.Command with { IssuedAt = bench.Now + 900.Milliseconds };
        bench.Evse.Commands.Publish(bench.Command);
        bench.Run(500.Milliseconds);
        Assert.Equal(EvseSession.Energised, bench.Reading.Session);

        bench.Evse.Commands.Publish(bench.Command with { IssuedAt = bench.Now + 30.Seconds });
        bench.Run(500.Milliseconds);
        Assert.NotEqual(EvseSession.Energised, bench.Reading.Session);
    }

    [Fact]
    public void A_line_that_changes_does_not_wait_for_the_next_frame()
    {
        for (var i = 0; i < 10; i++)
        {
            var bench = Charging().Run(i * 10.Milliseconds);

            bench.SetPlug(false);
            bench.Tick();

            Assert.NotEqual(EvseSession.Energised, bench.Reading.Session);
        }
    }

    [Fact]
    public void A_faulted_stage_can_give_nothing()
    {
        var bench = Charging();
        Assert.True(bench.Reading.StageCharge > 0.W);

        bench.Module.Alarms = InfyStatus.Fault;
        bench.Run(500.Milliseconds);

        Assert.Equal((0.W, 0.W), (bench.Reading.StageCharge, bench.Reading.StageDischarge));
    }

    [Theory]
    [InlineData("d1")]
    [InlineData("d2")]
    public void An_output_that_does_not_obey_is_a_fault_of_its_line(string line)
    {
        var bench = Charging();

        bench.Chip.SetFault(line, LineFault.StuckInactive);
        bench.Run(300.Milliseconds);

        Assert.True(bench.Reading.Faults.HasFlag(EvseFaults.Line), $"{bench.Reading.Faults}");
        Assert.NotEqual(EvseSession.Energised, bench.Reading.Session);
    }
}
