using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Judge;

/// <summary>
/// What the grid operator demands, by what it really did: its relays, and its messages as EEBUS LPC and LPP have them.
/// Without a link nothing, with one the failsafe value until a limit follows a heartbeat, and again when none was sent
/// for two minutes.
/// </summary>
internal sealed class OperatorPressure(GridOperatorRules? rules)
{
    private const double HeartbeatSeconds = 60;
    private const double PatienceSeconds = 120;
    private readonly HashSet<int> pulled = [];
    // The limit written last, W; infinity = lifted, NaN = none since the failsafe began.
    private double consumption = double.NaN, production = double.NaN;
    private double heardAt = double.NaN;
    private double silentAt = double.NaN;

    /// <summary>It has such rights at this site.</summary>
    public bool IsThere => rules is not null;

    /// <summary>Its limits bind the exchange of the whole site; otherwise the EVSE's own power.</summary>
    public bool IsOfSite => rules is { IsOfSite: true };

    /// <summary>Something happened.</summary>
    public void Happened(ScenarioEvent.Change change, double at)
    {
        Lapse(at);
        switch (change.What, change.Value)
        {
            case ("grid_operator", "heard"):
                if (double.IsNaN(heardAt) || !double.IsNaN(silentAt)) heardAt = at;
                silentAt = double.NaN;
                break;
            case ("grid_operator", "silent"):
                silentAt = at;
                break;
            case ("grid_operator", "lifts_consumption"):
                Write(ref consumption, double.PositiveInfinity);
                break;
            case ("grid_operator", "lifts_production"):
                Write(ref production, double.PositiveInfinity);
                break;
            case ("grid_operator_consumption_w", var watts):
                Write(ref consumption, double.Parse(watts, CultureInfo.InvariantCulture));
                break;
            case ("grid_operator_production_w", var watts):
                Write(ref production, double.Parse(watts, CultureInfo.InvariantCulture));
                break;
            case ("relay_1" or "relay_2" or "relay_3" or "relay_4", var state):
                var relay = change.What[^1] - '1';
                if (state == "pulled") pulled.Add(relay); else pulled.Remove(relay);
                break;
            // What was said to a process that is gone is said to nobody.
            case ("controller", "crash" or "restart"):
                consumption = production = double.NaN;
                break;
        }
    }

    /// <summary>Most consumption now, W; infinity when nothing limits it.</summary>
    public double Consumption(double at)
    {
        if (rules is null) return double.PositiveInfinity;
        Lapse(at);
        var least = Demanded(consumption, rules.Failsafe?.Consumption?.Value, at);
        foreach (var relay in rules.Relays)
            if (pulled.Contains(relay.Relay) && relay.Consumption is { } cap) least = Math.Min(least, cap.Value);
        return Math.Max(least, rules.ConsumptionFloor.Value);
    }

    /// <summary>Most production now, magnitude, W.</summary>
    public double Production(double at)
    {
        if (rules is null) return double.PositiveInfinity;
        Lapse(at);
        var least = Demanded(production, rules.Failsafe?.Production?.Value, at);
        foreach (var relay in rules.Relays)
            if (pulled.Contains(relay.Relay) && relay.Production is { } cap) least = Math.Min(least, cap.Value);
        return least;
    }

    private double Demanded(double written, double? failsafe, double at)
    {
        if (rules!.Failsafe is null) return double.PositiveInfinity;
        if (!double.IsNaN(written)) return written;
        // Heard again for two minutes without a limit, or the failsafe's own end: the controller may be free.
        var isFree = at - heardAt >= PatienceSeconds && at < LostAt;
        if (isFree || at >= rules.Failsafe.Lasts.TotalSeconds) return double.PositiveInfinity;
        return failsafe ?? double.PositiveInfinity;
    }

    // Two minutes after the last heartbeat what was written counts no more.
    private void Lapse(double at)
    {
        if (at >= LostAt) consumption = production = double.NaN;
    }

    // A heartbeat that stopped is missed only two minutes after the last one.
    private double LostAt => double.IsNaN(silentAt)
        ? double.PositiveInfinity
        : heardAt + Math.Floor((silentAt - heardAt) / HeartbeatSeconds) * HeartbeatSeconds + PatienceSeconds;

    private void Write(ref double limit, double watts)
    {
        var isHeard = !double.IsNaN(heardAt) && double.IsNaN(silentAt);
        if (isHeard) limit = watts;
    }
}
