using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>
/// I13 at the true plant: no power in a direction without an order for it that was sent and has not ended, as far as
/// orders can reach the site at all. The site's own floor is zero in every swarm home.
/// </summary>
internal sealed class PlantInvariants
{
    private const double IdleWatts = 60;
    private const double IdleShare = 0.03;
    private const double NoticedSeconds = 2;
    private readonly List<Ordered> ordered = [];
    private readonly double slack, most, held;
    private SwarmFailure? failure;
    private double poweredSince = double.NaN;
    private double downSince = double.NaN, down;

    public PlantInvariants(Scenario scenario, SiteLimits site)
    {
        // Noticed late, told once more, opened: what a charger that does not obey may take.
        slack = (site.EvseReaction + site.EvseTiming.StopTime).TotalSeconds + 12;
        held = NoticedSeconds + 2 * site.EvseReaction.TotalSeconds + 2 * site.EvseTiming.Period.TotalSeconds;
        most = IdleWatts + IdleShare * Math.Max(site.EvseChargeRating.Value, site.EvseDischargeRating.Value);
        foreach (var one in scenario.Events)
            if (one.Event is ScenarioEvent.Order order)
                ordered.Add(Read(order.Json, one.At.TotalSeconds));
    }

    public IEnumerable<SwarmFailure> Failures => failure is null ? [] : [failure];

    /// <summary>The scenario did something.</summary>
    public void Happened(ScenarioEvent happening, TimeSpan at)
    {
        if (happening is not ScenarioEvent.Change { What: "broker" } change) return;
        if (change.Value == "down") downSince = at.TotalSeconds;
        else if (!double.IsNaN(downSince)) (down, downSince) = (down + at.TotalSeconds - downSince, double.NaN);
    }

    /// <summary>The plant has moved.</summary>
    public void See(in Truth truth)
    {
        var at = truth.At.TotalSeconds;
        if (Math.Abs(truth.Evse.Value) <= most || IsOrdered(at, Math.Sign(truth.Evse.Value)))
        {
            poweredSince = double.NaN;
            return;
        }
        if (double.IsNaN(poweredSince)) poweredSince = at;
        if (at - poweredSince < held) return;
        failure ??= new("invariant I13 unordered", truth.At, FormattableString.Invariant(
            $"{truth.Evse.Value:0} W for {held:0.#} s although no order for it has been in force for {slack:0} s"));
    }

    private readonly record struct Ordered(double From, double Until, double Low, double High);

    private bool IsOrdered(double at, int direction)
    {
        foreach (var order in ordered)
            if (at >= order.From && at <= order.Until + slack + down && (direction > 0 ? order.High > 0 : order.Low < 0))
                return true;
        return false;
    }

    // What cannot be read is no order for anything.
    private static Ordered Read(string json, double at)
    {
        try
        {
            using var read = JsonDocument.Parse(json);
            var power = Number(read, "p_evse_w") ?? 0;
            return new(
                at, at + (Number(read, "ttl_s") ?? 0), Number(read, "lower_w") ?? power, Number(read, "upper_w") ?? power);
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static double? Number(JsonDocument order, string field) =>
        order.RootElement.ValueKind == JsonValueKind.Object && order.RootElement.TryGetProperty(field, out var value)
            && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}
