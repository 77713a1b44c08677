using System.Text.Json;
using ChargeScape.Edge.Sim.Judge;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>What happens in a scenario, in words for somebody who has never seen one.</summary>
internal static class Words
{
    private static readonly Dictionary<string, string> Devices = new()
    {
        ["meter"] = "The meter at the service entrance",
        ["inverter"] = "The PV inverter",
        ["car"] = "The car",
        ["module"] = "The charger's power module",
        ["last_module"] = "The last of the charger's power modules",
        ["charger"] = "The charger",
        ["der"] = "The charger's inverter",
        ["lock"] = "The plug lock",
        ["contactor"] = "The car's contactor",
        ["insulation"] = "The insulation",
        ["broker"] = "The message broker",
        ["meter_wire"] = "The meter's wire",
        ["evse_wire"] = "The wire to the charger",
        ["car_can"] = "The car's CAN bus",
    };

    /// <summary>An event.</summary>
    public static string Of(ScenarioEvent happening) => happening switch
    {
        ScenarioEvent.Order order => Order(order, out _),
        ScenarioEvent.Change change => Change(change.What, change.Value),
        ScenarioEvent.Flood flood => $"orders “{flood.Name}” come every {Chart.Text(flood.Every.TotalMilliseconds)} ms",
        _ => "The sun takes another course",
    };

    /// <summary>A change in the home.</summary>
    public static string Change(string what, string value) => (what, value) switch
    {
        ("switch_on", _) => $"{Plain(value)} is switched on",
        ("switch_off", _) => $"{Plain(value)} is switched off",
        ("plug", "in") => "The plug is put into the car",
        ("plug", _) => "The plug is pulled out of the car",
        ("soc_pct", _) => $"The car's state of charge is {value} % from now on",
        ("sun", _) => $"The sun shines with {value} of its full power",
        ("emergency_stop", _) => $"The emergency stop is {value}",
        ("permit", _) => $"The supervisor's permit is {value}",
        ("wall_clock", _) => $"The machine's wall clock is {value}",
        ("wall_clock_error_s", _) => $"The machine's wall clock is {value} s ahead of the truth",
        ("broker", "flaps") => "A second client with our id throws us out every two seconds",
        ("broker", "old_store") => "The broker has its old store again, and sends what was in it",
        ("disk", "full") => "The disk takes nothing any more",
        ("disk", _) => $"What the controller keeps on disk: {value}",
        ("controller", "crash") => "The controller dies",
        ("controller", _) => "The controller is restarted",
        ("faults", _) => "A person at the machine clears the latched faults",
        (_, "healthy") when Devices.TryGetValue(what, out var device) => $"{device} is sound again",
        _ when Devices.TryGetValue(what, out var device) => $"{device}: {Plain(value)}",
        _ => $"{Plain(what)}: {Plain(value)}",
    };

    /// <summary>An order; <paramref name="lasts"/> is null for what is none.</summary>
    public static string Order(ScenarioEvent.Order order, out TimeSpan? lasts)
    {
        lasts = null;
        try
        {
            using var json = JsonDocument.Parse(order.Json);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return $"rubbish is sent (“{order.Name}”)";
            lasts = TimeSpan.FromSeconds(Math.Clamp(Number(json, "ttl_s") ?? 1, 0, 1e6));
            var what = Number(json, "p_evse_w") is { } watts
                ? $"{(watts < 0 ? "feed back" : "charge")} with {Chart.Text(Math.Abs(watts) / 1000)} kW"
                : Text(json, "kind") ?? "something";
            return $"order “{order.Name}”: {what} for {Chart.Text(lasts.Value.TotalSeconds)} s";
        }
        catch (JsonException)
        {
            return $"rubbish is sent (“{order.Name}”)";
        }
    }

    /// <summary>The faults of a scenario, each from its event until the next one of its name.</summary>
    public static IEnumerable<(string What, string Value, TimeSpan From, TimeSpan Until)> Faults(Scenario scenario)
    {
        foreach (var timed in scenario.Events)
        {
            if (timed.Event is not ScenarioEvent.Change change || !IsFault(change)) continue;
            var next = scenario.Events.FirstOrDefault(
                later => later.At > timed.At && later.Event is ScenarioEvent.Change other && other.What == change.What);
            var lasts = change.What == "controller" ? timed.At + TimeSpan.FromSeconds(2) : scenario.Length;
            yield return (change.What, change.Value, timed.At, next?.At ?? lasts);
        }
    }

    /// <summary>A breach.</summary>
    public static string Breach(Breach breach)
    {
        var amount = Chart.Text(Math.Round(breach.Peak, 1));
        var peak = breach.PeakUnit.Length > 0 ? $" by up to {amount} {breach.PeakUnit}" : "";
        var lasted = Chart.Text(Math.Round((breach.Until - breach.From).TotalSeconds, 2));
        var evse = breach.Reaction is { } reaction
            ? $"; the EV's part was over after {Chart.Text(Math.Round(reaction.TotalSeconds, 2))} s"
            : "; the house alone";
        return $"{breach.Id}: over for {lasted} s{peak}{evse}"
            + (breach.IsHeld ? ", within its promise" : ", longer than promised");
    }

    private static bool IsFault(ScenarioEvent.Change change) => change switch
    {
        { What: "emergency_stop", Value: "pressed" } or { What: "permit", Value: "withdrawn" } => true,
        { What: "broker", Value: "down" or "hangs" or "flaps" } or { What: "controller" } => true,
        _ => Devices.ContainsKey(change.What) && change.Value is not ("healthy" or "up"),
    };

    private static string Plain(string word) => word.Replace('_', ' ');

    private static double? Number(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
