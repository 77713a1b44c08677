using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>
/// Works out again what the grid operator leaves, from all its beats and writes instead of a state machine. Without
/// what takes hours: a story lasts minutes.
/// </summary>
internal sealed class OperatorOracle(SiteLimits site)
{
    private readonly List<double> beats = [];
    private readonly List<GridOperatorLimit> consumption = [];
    private readonly List<GridOperatorLimit> production = [];
    private LinesReading? lines;
    private (double At, double Power)? battery;

    /// <summary>What a home battery may be taking: no load that discharge may rely on.</summary>
    public double Absorbs { get; private set; }

    public void See(in Snapshot clean)
    {
        lines = clean.Lines.Within(site.LinesMaxAge, clean.Now);
        if (site.HomeBatteryChargeMax is { } most)
        {
            if (clean.HomeBattery.Within(TimeSpan.MaxValue, clean.Now) is { } told)
                battery = (clean.HomeBattery.TakenAt.TotalSeconds, told.Power!.Value.Value);
            var isHeard = clean.Now.TotalSeconds - battery?.At <= site.HomeBatteryMaxAge.TotalSeconds + 1e-6;
            Absorbs = isHeard ? Math.Clamp(battery!.Value.Power, 0, most.Value) : most.Value;
        }
        if (clean.GridOperator.HeartbeatAt is { } at && !beats.Contains(at.TotalSeconds)) beats.Add(at.TotalSeconds);
        if (clean.GridOperator.Consumption is { } into && !consumption.Contains(into)) consumption.Add(into);
        if (clean.GridOperator.Production is { } outOf && !production.Contains(outOf)) production.Add(outOf);
    }

    /// <summary>Most consumption and production now; infinite where nothing limits.</summary>
    public (double Consumption, double Production) Caps(double now)
    {
        var (into, outOf) = (double.PositiveInfinity, double.PositiveInfinity);
        if (site.GridOperator is not { } rules) return (into, outOf);
        if (rules.Failsafe is { } failsafe)
            (into, outOf) = (Cap(consumption, failsafe.Consumption, now), Cap(production, failsafe.Production, now));
        foreach (var relay in rules.Relays)
        {
            if (lines?.Relays[relay.Relay] == LineLevel.Inactive) continue;
            into = Math.Min(into, relay.Consumption?.Value ?? into);
            outOf = Math.Min(outOf, relay.Production?.Value ?? outOf);
        }
        return (Math.Max(into, rules.ConsumptionFloor.Value), outOf);
    }

    private double Cap(List<GridOperatorLimit> writes, Watts? failsafe, double now)
    {
        var held = failsafe?.Value ?? double.PositiveInfinity;
        var last = beats.FindLastIndex(at => at <= now);
        if (last < 0 || now - beats[last] >= 120) return held;
        var first = last;
        while (first > 0 && beats[first] - beats[first - 1] < 120) first--;
        var since = beats[first];
        var follows = writes.FindLast(
            write => write.GivenAt.TotalSeconds >= since && write.GivenAt.TotalSeconds <= now);
        if (follows == default) return now - since >= 120 ? double.PositiveInfinity : held;
        return follows.IsActive ? follows.Limit.Value : double.PositiveInfinity;
    }
}
