using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>What the devices told of their grid-code settings.</summary>
/// <param name="Evse">Null when the EVSE tells none.</param>
/// <param name="Inverter">Null when there is no inverter or it tells none.</param>
public readonly record struct ToldGridSettings(GridSettings? Evse, GridSettings? Inverter);

/// <summary>The part <c>grid_settings</c> of <c>capability</c>: what the devices have in force, for people and for the
/// comparison with a utility's profile.</summary>
internal static class GridSettingsParts
{
    public static void Write(Utf8JsonWriter json, in ToldGridSettings told, UtilityProfile? profile)
    {
        json.WriteStartObject("grid_settings"u8);
        Profile(json, told.Evse, profile);
        Device(json, "evse"u8, told.Evse);
        Device(json, "inverter"u8, told.Inverter);
        json.WriteEndObject();
    }

    private static void Device(Utf8JsonWriter json, ReadOnlySpan<byte> name, in GridSettings? told)
    {
        if (told is not { } settings)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        EnterService(json, settings.EnterService);
        Capability(json, settings.Capability);
        Curve(json, "under_voltage"u8, settings.UnderVoltage);
        Curve(json, "over_voltage"u8, settings.OverVoltage);
        Curve(json, "under_frequency"u8, settings.UnderFrequency);
        Curve(json, "over_frequency"u8, settings.OverFrequency);
        Curve(json, "under_voltage_cease"u8, settings.UnderVoltageCease);
        Curve(json, "over_voltage_cease"u8, settings.OverVoltageCease);
        json.WriteEndObject();
    }

    private static void Profile(Utf8JsonWriter json, in GridSettings? told, UtilityProfile? profile)
    {
        if (profile is null)
        {
            json.WriteNull("profile"u8);
            return;
        }
        json.WriteStartObject("profile"u8);
        json.WriteString("name"u8, profile.Name);
        if (told is { } settings) Differences(json, settings, profile);
        else json.WriteNull("differences"u8);
        json.WriteEndObject();
    }

    private static void Differences(Utf8JsonWriter json, in GridSettings told, UtilityProfile profile)
    {
        Span<GridDifference> differences = stackalloc GridDifference[GridSettingsCheck.Most];
        var count = GridSettingsCheck.Compare(told, profile, differences);
        json.WriteStartArray("differences"u8);
        foreach (ref readonly var one in differences[..count])
        {
            json.WriteStartObject();
            json.WriteString("point"u8, WireWord<GridPoint>.Of(one.Point));
            json.WriteNumber("corner"u8, one.Corner);
            Number(json, "expected"u8, Finite(one.Expected));
            Number(json, "found"u8, Finite(one.Found));
            Number(json, "tolerance"u8, one.Tolerance);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static void EnterService(Utf8JsonWriter json, in EnterService? told)
    {
        if (told is not { } enter)
        {
            json.WriteNull("enter_service"u8);
            return;
        }
        json.WriteStartObject("enter_service"u8);
        if (enter.IsPermitted is { } permitted) json.WriteBoolean("permitted"u8, permitted);
        else json.WriteNull("permitted"u8);
        Number(json, "high_voltage_pct"u8, enter.HighVoltagePercent);
        Number(json, "low_voltage_pct"u8, enter.LowVoltagePercent);
        Number(json, "high_frequency_hz"u8, enter.HighFrequency?.Value);
        Number(json, "low_frequency_hz"u8, enter.LowFrequency?.Value);
        Number(json, "delay_s"u8, enter.DelaySeconds);
        Number(json, "random_s"u8, enter.RandomSeconds);
        Number(json, "ramp_s"u8, enter.RampSeconds);
        json.WriteEndObject();
    }

    private static void Capability(Utf8JsonWriter json, in DerCapability? told)
    {
        if (told is not { } der)
        {
            json.WriteNull("ratings"u8);
            return;
        }
        json.WriteStartObject("ratings"u8);
        Number(json, "max_rating_w"u8, der.MaxPowerRating?.Value);
        Number(json, "charge_rating_w"u8, der.ChargeRating?.Value);
        Number(json, "discharge_rating_w"u8, der.DischargeRating?.Value);
        Number(json, "max_w"u8, der.MaxPower?.Value);
        Number(json, "max_charge_w"u8, der.MaxCharge?.Value);
        Number(json, "max_discharge_w"u8, der.MaxDischarge?.Value);
        Number(json, "nominal_v"u8, der.NominalVoltage?.Value);
        Word(json, "normal_category"u8, der.NormalCategory switch { 0 => "A", 1 => "B", _ => null });
        Word(json, "abnormal_category"u8, der.AbnormalCategory switch { 0 => "I", 1 => "II", 2 => "III", _ => null });
        json.WriteEndObject();
    }

    // Pairs of level (% of nominal, or Hz) and seconds; null when the device did not tell it whole.
    private static void Curve(Utf8JsonWriter json, ReadOnlySpan<byte> name, in TripCurve curve)
    {
        if (!curve.IsKnown)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteBoolean("enabled"u8, curve.IsEnabled);
        json.WriteStartArray("points"u8);
        foreach (var corner in curve.Corners)
        {
            json.WriteStartArray();
            json.WriteNumberValue(Math.Round(corner.Level, 3));
            json.WriteNumberValue(Math.Round(corner.Seconds, 3));
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? value)
    {
        if (value is { } known) json.WriteNumber(name, Math.Round(known, 3));
        else json.WriteNull(name);
    }

    private static void Word(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
        else json.WriteNull(name);
    }
}
