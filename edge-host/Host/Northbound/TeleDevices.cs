using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>The devices in <c>tele</c>. What is too old for the control loop is null, never its last value.</summary>
internal static class TeleDevices
{
    public static void Write(Utf8JsonWriter json, in ControlFrame frame, SiteLimits site, TimeSpan inverterMaxAge)
    {
        // Readings as the rules saw them: none with a value that cannot be.
        ref readonly var seen = ref frame.State.Inputs;
        var meter = seen.Meter.Within(site.MeterTiming.MaxAge, seen.Now);
        var evse = seen.Evse.Within(site.EvseTiming.MaxAge, seen.Now);
        var inverter = frame.Inverter.Within(inverterMaxAge, seen.Now);
        Grid(json, meter, Age(seen.Meter.Age(seen.Now)), site.Legs);
        House(json, meter, inverter, evse, frame.Inverter.Sequence != 0, site);
        json.WriteStartObject("pv"u8);
        Power(json, "p_pv_w"u8, inverter?.Power);
        json.WriteNull("legs_w"u8);
        Whole(json, "age_ms"u8, Age(frame.Inverter.Age(seen.Now)));
        json.WriteEndObject();
        Evse(json, evse, Age(seen.Evse.Age(seen.Now)), site);
    }

    private static void Grid(Utf8JsonWriter json, in MeterReading? meter, long? age, int legs)
    {
        json.WriteStartObject("grid"u8);
        Power(json, "p_site_w"u8, meter?.Power);
        if (meter is { } seen)
        {
            Legs(json, "legs_w"u8, legs, seen, static (reading, leg) => reading.LegPower[leg].Value);
            Legs(json, "legs_v"u8, legs, seen, static (reading, leg) => reading.LegVoltage[leg].Value);
            Legs(json, "legs_a"u8, legs, seen, static (reading, leg) => reading.LegCurrent[leg].Value);
        }
        else
        {
            json.WriteNull("legs_w"u8);
            json.WriteNull("legs_v"u8);
            json.WriteNull("legs_a"u8);
        }
        if (meter?.Frequency is { Value: >= 0 and <= 100 } frequency)
            json.WriteNumber("frequency_hz"u8, Math.Round(frequency.Value, 3));
        else json.WriteNull("frequency_hz"u8);
        Whole(json, "age_ms"u8, age);
        json.WriteEndObject();
    }

    // Of the legs only grid and EVSE are known: no inverter says how its power divides.
    private static void House(
        Utf8JsonWriter json, in MeterReading? meter, in InverterReading? inverter, in EvseReading? evse,
        bool hasInverter, SiteLimits site)
    {
        json.WriteStartObject("house"u8);
        var isKnown = meter is not null && evse is not null && (inverter is not null || !hasInverter);
        var pv = inverter?.Power ?? Watts.Zero;
        Power(json, "p_house_w"u8, isKnown ? meter!.Value.Power - evse!.Value.Power - pv : null);
        if (isKnown && !hasInverter)
        {
            json.WriteStartArray("legs_w"u8);
            for (var leg = 0; leg < site.Legs; leg++)
            {
                var ofEvse = evse!.Value.Power * site.EvseShare(leg);
                json.WriteNumberValue(Telemetry.Bounded(meter!.Value.LegPower[leg] - ofEvse));
            }
            json.WriteEndArray();
        }
        else
        {
            json.WriteNull("legs_w"u8);
        }
        json.WriteEndObject();
    }

    private static void Evse(Utf8JsonWriter json, in EvseReading? evse, long? age, SiteLimits site)
    {
        json.WriteStartObject("evse"u8);
        Power(json, "p_evse_w"u8, evse?.Power);
        if (evse is { } seen)
        {
            json.WriteStartArray("legs_w"u8);
            for (var leg = 0; leg < site.Legs; leg++)
                json.WriteNumberValue(Math.Round(seen.Power.Value * site.EvseShare(leg), 1));
            json.WriteEndArray();
            json.WriteNumber("dc_v"u8, Math.Round(seen.DcVoltage.Value, 1));
            json.WriteNumber("dc_a"u8, Math.Round(seen.DcCurrent.Value, 2));
            Percent(json, "soc_pct"u8, seen.VehicleSoc);
            json.WriteString("session"u8, WireWord<EvseSession>.Of(seen.Session));
            json.WriteBoolean("contactor_closed"u8, seen.IsContactorClosed);
        }
        else
        {
            json.WriteNull("legs_w"u8);
            json.WriteNull("dc_v"u8);
            json.WriteNull("dc_a"u8);
            json.WriteNull("soc_pct"u8);
            json.WriteNull("session"u8);
            json.WriteNull("contactor_closed"u8);
        }
        Whole(json, "age_ms"u8, age);
        json.WriteEndObject();
    }

    private static void Legs(
        Utf8JsonWriter json, ReadOnlySpan<byte> name, int legs, in MeterReading meter,
        Func<MeterReading, int, double> of)
    {
        json.WriteStartArray(name);
        for (var leg = 0; leg < legs; leg++)
            json.WriteNumberValue(Math.Round(Math.Clamp(of(meter, leg), -1e6, 1e6), 1));
        json.WriteEndArray();
    }

    private static void Power(Utf8JsonWriter json, ReadOnlySpan<byte> name, Watts? power)
    {
        if (power is { IsFinite: true } known) json.WriteNumber(name, Telemetry.Bounded(known));
        else json.WriteNull(name);
    }

    internal static void Percent(Utf8JsonWriter json, ReadOnlySpan<byte> name, Soc? soc)
    {
        if (soc is { Percent: >= 0 and <= 100 } known) json.WriteNumber(name, Math.Round(known.Percent, 1));
        else json.WriteNull(name);
    }

    private static void Whole(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? number)
    {
        if (number is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }

    private static long? Age(TimeSpan? age) => age is { } known ? (long)known.TotalMilliseconds : null;
}
