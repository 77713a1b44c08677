namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>A kind of trouble that the simulator knows.</summary>
/// <param name="Name">As in <c>meter silent</c>: a change and its value, or the change alone when it takes a
/// number.</param>
/// <param name="Text">The event; <c>#</c> is a number from <paramref name="Low"/> to <paramref name="High"/>.</param>
/// <param name="Heals">The event that ends it; null when it is over as soon as it has happened.</param>
/// <param name="Low">Least number.</param>
/// <param name="High">Largest number.</param>
internal sealed record FaultKind(string Name, string Text, string? Heals, double Low = 0, double High = 0)
{
    /// <summary>An order that no honest cloud sends.</summary>
    public const string HostileOrder = "hostile order";

    private static readonly FaultKind[] Anywhere =
    [
        .. Of("meter", "healthy", "silent", "not_a_number", "spiking", "frozen", "sign_flipped", "legs_swapped",
            "kilowatts", "biased"),
        .. Of("inverter", "healthy", "silent", "faulted"),
        .. Of("emergency_stop", "released", "pressed"),
        .. Of("permit", "given", "withdrawn"),
        .. Of("broker", "up", "down"),
        .. Of("grid", "back", "lost"),
        .. Of("disk", "healthy", "full"),
        .. Of("controller", null, "restart", "crash", "stall"),
        .. Of("plug", "in", "out"),
        new("grid_voltage_pu", "grid_voltage_pu: #", "grid: back", 0.02, 1.3),
        new("grid_hz", "grid_hz: #", "grid: back", 56, 63),
        .. Of("inverter_protection", "healthy", "dead"),
    ];

    private static readonly FaultKind[] Chademo =
    [
        .. Of("car", "healthy", "silent", "never_closes", "never_asks", "hot", "wants_stop", "implausible",
            "line_without_flag", "soc_dithers"),
        .. Of("module", "healthy", "silent", "mute", "faulted", "stuck", "reversed", "too_strong", "too_weak",
            "inaccurate", "over_voltage", "ripple"),
        // Once more: it counts only while power flows.
        .. Of("module", "healthy", "reversed", "reversed", "stuck"),
        .. Of("lock", "healthy", "stuck"),
        .. Of("contactor", "healthy", "welded"),
        .. Of("insulation", "healthy", "broken", "alarm_stuck"),
    ];

    private static FaultKind[] LastModule => [.. Of("last_module", "healthy", "faulted", "dead")];

    private static readonly FaultKind[] TwoModules =
        [.. Chademo, .. LastModule, .. LastModule, .. LastModule];

    private static readonly FaultKind[] Quasar =
    [
        .. Of("charger", "healthy", "silent", "frozen", "ignores", "locked"),
        .. Of("charger", null, "app_takes_control", "app_stops", "restarts"),
    ];

    private static readonly FaultKind[] Der =
    [
        .. Of("der", "healthy", "silent", "ignores", "echoes", "lies", "reversed", "clamps", "faulted", "local",
            "second_master"),
        new("der_cabinet_c", "der_cabinet_c: #", "der_cabinet_c: 30", 40, 75),
        new("der_cabinet_c", "der_cabinet_c: -100", "der_cabinet_c: 30"),
    ];

    /// <summary>One of what a home of this kind can suffer from; what only its kind has as often as the
    /// rest.</summary>
    public static FaultKind Draw(Dice dice, SwarmSite site) => site.Kind switch
    {
        _ when dice.Chance(0.5) => dice.OneOf(Anywhere),
        SwarmSiteKind.Chademo => dice.OneOf(site.HasSecondModule ? TwoModules : Chademo),
        SwarmSiteKind.Quasar => dice.OneOf(Quasar),
        _ => dice.OneOf(Der),
    };

    /// <summary>What shows only together with another trouble, and with which.</summary>
    public static readonly IReadOnlyDictionary<string, FaultKind[]> Partners = new Dictionary<string, FaultKind[]>
    {
        ["inverter_protection dead"] =
        [
            new("grid_voltage_pu", "grid_voltage_pu: #", null, 0.1, 0.45), new("grid_hz", "grid_hz: #", null, 62.2, 63),
            new("grid_voltage_pu", "grid_voltage_pu: #", null, 1.22, 1.3),
        ],
        ["module stuck"] = [.. Of("permit", "given", "withdrawn")],
        ["contactor welded"] = [.. Of("permit", "given", "withdrawn"), .. Of("emergency_stop", "released", "pressed")],
    };

    /// <summary>The meter says something that it does not see, and it takes steps of our own power to find
    /// out.</summary>
    public bool IsLie => Name.StartsWith("meter ", StringComparison.Ordinal)
        && Name is not ("meter silent" or "meter not_a_number" or "meter frozen");

    /// <summary>What only the scenarios arm: the swarm has troubles of the same kind, or would need longer runs.</summary>
    public static IReadOnlyList<string> OfScenarios { get; } =
    [
        "meter halved", "meter one_leg_flipped", "der rogue_master", "contactor chatters", "wall_clock unknown",
        "wall_clock known", "wall_clock_error_s",
        .. Of("meter_wire", null, "slow", "late", "garbled", "garbage", "busy", "shifted", "swapped")
            .Select(kind => kind.Name),
        .. Of("evse_wire", null, "slow", "late", "garbled", "garbage", "busy", "shifted", "swapped")
            .Select(kind => kind.Name),
        .. Of("car_can", null, "babbling", "second_car", "second_charger").Select(kind => kind.Name),
        .. Of("broker", null, "hangs", "flaps", "old_store").Select(kind => kind.Name),
        .. Of("disk", null, "torn", "flipped", "lost").Select(kind => kind.Name),
        .. Of("transfer_switch", null, "stuck", "grid_contact_welded", "island_contact_welded", "bounces", "lies")
            .Select(kind => kind.Name),
    ];

    /// <summary>Every name.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Anywhere.Concat(TwoModules).Concat(Quasar).Concat(Der).Select(kind => kind.Name).Distinct(),
        "relay_1 pulled", "grid_operator heard", "grid_operator silent", "grid_operator lifts_consumption",
        "grid_operator lifts_production", "grid_operator_consumption_w", "grid_operator_production_w", "soc_pct",
        "needed_soc_pct", "leaves_in_s", "faults clear", HostileOrder,
        .. OfScenarios,
    ];

    private static IEnumerable<FaultKind> Of(string what, string? healthy, params string[] values) =>
        values.Select(value => new FaultKind(
            $"{what} {value}", $"{what}: {value}", healthy is null ? null : $"{what}: {healthy}"));
}
