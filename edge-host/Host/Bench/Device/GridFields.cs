using System.Globalization;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Host.Bench.Device;

/// <summary>What a device told of its grid-code settings, and what a person must know about how it is controlled, as
/// fields.</summary>
internal static class GridFields
{
    /// <summary>Empty for a device that has neither.</summary>
    public static IReadOnlyList<DeviceField> Of(IPolledDevice device)
    {
        var fields = new List<DeviceField>();
        if (device is SunSpecDerEvse { Warnings: var ofEvse }) fields.Add(new("control_warnings", $"{ofEvse}"));
        if (device is SunSpecInverter { Warnings: var ofInverter } and ICurtailable)
            fields.Add(new("control_warnings", $"{ofInverter}"));
        var reading = default(Reading<GridSettings>);
        if (device is not IGridConnected grid || !grid.GridSettings.TryRead(ref reading)) return fields;
        // They keep until the device tells others.
        var told = reading.Within(TimeSpan.MaxValue, reading.TakenAt)!.Value;
        if (told.EnterService is { } enter)
        {
            fields.Add(new("service_permitted", enter.IsPermitted));
            fields.Add(new("enter_v_pct", Window(enter.LowVoltagePercent, enter.HighVoltagePercent)));
            fields.Add(new("enter_f_hz", Window(enter.LowFrequency?.Value, enter.HighFrequency?.Value)));
            fields.Add(new("enter_delay_s", enter.DelaySeconds));
            fields.Add(new("enter_ramp_s", enter.RampSeconds));
        }
        if (told.Capability is { } der)
        {
            fields.Add(new("max_w", der.MaxPower?.Value ?? der.MaxPowerRating?.Value));
            fields.Add(new("max_charge_w", der.MaxCharge?.Value ?? der.ChargeRating?.Value));
            fields.Add(new("max_discharge_w", der.MaxDischarge?.Value ?? der.DischargeRating?.Value));
        }
        fields.Add(new("under_voltage_pct_s", Curve(told.UnderVoltage)));
        fields.Add(new("over_voltage_pct_s", Curve(told.OverVoltage)));
        fields.Add(new("under_frequency_hz_s", Curve(told.UnderFrequency)));
        fields.Add(new("over_frequency_hz_s", Curve(told.OverFrequency)));
        return fields;
    }

    private static string? Window(double? low, double? high) =>
        low is null && high is null ? null : $"{Shown(low)}..{Shown(high)}";

    // 50/2 88/21: at 50 % for 2 s, at 88 % for 21 s.
    private static string? Curve(in TripCurve curve)
    {
        if (!curve.IsKnown) return null;
        var corners = new List<string>();
        foreach (var corner in curve.Corners) corners.Add($"{Shown(corner.Level)}/{Shown(corner.Seconds)}");
        return curve.IsEnabled ? string.Join(' ', corners) : "off";
    }

    private static string Shown(double? value) => value?.ToString("0.###", CultureInfo.InvariantCulture) ?? "-";
}
