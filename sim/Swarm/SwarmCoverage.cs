using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>Something that the swarm has to reach, and how often it did.</summary>
/// <param name="Group">limit, trip, mode or fault.</param>
/// <param name="Name">In the words of the wire or of a scenario file.</param>
/// <param name="Times">Limit: steps in which it set a side of the envelope. Trip: times tripped. Mode: times entered.
/// Fault: times armed.</param>
/// <param name="Effective">Limit: steps in which it kept what was wanted from being done. Fault: times armed while
/// power flowed. Otherwise as <paramref name="Times"/>.</param>
/// <param name="Excuse">Why it cannot be reached; null when it has to be.</param>
internal sealed record Reached(string Group, string Name, long Times, long Effective, string? Excuse)
{
    /// <summary>It had to be reached and was not.</summary>
    public bool IsMissing => Times == 0 && Excuse is null;
}

/// <summary>
/// Counts what the swarm reached: a swarm that never met a rule has shown nothing about it. What cannot be reached is a
/// list with the reason.
/// </summary>
internal sealed class SwarmCoverage
{
    private const double FlowingWatts = 300;
    private const string NoIsland = "its sites have no transfer switch; the scenarios of rows 48 and 49 do";

    // By design of the simulator; the properties over stories reach all of them.
    private static readonly Dictionary<string, string> Excuses = new(FaultKind.OfScenarios.Select(
        name => KeyValuePair.Create($"fault {name}", "the scenarios arm it")))
    {
        ["trip contactor_chatter"] = "four closures in a minute are more than a run has; 42-starts-and-stops has them",
        ["trip state_lost"] = "the swarm's disk keeps what was written; 28-memory-lost loses it",
        ["trip meter_reversed"] = "a lie of the swarm's meter lasts 8 s, and three steps of our own power take longer",
        ["trip meter_legs_swapped"] = "its EVSEs load every leg alike, and then no step shows it",
        ["limit meter_unproven"] = "its sites state that their meters are proven",
        ["limit transfer_switch"] = NoIsland,
        ["trip island_not_isolated"] = NoIsland,
        ["trip island_overload"] = NoIsland,
        ["mode islanding"] = NoIsland,
        ["trip clear_button_stuck"] = "the simulated panel has no clear button",
    };

    private readonly long[] binds = new long[Enum.GetValues<LimitId>().Length];
    private readonly long[] keeps = new long[Enum.GetValues<LimitId>().Length];
    private readonly long[] trips = new long[Enum.GetValues<TripId>().Length];
    private readonly long[] modes = new long[Enum.GetValues<ModeKind>().Length];
    private readonly Dictionary<string, (long Armed, long Flowing)> faults = FaultKind.Names.ToDictionary(
        name => name, _ => (0L, 0L));
    private readonly uint[] occurrences = new uint[Enum.GetValues<TripId>().Length];
    private ModeKind mode = (ModeKind)byte.MaxValue;

    /// <summary>What has an excuse.</summary>
    public static IReadOnlyCollection<string> Excused => Excuses.Keys;

    /// <summary>A step.</summary>
    public void See(in ControlState state)
    {
        binds[(int)state.Allowed.Charge.By]++;
        binds[(int)state.Allowed.Discharge.By]++;
        keeps[(int)state.BoundBy]++;
        if (state.Mode != mode) modes[(int)(mode = state.Mode)]++;
        for (var id = TripId.None + 1; (int)id < trips.Length; id++)
        {
            var trip = state.Trips[id];
            if (trip.IsTripped && trip.Occurrence != occurrences[(int)id]) trips[(int)id]++;
            occurrences[(int)id] = trip.Occurrence;
        }
    }

    /// <summary>The scenario did something while the EVSE had this power.</summary>
    public void Happened(ScenarioEvent happening, Watts evse)
    {
        var (name, word) = happening switch
        {
            ScenarioEvent.Change change => ($"{change.What} {change.Value}", change.What),
            ScenarioEvent.Order { Name: [CloudDice.HostilePrefix, ..] } => (FaultKind.HostileOrder, ""),
            _ => ("", ""),
        };
        if (!faults.ContainsKey(name)) name = word;
        if (!faults.TryGetValue(name, out var so)) return;
        faults[name] = (so.Armed + 1, so.Flowing + (Math.Abs(evse.Value) > FlowingWatts ? 1 : 0));
    }

    /// <summary>Takes another one's counts in.</summary>
    public void Add(SwarmCoverage other)
    {
        Sum(binds, other.binds);
        Sum(keeps, other.keeps);
        Sum(trips, other.trips);
        Sum(modes, other.modes);
        foreach (var (name, count) in other.faults)
            faults[name] = (faults[name].Armed + count.Armed, faults[name].Flowing + count.Flowing);

        static void Sum(long[] into, long[] from)
        {
            for (var i = 0; i < into.Length; i++) into[i] += from[i];
        }
    }

    /// <summary>Everything that has to be reached, and what was.</summary>
    public IReadOnlyList<Reached> Table =>
    [
        .. Enum.GetValues<LimitId>().Where(id => id != LimitId.None)
            .Select(id => Row("limit", WireWord<LimitId>.Of(id), binds[(int)id], keeps[(int)id])),
        .. Enum.GetValues<TripId>().Where(id => id != TripId.None)
            .Select(id => Row("trip", WireWord<TripId>.Of(id), trips[(int)id], trips[(int)id])),
        .. Enum.GetValues<ModeKind>()
            .Select(one => Row("mode", WireWord<ModeKind>.Of(one), modes[(int)one], modes[(int)one])),
        .. faults.Select(one => Row("fault", one.Key, one.Value.Armed, one.Value.Flowing)),
    ];

    /// <summary>What had to be reached and was not.</summary>
    public IEnumerable<string> Missing => Table.Where(row => row.IsMissing).Select(row => $"{row.Group} {row.Name}");

    private static Reached Row(string group, string name, long times, long effective) =>
        new(group, name, times, effective, Excuses.GetValueOrDefault($"{group} {name}"));
}
