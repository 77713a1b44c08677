using System.Text.Json;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>What the site says about itself once a second (<c>tele</c>), as far as the display shows it.</summary>
/// <param name="Mode">Mode of the session.</param>
/// <param name="Setpoint">What the EVSE is commanded, W.</param>
/// <param name="Grid">Power at the meter, W; null when the meter is silent.</param>
/// <param name="Legs">The same per leg.</param>
/// <param name="House">House, W.</param>
/// <param name="Pv">PV, W.</param>
/// <param name="Evse">AC at the EVSE, W.</param>
/// <param name="Soc">The car's state of charge, %.</param>
/// <param name="Charge">Most charge power allowed, and what binds it.</param>
/// <param name="Discharge">Most discharge power allowed, ≤ 0, and what binds it.</param>
/// <param name="Faults">Trips that stand.</param>
internal sealed record SiteWord(
    string Mode, double Setpoint, double? Grid, double?[] Legs, double? House, double? Pv, double? Evse, double? Soc,
    AllowedSide Charge, AllowedSide Discharge, IReadOnlyList<string> Faults)
{
    /// <summary>Reads telemetry.</summary>
    public static SiteWord Parse(JsonElement root)
    {
        var (grid, evse) = (root.GetProperty("grid"), root.GetProperty("evse"));
        var allowance = root.GetProperty("allowance");
        return new(
            root.GetProperty("mode").GetString()!, root.GetProperty("setpoint_w").GetDouble(), Number(grid, "p_site_w"),
            PerLeg(grid), Number(root.GetProperty("house"), "p_house_w"), Number(root.GetProperty("pv"), "p_pv_w"),
            Number(evse, "p_evse_w"), Number(evse, "soc_pct"), Side(allowance, "charge"), Side(allowance, "discharge"),
            [.. root.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("trip").GetString()!)]);
    }

    /// <summary>An event in words; null when it is only of interest to machines.</summary>
    public static string? Event(JsonElement root) => root.GetProperty("kind").GetString() switch
    {
        "host_started" => $"the controller started: {root.GetProperty("software").GetString()}",
        "mode_changed" => $"mode: {root.GetProperty("from").GetString()} → {root.GetProperty("to").GetString()}",
        "trip_raised" => $"trip: {root.GetProperty("trip").GetString()} ({root.GetProperty("class").GetString()})",
        "trip_cleared" => $"trip cleared: {root.GetProperty("trip").GetString()}",
        "ownership" => $"{root.GetProperty("device").GetString()} register {root.GetProperty("register").GetInt32()}: "
            + root.GetProperty("what").GetString(),
        _ => null,
    };

    /// <summary>What the power is bound by now: the side on which the setpoint lies, both at zero.</summary>
    public string Binding => Setpoint switch
    {
        > 0 => Charge.InWords("charge"),
        < 0 => Discharge.InWords("discharge"),
        _ => $"{Charge.InWords("charge")}; {Discharge.InWords("discharge")}",
    };

    private static double?[] PerLeg(JsonElement grid)
    {
        var legs = grid.GetProperty("legs_w");
        return legs.ValueKind == JsonValueKind.Array
            ? [.. legs.EnumerateArray().Select(leg => (double?)leg.GetDouble())]
            : [null, null];
    }

    private static AllowedSide Side(JsonElement allowance, string side) => new(
        allowance.GetProperty($"{side}_w").GetDouble(), allowance.GetProperty($"{side}_bound_by").GetString(),
        Number(allowance, $"{side}_since_s"), Number(allowance, $"{side}_until_s"));

    private static double? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
}

/// <summary>One side of what is allowed.</summary>
/// <param name="Most">Most power, W.</param>
/// <param name="By">The limit that binds.</param>
/// <param name="Since">For how long, s.</param>
/// <param name="Until">In how many seconds it may end; null when that is not known.</param>
internal sealed record AllowedSide(double Most, string? By, double? Since, double? Until)
{
    /// <summary>In a few words.</summary>
    public string InWords(string side)
    {
        var since = Since is { } seconds ? $" for {seconds:0} s" : "";
        var until = Until is > 0 and var left ? $", for {Math.Ceiling(left)} s more" : "";
        return $"{side} {Math.Abs(Most) / 1000:0.0} kW by {By ?? "nothing"}{since}{until}";
    }
}
