namespace ChargeScape.Edge.Hal.Devices.BatteryCan;

/// <summary>0x351: what the battery allows now. Null = not said.</summary>
/// <param name="ChargeVoltage">b0–1 unsigned, 0.1 V. Some batteries say 0 V for "not yet": that is null.</param>
/// <param name="Charge">b2–3 signed, 0.1 A.</param>
/// <param name="Discharge">b4–5 signed, 0.1 A, positive in the documents; as it stands on the wire.</param>
/// <param name="DischargeVoltage">b6–7 unsigned, 0.1 V; a later addition.</param>
public readonly record struct BatteryLimits(
    Volts? ChargeVoltage, Amperes? Charge, Amperes? Discharge, Volts? DischargeVoltage)
{
    private const double Step = 0.1;

    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out BatteryLimits limits)
    {
        limits = default;
        if (!LittleEndian.Is(frame, BatteryCanId.Limits, 6)) return false;
        limits = new(
            VoltsOf(LittleEndian.Unsigned(frame, 0, Step)), AmperesOf(LittleEndian.Signed(frame, 2, Step)),
            AmperesOf(LittleEndian.Signed(frame, 4, Step)), VoltsOf(LittleEndian.Unsigned(frame, 6, Step)));
        return true;
    }

    /// <summary>The frame as the battery sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        LittleEndian.Unsigned(bytes, 0, ChargeVoltage?.Value ?? 0, Step);
        LittleEndian.Signed(bytes, 2, Charge?.Value, Step);
        LittleEndian.Signed(bytes, 4, Discharge?.Value, Step);
        LittleEndian.Unsigned(bytes, 6, DischargeVoltage?.Value ?? 0, Step);
        return new CanFrame(BatteryCanId.Limits, bytes);
    }

    private static Volts? VoltsOf(double? volts) => volts is > 0 ? new Volts(volts.Value) : null;

    private static Amperes? AmperesOf(double? amperes) => amperes is { } value ? new Amperes(value) : null;
}

/// <summary>0x355: state of charge and health.</summary>
/// <param name="Soc">b0–1, %; b4–5 in 0.01 % where it is there and agrees to 1 %.</param>
/// <param name="HealthPercent">b2–3, %.</param>
public readonly record struct BatteryState(Soc? Soc, double? HealthPercent)
{
    private const double FineStep = 0.01;

    /// <summary>Decodes a frame; false when it is another one. More than 100 % is not a state of charge.</summary>
    public static bool TryDecode(in CanFrame frame, out BatteryState state)
    {
        state = default;
        if (!LittleEndian.Is(frame, BatteryCanId.State, 4)) return false;
        var coarse = LittleEndian.Unsigned(frame, 0, 1);
        var fine = LittleEndian.Unsigned(frame, 4, FineStep);
        var percent = fine is { } f && coarse is { } c && Math.Abs(f - c) <= 1 ? fine : coarse;
        var health = LittleEndian.Unsigned(frame, 2, 1);
        state = new(percent is <= 100 ? new Soc(percent.Value) : null, health is <= 100 ? health : null);
        return true;
    }

    /// <summary>The frame as a battery with the fine field sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[6];
        LittleEndian.Unsigned(bytes, 0, Soc?.Percent, 1);
        LittleEndian.Unsigned(bytes, 2, HealthPercent, 1);
        LittleEndian.Unsigned(bytes, 4, Soc?.Percent, FineStep);
        return new CanFrame(BatteryCanId.State, bytes);
    }
}

/// <summary>0x356: measured values.</summary>
/// <param name="Voltage">b0–1 signed; 0.01 V in the documents, 0.1 V on one maker's.</param>
/// <param name="Current">b2–3 signed, 0.1 A, as it stands on the wire.</param>
/// <param name="Temperature">b4–5 signed, 0.1 °C.</param>
public readonly record struct BatteryMeasured(Volts? Voltage, Amperes? Current, Celsius? Temperature)
{
    private const double Step = 0.1;

    /// <summary>Decodes a frame; false when it is another one.</summary>
    /// <param name="frame">A frame.</param>
    /// <param name="voltageStep">Volts per count of b0–1.</param>
    /// <param name="measured">What it says.</param>
    public static bool TryDecode(in CanFrame frame, double voltageStep, out BatteryMeasured measured)
    {
        measured = default;
        if (!LittleEndian.Is(frame, BatteryCanId.Measured, 6)) return false;
        var (volts, amperes, celsius) = (LittleEndian.Signed(frame, 0, voltageStep),
            LittleEndian.Signed(frame, 2, Step), LittleEndian.Signed(frame, 4, Step));
        measured = new(
            volts is >= 0 ? new Volts(volts.Value) : null, amperes is { } a ? new Amperes(a) : null,
            celsius is { } c ? new Celsius(c) : null);
        return true;
    }

    /// <summary>The frame as the battery sends it.</summary>
    public CanFrame Encode(double voltageStep)
    {
        Span<byte> bytes = stackalloc byte[6];
        LittleEndian.Signed(bytes, 0, Voltage?.Value, voltageStep);
        LittleEndian.Signed(bytes, 2, Current?.Value, Step);
        LittleEndian.Signed(bytes, 4, Temperature?.Value, Step);
        return new CanFrame(BatteryCanId.Measured, bytes);
    }
}

/// <summary>0x35C: what the battery permits and asks for.</summary>
/// <param name="MayCharge">.7.</param>
/// <param name="MayDischarge">.6.</param>
public readonly record struct BatteryRequests(bool MayCharge, bool MayDischarge)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out BatteryRequests requests)
    {
        requests = default;
        if (!LittleEndian.Is(frame, BatteryCanId.Requests, 1)) return false;
        requests = new((frame[0] & 0x80) != 0, (frame[0] & 0x40) != 0);
        return true;
    }

    /// <summary>The frame as the battery sends it.</summary>
    public CanFrame Encode() =>
        new(BatteryCanId.Requests, [(byte)((MayCharge ? 0x80 : 0) | (MayDischarge ? 0x40 : 0)), 0]);
}
