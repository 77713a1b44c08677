using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Bench.Device;

/// <summary>A field of a reading: its name carries the unit. The value is a number, a flag, a text, or null for
/// "not known".</summary>
internal readonly record struct DeviceField(string Name, object? Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}={Value switch
    {
        null => "-", bool flag => flag ? "true" : "false",
        double number => number.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture), _ => Value,
    }}";
}

/// <summary>Readings of every role as fields. Positive flows into the site or into the car.</summary>
internal static class DeviceFields
{
    /// <summary>The newest reading; empty when there is none as young as that.</summary>
    public static IReadOnlyList<DeviceField> Of(IPolledDevice device, TimeSpan maxAge, TimeSpan now) =>
        OfReading(device, maxAge, now) is { Count: > 0 } fields ? [.. fields, .. GridFields.Of(device)] : [];

    private static IReadOnlyList<DeviceField> OfReading(IPolledDevice device, TimeSpan maxAge, TimeSpan now) =>
        device switch
    {
        IMeter meter => Fields(meter.Readings, maxAge, now, Of),
        IInverter inverter => Fields(inverter.Readings, maxAge, now, Of),
        IHomeBattery battery => Fields(battery.Readings, maxAge, now, Of),
        IEvse evse => Fields(evse.Readings, maxAge, now, Of),
        ISiteLines lines => Fields(lines.Readings, maxAge, now, Of),
        _ => [],
    };

    private static IReadOnlyList<DeviceField> Fields<T>(
        Latest<Reading<T>> readings, TimeSpan maxAge, TimeSpan now, Func<T, DeviceField[]> of) where T : unmanaged
    {
        var reading = default(Reading<T>);
        if (!readings.TryRead(ref reading) || reading.Within(maxAge, now) is not { } value) return [];
        var age = Math.Round(reading.Age(now)!.Value.TotalMilliseconds);
        return [.. of(value), new("age_ms", age)];
    }

    private static DeviceField[] Of(MeterReading meter) =>
    [
        new("p_site_w", Round(meter.Power.Value)),
        new("p_l1_w", Round(meter.LegPower.L1.Value)), new("p_l2_w", Round(meter.LegPower.L2.Value)),
        new("p_l3_w", Round(meter.LegPower.L3.Value)),
        new("u_l1_v", Round(meter.LegVoltage.L1.Value)), new("u_l2_v", Round(meter.LegVoltage.L2.Value)),
        new("u_l3_v", Round(meter.LegVoltage.L3.Value)),
        new("i_l1_a", Round(meter.LegCurrent.L1.Value)), new("i_l2_a", Round(meter.LegCurrent.L2.Value)),
        new("i_l3_a", Round(meter.LegCurrent.L3.Value)),
        new("f_hz", Round(meter.Frequency?.Value)),
    ];

    private static DeviceField[] Of(InverterReading inverter) =>
    [
        new("p_inverter_w", Round(inverter.Power.Value)), new("is_faulted", inverter.IsFaulted),
        new("alarms", (double)inverter.Alarms),
    ];

    private static DeviceField[] Of(HomeBatteryReading battery) =>
    [
        new("soc_pct", Round(battery.Soc?.Percent)), new("p_battery_w", Round(battery.Power?.Value)),
        new("u_dc_v", Round(battery.Voltage?.Value)), new("i_dc_a", Round(battery.Current?.Value)),
        new("t_degc", Round(battery.Temperature?.Value)),
        new("charge_limit_a", Round(battery.ChargeLimit?.Value)),
        new("discharge_limit_a", Round(battery.DischargeLimit?.Value)),
        new("alarms", Words(battery.Alarms)), new("warnings", Words(battery.Warnings)),
    ];

    private static DeviceField[] Of(EvseReading evse) =>
    [
        new("p_evse_w", Round(evse.Power.Value)), new("session", Words(evse.Session)),
        new("contactor_closed", evse.IsContactorClosed), new("soc_pct", Round(evse.VehicleSoc?.Percent)),
        new("u_dc_v", Round(evse.DcVoltage.Value)), new("i_dc_a", Round(evse.DcCurrent.Value)),
        new("stage_charge_w", Round(evse.StageCharge.Value)),
        new("stage_discharge_w", Round(evse.StageDischarge.Value)),
        new("vehicle_charge_w", Round(evse.VehicleCharge.Value)),
        new("vehicle_discharge_w", Round(evse.VehicleDischarge.Value)),
        new("inverter_charge_w", Round(evse.InverterCharge?.Value)),
        new("inverter_discharge_w", Round(evse.InverterDischarge?.Value)),
        new("t_stage_degc", Round(evse.StageTemperature?.Value)),
        new("t_outlet_degc", Round(evse.OutletTemperature?.Value)),
        new("faults", Words(evse.Faults)),
    ];

    private static DeviceField[] Of(LinesReading lines) =>
    [
        new("emergency_stop_pressed", lines.IsEmergencyStopPressed),
        new("supervisor_permit", lines.HasSupervisorPermit),
    ];

    private static double? Round(double? value) =>
        value is { } number && double.IsFinite(number) ? Math.Round(number, 3) + 0.0 : null;

    // Enum names as the messages write them: power_stage, over_voltage.
    private static string Words<T>(T value) where T : struct, Enum => string.Join(
        ' ', value.ToString().Split(", ").Select(System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName));
}
