using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Demo;

namespace ChargeScape.Edge.Tests.Kernel.Home;

/// <summary>Modbus and MQTT over a TCP link that loses and delays packets, both ways.</summary>
[Collection(HomeTests.Name)]
public sealed class DisturbedLinkTests(SharedHome shared)
{
    // The meter's bus times out after 100 ms.
    private const string TooLate = "delay 400ms";
    private const string Lossy = "delay 20ms 10ms loss 5%";
    private readonly KernelHome home = shared.Charging();

    [Fact]
    public void A_meter_that_answers_too_late_ends_discharge_until_the_link_is_healed()
    {
        home.Discharge();
        var from = home.Truth.At;
        using (new Disturbance(home.MeterPort, TooLate))
        {
            home.Pass(10.Seconds);
            // Of a meter not heard for 3 s nothing is known, and then there is no discharge.
            Assert.All(home.TruthSince(from + 4.5.Seconds), now => Assert.InRange(now.Evse, -100, 100));
        }

        KernelHome.Await(() => home.Truth.Evse < -2500, "power is back without anybody's help");
        Assert.Empty(home.Faults());
    }

    [Fact]
    public void Over_a_lossy_meter_link_the_export_cap_holds_and_the_host_keeps_following()
    {
        home.Home.Do("oven on");
        home.Discharge(9000);
        KernelHome.Await(() => home.Truth.Evse < -7500, "the car feeds the oven as well");
        using (new Disturbance(home.MeterPort, Lossy))
        {
            home.Pass(5.Seconds);
            var from = home.Truth.At;
            home.Home.Do("oven off");
            home.Pass(15.Seconds);
            var truth = home.TruthSince(from);

            Assert.Contains(truth, now => Exports(now) > 5000);
            // While three packets in a row are lost the meter is not heard, and power may be less or none.
            var settled = truth.Where(now => now.At > from + 4.Seconds).ToList();
            Assert.All(settled, now => Assert.True(Exports(now) <= 5000, $"{now}"));
            Assert.Contains(settled, now => now.Evse < -2000);
            home.Home.Do("oven on");
            KernelHome.Await(() => home.Truth.Evse < -7500, "it follows the house");
        }
        Assert.Empty(home.Faults());
        home.Home.Do("oven off");
    }

    [Fact]
    public void Orders_over_a_slow_and_lossy_broker_link_get_their_answers_once_each_and_are_followed()
    {
        using (new Disturbance(home.HostsBrokerPort, "delay 300ms 100ms loss 15%"))
        {
            foreach (var watts in new[] { 1500, 2500, 2000 })
            {
                var order = home.Order(watts);
                home.Wire.NextAnswer(order, "received");
                home.Wire.NextAnswer(order, "started");
                KernelHome.Await(() => Math.Abs(home.Truth.Evse - watts) < 300, $"{watts} W flow");
                Assert.Single(home.Wire.Seen, seen => IsAnswer(seen, $"{order["id"]}", "received"));
                Assert.Single(home.Wire.Seen, seen => IsAnswer(seen, $"{order["id"]}", "started"));
            }
        }
    }

    [Fact]
    public void With_the_broker_out_of_reach_the_order_goes_on_to_its_end_and_then_there_is_no_power()
    {
        var order = home.Order(2000, 25.Seconds);
        home.Wire.NextAnswer(order, "started");
        KernelHome.Await(() => Math.Abs(home.Truth.Evse - 2000) < 300, "the order is followed");
        var from = home.Truth.At;
        using (new Disturbance(home.HostsBrokerPort, "loss 100%"))
        {
            home.Wire.Next("state", state => (bool?)state["online"] == false);
            Assert.All(home.TruthSince(from), now => Assert.InRange(now.Evse, 1700, 2300));

            KernelHome.Await(() => home.Truth.Evse < 100, "power ends with the order");
            Assert.InRange(home.Truth.At - from, 15.Seconds, 30.Seconds);
            from = home.Truth.At;
            home.Pass(5.Seconds);
            Assert.All(home.TruthSince(from), now => Assert.InRange(now.Evse, -100, 100));
        }

        home.Wire.Next("state", state => (bool?)state["online"] == true);
        var next = home.Order(1500);
        home.Wire.NextAnswer(next, "received");
        home.Wire.NextAnswer(next, "started");
        KernelHome.Await(() => Math.Abs(home.Truth.Evse - 1500) < 300, "the next order is followed");
    }

    private static double Exports(TruthLine now) => -now.Grid;

    private static bool IsAnswer((string Topic, string Message) seen, string order, string stage) =>
        seen.Topic == "answer" && seen.Message.Contains(order, StringComparison.Ordinal)
        && seen.Message.Contains($"\"{stage}\"", StringComparison.Ordinal);
}
