using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Serve;

/// <summary>
/// A line that a person or a program says to a served home. Beside the words of the scenario files (<see
/// cref="Changes"/>) there are those that a person at a keyboard expects.
/// </summary>
/// <param name="What">Name of the change; null when the line asks for something else.</param>
/// <param name="Value">Its value.</param>
/// <param name="Complaint">Why the line means nothing here; null when it does.</param>
internal readonly record struct HomeCommand(string? What, string Value, string? Complaint)
{
    // Of the scenario files' words these belong to what a served home does not have.
    private static readonly string[] elsewhere = ["broker", "controller", "faults"];

    private static readonly Dictionary<(string, string), (string What, string Value)> spoken = new()
    {
        [("meter", "back")] = ("meter", "healthy"),
        [("inverter", "back")] = ("inverter", "healthy"),
        [("car", "back")] = ("car", "healthy"),
        [("module", "back")] = ("module", "healthy"),
        [("emergency-stop", "press")] = ("emergency_stop", "pressed"),
        [("emergency-stop", "release")] = ("emergency_stop", "released"),
        [("permit", "on")] = ("permit", "given"),
        [("permit", "off")] = ("permit", "withdrawn"),
    };

    /// <summary>A word of the scenario files that a served home knows nothing of.</summary>
    public static bool IsElsewhere(string what) => elsewhere.Contains(what);

    /// <summary>Everything that can be said, on one line.</summary>
    public static string Help(IReadOnlyCollection<string> appliances)
    {
        var switches = appliances.Count == 0 ? "" : $" | {string.Join("|", appliances)} on|off";
        var others = Changes.All
            .Where(change => !IsElsewhere(change.Key) && change.Key is not ("plug" or "switch_on" or "switch_off"))
            .Select(change => $"{change.Key} {(change.Value is ["#"] ? "N" : string.Join("|", change.Value))}");
        return $"plug in|out{switches} | meter silent|back | emergency-stop press|release | permit on|off | soc N | "
            + $"{string.Join(" | ", others)} | help | quit";
    }

    /// <summary>Understands a line that is neither empty nor <c>help</c> nor <c>quit</c>.</summary>
    public static HomeCommand Parse(string line, IReadOnlyCollection<string> appliances)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 2) return new(null, "", "expected a name and a value; help lists them");
        var (what, value) = (words[0], words[1]);
        if (spoken.TryGetValue((what, value), out var meant)) (what, value) = meant;
        else if (value is "on" or "off" && appliances.Contains(what)) (what, value) = ($"switch_{value}", what);
        else if (what == "soc") what = "soc_pct";

        if (IsElsewhere(what)) return new(null, "", $"'{what}' is not part of the home");
        return Changes.Complaint(what, value, appliances) is { } complaint
            ? new(null, "", $"{complaint}; help lists them")
            : new(what, value, null);
    }
}
