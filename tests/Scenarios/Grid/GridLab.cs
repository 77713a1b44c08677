using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Plant;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Tests.Scenarios.Grid;

/// <summary>
/// A type test of inverter and controller together, as IEEE 1547.1 makes it of an inverter: a grid that the test moves,
/// an inverter and a site that are set alike, and what flows at the true plant.
/// </summary>
internal sealed class GridLab : IDisposable
{
    private readonly World world;

    /// <param name="yaml">The scenario that it begins as.</param>
    /// <param name="protection">How the inverter is set; the site's profile is set the same.</param>
    /// <param name="seed">Decides all that is chance.</param>
    /// <param name="service">When the site may enter service; null = as its file says.</param>
    public GridLab(string yaml, GridProtectionSettings protection, ulong seed, EnterServiceRule? service = null)
    {
        var scenario = Shipped.Parse(yaml);
        var site = Shipped.SiteOf(scenario);
        var terms = site.Limits.Grid!;
        var profile = terms.Profile with
        {
            UnderVoltage = Curve(protection.UnderVoltage, 100), OverVoltage = Curve(protection.OverVoltage, 100),
            UnderFrequency = Curve(protection.UnderFrequency, 1), OverFrequency = Curve(protection.OverFrequency, 1),
            EnterService = service ?? terms.Profile.EnterService,
        };
        site = site with { Limits = site.Limits with { Grid = terms with { Profile = profile } } };
        scenario = scenario with { Home = scenario.Home with { Protection = protection } };
        world = new(scenario, site, RuleSet.All, seed, ScenarioRun.PhaseOf(seed, site));
    }

    public HomePlant Plant => world.Plant;
    public double Now => world.Now.TotalSeconds;

    /// <summary>AC power of the EVSE, W; negative feeds the grid.</summary>
    public double EvseW => Plant.Stage.AcPower.Value;

    /// <summary>Faults that wait for a person.</summary>
    public IEnumerable<TripId> Latched
    {
        get
        {
            var trips = world.ControlState!.Value.Trips;
            return Enum.GetValues<TripId>().Where(id => trips[id] is { IsTripped: true, Class: >= TripClass.F3 });
        }
    }

    /// <summary>What stands and what it does about it, for a message.</summary>
    public string State
    {
        get
        {
            var state = world.ControlState!.Value;
            var standing = Enum.GetValues<TripId>().Where(id => state.Trips[id].IsTripped)
                .Select(id => $"{id} {state.Trips[id].Class}");
            return $"{state.Mode}, wants {state.Wanted}, bound by {state.BoundBy}; {string.Join(", ", standing)}";
        }
    }

    /// <summary>What the controller makes of the inverter's settings, for a message.</summary>
    public string Settings
    {
        get
        {
            var told = world.ControlState!.Value.Grid.Settings;
            return told.Within(TimeSpan.MaxValue, told.TakenAt) is { } agreement ? agreement.ToString() : "not told";
        }
    }

    public void Voltage(double share) => Do("grid_voltage_pu", share);
    public void Frequency(double hertz) => Do("grid_hz", hertz);

    public void Do(string what, double value) => Do(what, value.ToString(CultureInfo.InvariantCulture));
    public void Do(string what, string value) => world.Do(new ScenarioEvent.Change(what, value));

    public void Run(double seconds) => world.RunUntil(world.Now + TimeSpan.FromSeconds(seconds));

    /// <summary>Runs until something is so, looking each 10 ms; the time that it took, or null.</summary>
    public double? Until(Func<bool> holds, double atMost)
    {
        for (var begun = Now; Now - begun < atMost;)
        {
            if (holds()) return Now - begun;
            Run(0.01);
        }
        return null;
    }

    public void Dispose() => world.Dispose();

    private static TripCurve Curve(IReadOnlyList<TripCorner> corners, double unit) =>
        new(true, [.. corners.Select(corner => new TripPoint(corner.Level * unit, corner.Seconds))]);
}
