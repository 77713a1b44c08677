using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Tests.Scenarios;

public class PlantStepTests
{
    [Fact]
    public void The_plant_moves_by_at_most_10_ms_and_an_event_acts_in_the_next_step()
    {
        var scenario = Shipped.Parse("""
            about: an oven is switched on between two steps of the plant
            site: demo-split-phase.json
            length: 10 s
            home:
              house: { base_w: [600, 500], noise_w: 0, appliances: { oven: { w: 5000 } } }
            events:
              - { at: 5003 ms, switch_on: oven }
            expect:
              - { claim: nothing flows, of: evse_w, between: [-60, 60] }
            """);
        var seen = new Steps();
        using var world = new World(scenario, Shipped.SiteOf(scenario), RuleSet.All, seed: 1);

        world.RunUntil(scenario.Length, seen);

        Assert.InRange(seen.Longest, TimeSpan.FromMilliseconds(0.1), TimeSpan.FromMilliseconds(10));
        Assert.InRange(seen.OvenAt, TimeSpan.FromMilliseconds(5003), TimeSpan.FromMilliseconds(5013));
    }

    private sealed class Steps : IOracle
    {
        private TimeSpan last;

        public TimeSpan Longest { get; private set; }

        public TimeSpan OvenAt { get; private set; }

        public void See(in Truth truth)
        {
            if (truth.At - last > Longest) Longest = truth.At - last;
            last = truth.At;
            if (OvenAt == default && truth.House > new Watts(4000)) OvenAt = truth.At;
        }
    }
}
