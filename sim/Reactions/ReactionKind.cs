using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Reactions;

/// <summary>What is measured after the onset.</summary>
internal enum ReactionGoal
{
    /// <summary>Seen at once: no power within a second, the contactor open within two.</summary>
    AtOnce,
    /// <summary>An ordered stop: no power within a second; the car opens within the family's time for a stop.</summary>
    Ordered,
    /// <summary>Somebody falls silent, which is known after a second: the same as at once from then on.</summary>
    Silence,
    /// <summary>The site's import back inside its cap within two seconds.</summary>
    ImportInside,
    /// <summary>The site's export back inside its cap within two seconds.</summary>
    ExportInside,
}

/// <summary>Something that must be reacted to, and how a run of it begins.</summary>
/// <param name="Name">As in <c>emergency_stop pressed</c>.</param>
/// <param name="Goal">What is measured.</param>
/// <param name="Onset">What happens to the plant.</param>
internal sealed record ReactionKind(string Name, ReactionGoal Goal, ScenarioEvent Onset)
{
    /// <summary>The load that comes and goes, W.</summary>
    public const double StepWatts = 6000;
    /// <summary>Import cap of the site, W.</summary>
    public const double ImportCapWatts = 9000;
    /// <summary>Export cap of the site, W.</summary>
    public const double ExportCapWatts = 4500;

    /// <summary>The car's power has to end, and its contactor to open; otherwise a cap is to be kept.</summary>
    public bool IsStop => Goal is ReactionGoal.AtOnce or ReactionGoal.Ordered or ReactionGoal.Silence;

    /// <summary>
    /// All of them. What is noticed only after a time of its own (a command that is ignored, a meter that lies) has a
    /// promise of its own in the scenarios and is not among these.
    /// </summary>
    public static IReadOnlyList<ReactionKind> All { get; } =
    [
        Trip(ReactionGoal.AtOnce, "emergency_stop", "pressed"),
        Trip(ReactionGoal.AtOnce, "insulation", "broken"),
        Trip(ReactionGoal.AtOnce, "module", "faulted"),
        Trip(ReactionGoal.AtOnce, "module", "over_voltage"),
        Trip(ReactionGoal.AtOnce, "car_can", "second_car"),
        Trip(ReactionGoal.AtOnce, "plug", "out"),
        Trip(ReactionGoal.AtOnce, "controller", "crash"),
        Trip(ReactionGoal.Ordered, "permit", "withdrawn"),
        Trip(ReactionGoal.Ordered, "car", "hot"),
        Trip(ReactionGoal.Ordered, "car", "wants_stop"),
        Trip(ReactionGoal.Ordered, "car", "line_without_flag"),
        Trip(ReactionGoal.Ordered, "car", "implausible"),
        Trip(ReactionGoal.Silence, "controller", "stall"),
        Trip(ReactionGoal.Silence, "car", "silent"),
        Trip(ReactionGoal.Silence, "car_can", "babbling"),
        Trip(ReactionGoal.Silence, "module", "silent"),
        new("house load up", ReactionGoal.ImportInside, new ScenarioEvent.Change("switch_on", "load")),
        new("house load down", ReactionGoal.ExportInside, new ScenarioEvent.Change("switch_off", "load")),
    ];

    /// <summary>Longest until no power flows, or the site is inside its cap, s.</summary>
    public static double MostFirstSeconds(ReactionGoal goal) =>
        goal is ReactionGoal.AtOnce or ReactionGoal.Ordered ? 1 : 2;

    /// <summary>Longest until the contactor is open, s.</summary>
    public static double MostOpenSeconds(ReactionGoal goal) => goal switch
    {
        ReactionGoal.AtOnce => 2,
        ReactionGoal.Silence => 3,
        _ => ChademoEvse.Timing.StopTime.TotalSeconds,
    };

    private static ReactionKind Trip(ReactionGoal goal, string what, string value) =>
        new($"{what} {value}", goal, new ScenarioEvent.Change(what, value));
}
