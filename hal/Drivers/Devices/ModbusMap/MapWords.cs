using ChargeScape.Edge.Hal.Configuration;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>The words of a map, and the names that the drivers know.</summary>
internal static class MapWords
{
    public static readonly (string Word, Encoding Value)[] Encodings =
    [
        ("u16", Encoding.U16), ("s16", Encoding.S16), ("u32", Encoding.U32), ("s32", Encoding.S32),
        ("u64", Encoding.U64), ("s64", Encoding.S64), ("f32", Encoding.F32), ("f64", Encoding.F64),
    ];

    public static readonly (string Word, Sureness Value)[] Surenesses =
    [
        ("tested", Sureness.Tested), ("documented", Sureness.Documented), ("agreed", Sureness.Agreed),
        ("single", Sureness.Single), ("assumed", Sureness.Assumed),
    ];

    public static readonly (string Word, EvseSession Value)[] Sessions =
    [
        ("unplugged", EvseSession.Unplugged), ("plugged-in", EvseSession.PluggedIn), ("starting", EvseSession.Starting),
        ("energised", EvseSession.Energised), ("stopping", EvseSession.Stopping), ("faulted", EvseSession.Faulted),
    ];

    /// <summary>Unit of each name that a driver of this kind reads; a name not here is for people only.</summary>
    public static IReadOnlyDictionary<string, string> Roles(MapKind kind) => kind switch
    {
        MapKind.Meter => meter,
        MapKind.Inverter => inverter,
        _ => evse,
    };

    /// <summary>Names without which nothing can be published.</summary>
    public static IReadOnlyList<string> Required(MapKind kind) => kind switch
    {
        MapKind.Meter => ["powerW", "powerL1W", "voltageL1V", "currentL1A"],
        MapKind.Inverter => ["powerW"],
        _ => ["powerW", "state"],
    };

    public static T Choice<T>(ConfigSection section, string name, T absent, params (string Word, T Value)[] words) =>
        section.Has(name) ? section.Choice(name, words) : absent;

    public static bool IsName(string text) =>
        text.Length is >= 1 and <= 40 && char.IsAsciiLetter(text[0]) && text.All(char.IsAsciiLetterOrDigit);

    public static bool IsLine(string text) => text.Length is >= 1 and <= 300 && text.All(c => c >= ' ');

    private static readonly Dictionary<string, string> meter = new()
    {
        ["powerW"] = "W", ["frequencyHz"] = "Hz",
        ["powerL1W"] = "W", ["powerL2W"] = "W", ["powerL3W"] = "W",
        ["voltageL1V"] = "V", ["voltageL2V"] = "V", ["voltageL3V"] = "V",
        ["currentL1A"] = "A", ["currentL2A"] = "A", ["currentL3A"] = "A",
    };

    private static readonly Dictionary<string, string> inverter = new()
    {
        ["powerW"] = "W", ["state"] = "number", ["alarms"] = "bits",
    };

    private static readonly Dictionary<string, string> evse = new()
    {
        ["powerW"] = "W", ["state"] = "number", ["faults"] = "bits", ["socPct"] = "%",
        ["dcVoltageV"] = "V", ["dcCurrentA"] = "A", ["chargeLimitW"] = "W", ["dischargeLimitW"] = "W",
    };
}
