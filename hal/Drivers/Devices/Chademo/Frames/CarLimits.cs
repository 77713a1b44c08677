namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>0x100, car: battery limits. Bytes not named are 0.</summary>
/// <param name="MinCurrent">b0, A: minimum charge current.</param>
/// <param name="MaxCurrent">b1, A: maximum charge current; 0 on cars that do not say it.</param>
/// <param name="MinVoltage">b2–3, V: minimum battery voltage; 0 on most cars.</param>
/// <param name="MaxVoltage">b4–5, V: maximum battery voltage.</param>
/// <param name="RateReference">b6: what a charged rate of 100 % reads in 102.6; 100 on most, 240 or 255 before the
/// charger is known.</param>
public readonly record struct CarLimits(
    Amperes MinCurrent, Amperes MaxCurrent, Volts MinVoltage, Volts MaxVoltage, byte RateReference)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out CarLimits limits)
    {
        limits = default;
        if (!Wire.Is(frame, ChademoId.CarLimits)) return false;
        limits = new(new(frame[0]), new(frame[1]), new(Wire.Word(frame, 2)), new(Wire.Word(frame, 4)), frame[6]);
        return true;
    }

    /// <summary>The frame as the car sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = Wire.Byte(MinCurrent.Value);
        bytes[1] = Wire.Byte(MaxCurrent.Value);
        Wire.Word(bytes, 2, MinVoltage.Value);
        Wire.Word(bytes, 4, MaxVoltage.Value);
        bytes[6] = RateReference;
        return new CanFrame(ChademoId.CarLimits, bytes);
    }
}
