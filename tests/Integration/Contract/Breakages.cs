using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Integration.Contract;

/// <summary>Examples of the contract with one thing wrong.</summary>
internal static class Breakages
{
    internal static IEnumerable<(string Example, string What, Action<JsonObject> Edit)> All =>
        [.. Orders, .. Answers, .. Others];

    private static IEnumerable<(string, string, Action<JsonObject>)> Orders =>
    [
        Set("order.setpoint", "v", 2),
        Set("order.setpoint", "v", "1"),
        Set("order.setpoint", "id", "6F1C2F0E-6D0B-4B0E-9A57-0D4F3C9F7A11"),
        Set("order.setpoint", "id", "not-a-uuid"),
        Set("order.setpoint", "kind", "limit"),
        Set("order.setpoint", "issuer", ""),
        Set("order.setpoint", "issuer", "-a"),
        Set("order.setpoint", "issuer", "a b"),
        Set("order.setpoint", "issuer", new string('a', 65)),
        Set("order.setpoint", "seq", 0),
        Set("order.setpoint", "seq", 1.5),
        Set("order.setpoint", "seq", 9007199254740992),
        Set("order.setpoint", "issued_at", "2026-07-14T21:00:00+00:00"),
        Set("order.setpoint", "issued_at", "2026-07-14 21:00:00Z"),
        Set("order.setpoint", "issued_at", "2026-13-14T21:00:00Z"),
        Set("order.setpoint", "issued_at", "2026-07-14T21:00:00.1234567Z"),
        Set("order.setpoint", "p_evse_w", "7000"),
        Set("order.setpoint", "p_evse_w", null),
        Set("order.setpoint", "p_evse_w", 1_000_001),
        Set("order.setpoint", "ramp_w_per_s", 0),
        Set("order.setpoint", "ramp_w_per_s", -1),
        Set("order.setpoint", "priority", 10),
        Set("order.setpoint", "priority", -1),
        Set("order.setpoint", "on_expire", "last"),
        Set("order.setpoint", "soc_floor_pct", 100.5),
        Set("order.setpoint", "p_site_w", 1000),
        Set("order.setpoint", "lower_w", 0),
        Set("order.setpoint", "ttl_s", 60),
        Set("order.setpoint", "P_evse_w", 0),
        Set("order.setpoint-now", "ttl_s", 0),
        Set("order.setpoint-now", "ttl_s", 86401),
        Set("order.setpoint-now", "ttl_s", 1.5),
        Drop("order.setpoint", "v"),
        Drop("order.setpoint", "id"),
        Drop("order.setpoint", "kind"),
        Drop("order.setpoint", "issuer"),
        Drop("order.setpoint", "seq"),
        Drop("order.setpoint", "issued_at"),
        Drop("order.setpoint", "end"),
        Drop("order.setpoint", "p_evse_w"),
        Drop("order.envelope", "lower_w"),
        Drop("order.envelope", "upper_w"),
        Set("order.envelope", "p_evse_w", 0),
        Drop("order.idle", "ttl_s"),
        Set("order.idle", "p_evse_w", 0),
        Set("order.idle", "ramp_w_per_s", 100),
        Set("order.idle", "soc_floor_pct", 50),
        Drop("order.cancel", "cancels"),
        Set("order.cancel", "ttl_s", 60),
        Set("order.cancel", "cancels", "all"),
    ];

