namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>0x108, charger: what it can deliver.</summary>
/// <param name="SupportsWeldDetection">b0 = 1; demanded from protocol 1.0 on.</param>
/// <param name="AvailableVoltage">b1–2, V.</param>
/// <param name="AvailableCurrent">b3, A; may change in the session, 0 makes a dynamic-control car ask for 0.</param>
/// <param name="ThresholdVoltage">b4–5, V: min(available voltage, 100.max voltage); above it the session stops.</param>
public readonly record struct ChargerLimits(
    bool SupportsWeldDetection, Volts AvailableVoltage, Amperes AvailableCurrent, Volts ThresholdVoltage)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out ChargerLimits limits)
    {
        limits = default;
        if (!Wire.Is(frame, ChademoId.ChargerLimits)) return false;
        limits = new(frame[0] == 1, new(Wire.Word(frame, 1)), new(frame[3]), new(Wire.Word(frame, 4)));
        return true;
    }

    /// <summary>The frame as the charger sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = SupportsWeldDetection ? (byte)1 : (byte)0;
        Wire.Word(bytes, 1, AvailableVoltage.Value);
        bytes[3] = Wire.Byte(AvailableCurrent.Value);
        Wire.Word(bytes, 4, ThresholdVoltage.Value);
        return new CanFrame(ChademoId.ChargerLimits, bytes);
    }
}
