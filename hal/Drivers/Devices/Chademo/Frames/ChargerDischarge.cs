namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>0x208, charger: what it takes in discharge.</summary>
/// <param name="Current">b0 = 255 − A: present discharge current.</param>
/// <param name="AvailableVoltage">b1–2, V.</param>
/// <param name="AvailableCurrent">b3 = 255 − A: most it takes.</param>
/// <param name="LowerThreshold">b6–7, V: no discharge below.</param>
public readonly record struct ChargerDischarge(
    Amperes Current, Volts AvailableVoltage, Amperes AvailableCurrent, Volts LowerThreshold)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out ChargerDischarge discharge)
    {
        discharge = default;
        if (!Wire.Is(frame, ChademoId.ChargerDischarge)) return false;
        discharge = new(
            Wire.Complement(frame[0]), new(Wire.Word(frame, 1)), Wire.Complement(frame[3]), new(Wire.Word(frame, 6)));
        return true;
    }

    /// <summary>The frame as the charger sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = Wire.Complement(Current);
        Wire.Word(bytes, 1, AvailableVoltage.Value);
        bytes[3] = Wire.Complement(AvailableCurrent);
        Wire.Word(bytes, 6, LowerThreshold.Value);
        return new CanFrame(ChademoId.ChargerDischarge, bytes);
    }
}

/// <summary>0x209, charger: discharge sequence and time.</summary>
/// <param name="Sequence">b0: 1 or 2, the charger's level.</param>
/// <param name="RemainingTime">b1–2, minutes by two sources (one says seconds).</param>
public readonly record struct ChargerDischargeTimes(byte Sequence, TimeSpan RemainingTime)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out ChargerDischargeTimes times)
    {
        times = default;
        if (!Wire.Is(frame, ChademoId.ChargerDischargeTimes)) return false;
        times = new(frame[0], TimeSpan.FromMinutes((long)Wire.Word(frame, 1)));
        return true;
    }

    /// <summary>The frame as the charger sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = Sequence;
        Wire.Word(bytes, 1, RemainingTime.TotalMinutes);
        return new CanFrame(ChademoId.ChargerDischargeTimes, bytes);
    }
}
