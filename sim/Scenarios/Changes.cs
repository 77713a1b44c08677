namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>
/// What a scenario, or a person at the simulator's control, can do to the home: names and the values they take. The
/// same words serve the files' time line and the control of <c>serve</c>.
/// </summary>
public static class Changes
{
    // First: the table below is made of it.
    private static readonly string[] Wire =
        ["healthy", "slow", "late", "garbled", "garbage", "busy", "shifted", "swapped"];

    /// <summary>Names and their values; a value of "*" takes any word that the home knows, "#" a number.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> All = new Dictionary<string, string[]>
    {
        ["switch_on"] = ["*"],
        ["switch_off"] = ["*"],
        ["plug"] = ["in", "out"],
        ["soc_pct"] = ["#"],
        ["emergency_stop"] = ["pressed", "released"],
        ["permit"] = ["given", "withdrawn"],
        ["meter"] = ["healthy", "silent", "frozen", "sign_flipped", "legs_swapped", "not_a_number", "kilowatts",
            "spiking", "biased", "halved", "one_leg_flipped"],
        ["inverter"] = ["healthy", "silent", "faulted"],
        ["car"] = ["healthy", "silent", "never_closes", "never_asks", "hot", "wants_stop", "implausible",
            "line_without_flag", "soc_dithers"],
        ["module"] = ["healthy", "silent", "mute", "faulted", "stuck", "reversed", "too_strong",
            "too_weak", "inaccurate", "over_voltage", "ripple"],
        ["charger"] = ["healthy", "silent", "frozen", "ignores", "locked", "app_takes_control", "app_stops", "restarts"],
        ["last_module"] = ["healthy", "faulted", "dead"],
        ["der"] = ["healthy", "silent", "ignores", "echoes", "lies", "reversed", "clamps", "faulted", "local",
            "second_master", "rogue_master"],
        ["der_cabinet_c"] = ["#"],
        ["grid_operator"] = ["heard", "silent", "lifts_consumption", "lifts_production"],
        ["grid_operator_consumption_w"] = ["#"],
        ["grid_operator_production_w"] = ["#"],
        ["needed_soc_pct"] = ["#"],
        ["leaves_in_s"] = ["#"],
        ["relay_1"] = ["pulled", "released"],
        ["relay_2"] = ["pulled", "released"],
        ["lock"] = ["healthy", "stuck"],
        ["contactor"] = ["healthy", "welded", "chatters"],
        ["insulation"] = ["healthy", "broken", "alarm_stuck"],
        ["grid"] = ["lost", "back"],
        ["transfer_switch"] = ["healthy", "stuck", "grid_contact_welded", "island_contact_welded", "bounces", "lies"],
        ["grid_voltage_pu"] = ["#"],
        ["grid_hz"] = ["#"],
        ["inverter_protection"] = ["healthy", "dead"],
        ["sun"] = ["#"],
        ["meter_wire"] = [.. Wire],
        ["evse_wire"] = [.. Wire],
        ["car_can"] = ["healthy", "babbling", "second_car", "second_charger"],
        ["broker"] = ["up", "down", "hangs", "flaps", "old_store"],
        ["wall_clock"] = ["known", "unknown"],
        ["wall_clock_error_s"] = ["#"],
        ["controller"] = ["restart", "crash", "stall"],
        ["disk"] = ["healthy", "full", "torn", "flipped", "lost"],
        ["faults"] = ["clear"],
    };

    /// <summary>What is wrong with a change; null when nothing is.</summary>
    public static string? Complaint(string what, string value, IEnumerable<string> appliances)
    {
        if (!All.TryGetValue(what, out var values))
            return $"unknown event '{what}'; known: {string.Join(", ", All.Keys)}, order, sun";
        if (values is ["#"])
        {
            var isNumber = double.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number);
            return isNumber && double.IsFinite(number) ? null : $"'{what}' takes a number, not '{value}'";
        }
        if (values is ["*"])
        {
            var has = string.Join(", ", appliances);
            return appliances.Contains(value) ? null : $"no appliance '{value}'; the house has: {has}";
        }
        return values.Contains(value) ? null : $"'{what}' takes {string.Join(", ", values)}, not '{value}'";
    }
}
