using System.Text.Json;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>The home battery in <c>tele</c>: only on a site that has one. What is too old is null.</summary>
internal static class TeleBattery
{
    private static readonly HomeBatteryAlarms[] Each = Enum.GetValues<HomeBatteryAlarms>();

    public static void Write(
        Utf8JsonWriter json, in Reading<HomeBatteryReading> reading, TimeSpan maxAge, TimeSpan now)
    {
        var seen = reading.Within(maxAge, now);
        json.WriteStartObject("home_battery"u8);
        Number(json, "p_battery_w"u8, seen?.Power?.Value, 1);
        TeleDevices.Percent(json, "soc_pct"u8, seen?.Soc);
        Number(json, "health_pct"u8, seen?.HealthPercent, 1);
        Number(json, "dc_v"u8, seen?.Voltage?.Value, 2);
        Number(json, "dc_a"u8, seen?.Current?.Value, 2);
        Number(json, "charge_limit_a"u8, seen?.ChargeLimit?.Value, 1);
        Number(json, "discharge_limit_a"u8, seen?.DischargeLimit?.Value, 1);
        Number(json, "temperature_c"u8, seen?.Temperature?.Value, 1);
        Alarms(json, "alarms"u8, seen?.Alarms);
        Alarms(json, "warnings"u8, seen?.Warnings);
        if (reading.Age(now) is { } age) json.WriteNumber("age_ms"u8, (long)age.TotalMilliseconds);
        else json.WriteNull("age_ms"u8);
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value, int digits)
    {
        if (value is { } known && double.IsFinite(known))
            json.WriteNumber(name, Math.Round(Math.Clamp(known, -1e6, 1e6), digits));
        else json.WriteNull(name);
    }

    private static void Alarms(Utf8JsonWriter json, ReadOnlySpan<byte> name, HomeBatteryAlarms? raised)
    {
        if (raised is not { } known)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartArray(name);
        foreach (var one in Each)
            if (one != HomeBatteryAlarms.None && (known & one) != 0)
                json.WriteStringValue(WireWord<HomeBatteryAlarms>.Of(one));
        json.WriteEndArray();
    }
}
