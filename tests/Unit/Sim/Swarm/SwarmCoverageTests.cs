using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Swarm;

namespace ChargeScape.Edge.Tests.Unit.Sim.Swarm;

public class SwarmCoverageTests
{
    private static readonly Watts Flowing = new(-2000);

    [Fact]
    public void What_nobody_reached_is_missing_unless_it_is_excused()
    {
        var missing = new SwarmCoverage().Missing.ToList();

        Assert.Contains("limit main_breaker", missing);
        Assert.Contains("trip emergency_stop", missing);
        Assert.Contains("mode transferring", missing);
        Assert.Contains("fault meter silent", missing);
        Assert.DoesNotContain("trip contactor_chatter", missing);
        Assert.DoesNotContain("limit none", missing);
    }

    [Fact]
    public void An_excuse_is_a_reason_and_is_about_something_that_exists()
    {
        var excused = new SwarmCoverage().Table.Where(row => row.Excuse is not null).ToList();

        Assert.Equal(SwarmCoverage.Excused.Order(), excused.Select(row => $"{row.Group} {row.Name}").Order());
        Assert.All(excused, row => Assert.True(row.Excuse!.Length > 10));
    }

    [Fact]
    public void A_trip_counts_once_for_each_time_it_trips_and_a_mode_for_each_time_it_is_entered()
    {
        var coverage = new SwarmCoverage();
        var state = ControlState.PowerUp;
        coverage.See(state);
        state.Mode = ModeKind.Ready;
        state.Trips.Of(TripId.EmergencyStop).TripByHand(true, 10.Seconds);
        coverage.See(state);
        coverage.See(state);
        state.Trips.Of(TripId.EmergencyStop).ClearByPerson();
        coverage.See(state);
        state.Trips.Of(TripId.EmergencyStop).TripByHand(true, 20.Seconds);
        state.Mode = ModeKind.Tripped;
        coverage.See(state);

        Assert.Equal(2, Row(coverage, "trip", "emergency_stop").Times);
        Assert.Equal(2, Row(coverage, "mode", "tripped").Times);
        Assert.Equal(1, Row(coverage, "mode", "ready").Times);
    }

    [Fact]
    public void A_fault_counts_when_it_is_armed_and_whether_power_flowed_then()
    {
        var coverage = new SwarmCoverage();
        coverage.Happened(new ScenarioEvent.Change("meter", "silent"), Flowing);
        coverage.Happened(new ScenarioEvent.Change("meter", "silent"), Watts.Zero);
        coverage.Happened(new ScenarioEvent.Change("meter", "healthy"), Flowing);
        coverage.Happened(new ScenarioEvent.Change("grid_hz", "62.5"), Flowing);
        coverage.Happened(new ScenarioEvent.Order("h3", "{}"), Flowing);
        coverage.Happened(new ScenarioEvent.Order("o3", "{}"), Flowing);

        Assert.Equal((2, 1), Counts(coverage, "meter silent"));
        Assert.Equal((1, 1), Counts(coverage, "grid_hz"));
        Assert.Equal((1, 1), Counts(coverage, "hostile order"));
        Assert.Equal(4, coverage.Table.Where(row => row.Group == "fault").Sum(row => row.Times));
    }

    [Fact]
    public void The_counts_of_many_runs_add_up()
    {
        var (first, second) = (new SwarmCoverage(), new SwarmCoverage());
        second.See(ControlState.PowerUp);
        second.Happened(new ScenarioEvent.Change("meter", "silent"), Flowing);

        first.Add(second);
        first.Add(second);

        Assert.Equal(2, Row(first, "mode", "tripped").Times);
        Assert.Equal((2, 2), Counts(first, "meter silent"));
    }

    [Fact]
    public void The_swarm_knows_every_trouble_that_the_simulator_can_make()
    {
        // What ends a trouble, and what is no trouble by itself.
        string[] healthy = ["healthy", "released", "given", "back", "up", "in"];
        string[] ordinary = ["switch_on", "switch_off", "sun", "relay_2"];
        var all = Changes.All.Where(change => !ordinary.Contains(change.Key)).SelectMany(change => change.Value
            .Where(value => !healthy.Contains(value))
            .Select(value => value is "#" or "*" ? change.Key : $"{change.Key} {value}"));

        Assert.Empty(all.Except(FaultKind.Names));
    }

    private static Reached Row(SwarmCoverage coverage, string group, string name) =>
        coverage.Table.Single(row => row.Group == group && row.Name == name);

    private static (long, long) Counts(SwarmCoverage coverage, string fault) =>
        (Row(coverage, "fault", fault).Times, Row(coverage, "fault", fault).Effective);
}