    private static IEnumerable<(string, string, Action<JsonObject>)> Answers =>
    [
        Drop("answer.received", "applied"),
        Drop("answer.received", "binding_limit"),
        Drop("answer.received", "order_id"),
        Drop("answer.received", "at"),
        Set("answer.received", "order_id", null),
        Set("answer.received", "stage", "accepted"),
        Set("answer.received", "reason", "soc_floor"),
        Set("answer.received", "binding_limit", "soc_floor"),
        Set("answer.received", "extra", 1),
        Set("answer.received", "applied", new JsonObject { ["p_evse_w"] = 1, ["lower_w"] = 1, ["upper_w"] = 2 }),
        Set("answer.received", "applied", new JsonObject { ["lower_w"] = 1 }),
        Set("answer.received", "applied", new JsonObject { ["p_evse_w"] = 1, ["on_expire"] = "local" }),
        Set("answer.received", "applied", new JsonObject()),
        Drop("answer.rejected", "reason"),
        Set("answer.rejected", "reason", "export_limit"),
        Set("answer.rejected", "reason", "because"),
        Set("answer.rejected", "applied", new JsonObject { ["p_evse_w"] = 1 }),
        Set("answer.rejected", "detail", new string('x', 201)),
        Drop("answer.deviating", "reason"),
        Drop("answer.deviating", "applied"),
        Set("answer.deviating", "reason", "replayed"),
        Drop("answer.completed", "energy_wh"),
        Set("answer.completed", "energy_wh", null),
        Set("answer.completed", "applied", new JsonObject { ["p_evse_w"] = 1 }),
    ];

    private static IEnumerable<(string, string, Action<JsonObject>)> Others =>
    [
        Drop("state.online", "mode"),
        Drop("state.online", "faults"),
        Drop("state.online", "order"),
        Set("state.online", "mode", "charging"),
        Set("state.online", "boot", "1"),
        Set("state.online", "extra", 1),
        Set("state.offline", "mode", "ready"),
        Set("state.offline", "v", 2),
        Set("state.tripped", "faults", new JsonArray(new JsonObject { ["trip"] = "emergency_stop" })),
        Drop("tele.discharging", "seq"),
        Drop("tele.discharging", "allowance"),
        Set("tele.discharging", "setpoint_w", null),
        Set("tele.discharging", "soc", 50),
        Set("tele.discharging", "mono_ms", -1),
        Inside("tele.discharging", "allowance", "charge_w", -1),
        Inside("tele.discharging", "allowance", "discharge_w", 1),
        Inside("tele.discharging", "allowance", "charge_bound_by", "MainBreaker"),
        Inside("tele.discharging", "grid", "age_ms", -1),
        Inside("tele.discharging", "grid", "p_grid_w", 1),
        Inside("tele.discharging", "grid", "legs_w", new JsonArray(1, 2, 3, 4)),
        Inside("tele.discharging", "evse", "soc_pct", 101),
        Inside("tele.discharging", "evse", "session", "charging"),
        Set("event.host_started", "kind", "unheard_of"),
        Drop("event.host_started", "software"),
        Drop("event.mode_changed", "to"),
        Set("event.mode_changed", "to", "export_cap"),
        Set("event.mode_changed", "trip", "power_up"),
        Set("event.trip_raised", "trip", "main_breaker"),
        Set("event.trip_raised", "occurrence", 0),
        Drop("event.trip_cleared", "class"),
        Set("event.bound_changed", "side", "both"),
        Set("event.bound_changed", "to", "transferring"),
        Set("event.ownership", "device", "meter"),
        Set("event.ownership", "what", "stolen"),
        Set("event.ownership", "seen", 65536),
        Set("event.ownership", "exception", 0),
        Set("event.ownership", "trip", "power_up"),
        Drop("event.ownership", "register"),
        Set("event.events_dropped", "count", 0),
        Drop("capability.plugged-in", "sign"),
        Set("capability.plugged-in", "sign", "positive_is_export"),
        Set("capability.plugged-in", "response", new JsonObject()),
        Inside("capability.plugged-in", "ratings", "discharge_w", 5000),
        Inside("capability.plugged-in", "orders", "signature", "es256"),
        Inside("capability.plugged-in", "orders", "kinds", new JsonArray("limit")),
        Inside("capability.plugged-in", "vehicle", "charge_w", -1),
    ];

    private static (string, string, Action<JsonObject>) Set(string example, string field, JsonNode? value) =>
        (example, $"{field} = {value?.ToJsonString() ?? "null"}", message => message[field] = value?.DeepClone());

    private static (string, string, Action<JsonObject>) Drop(string example, string field) =>
        (example, $"without {field}", message => Assert.True(message.Remove(field)));

    private static (string, string, Action<JsonObject>) Inside(
        string example, string part, string field, JsonNode? value) =>
        (example, $"{part}.{field} = {value?.ToJsonString()}", message => message[part]![field] = value?.DeepClone());
}
