namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>0x200, car: what it gives in discharge.</summary>
/// <param name="MaxCurrent">b0 = 255 − A; 0xFF is 0 A.</param>
/// <param name="MinVoltage">b4–5, V: no discharge below.</param>
/// <param name="MinLevel">b6: battery level below which the car does not discharge; 0xFF unknown. The unit is in
/// dispute (README).</param>
/// <param name="MaxRemainingCapacity">b7: capacity up to which it may be charged; unit inferred, 0xFF none.</param>
public readonly record struct CarDischarge(
    Amperes MaxCurrent, Volts MinVoltage, byte MinLevel, byte MaxRemainingCapacity)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out CarDischarge discharge)
    {
        discharge = default;
        if (!Wire.Is(frame, ChademoId.CarDischarge)) return false;
        discharge = new(Wire.Complement(frame[0]), new(Wire.Word(frame, 4)), frame[6], frame[7]);
        return true;
    }

    /// <summary>The frame as the car sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = Wire.Complement(MaxCurrent);
        Wire.Word(bytes, 4, MinVoltage.Value);
        bytes[6] = MinLevel;
        bytes[7] = MaxRemainingCapacity;
        return new CanFrame(ChademoId.CarDischarge, bytes);
    }
}

/// <summary>0x201, car: discharge sequence, time and energy. Sources disagree about the layout of time and energy
/// (README).</summary>
/// <param name="Sequence">b0: 0 up to 1.0, 1 = 2.0 A, 2 = 2.0 B.</param>
/// <param name="TimeToEnd">b1–2, minutes.</param>
/// <param name="AvailableEnergy">b3–4 × 0.1 kWh.</param>
public readonly record struct CarDischargeTimes(byte Sequence, TimeSpan TimeToEnd, WattHours AvailableEnergy)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out CarDischargeTimes times)
    {
        times = default;
        if (!Wire.Is(frame, ChademoId.CarDischargeTimes)) return false;
        times = new(frame[0], TimeSpan.FromMinutes((long)Wire.Word(frame, 1)), new(Wire.Word(frame, 3) * 100.0));
        return true;
    }

    /// <summary>The frame as the car sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = Sequence;
        Wire.Word(bytes, 1, TimeToEnd.TotalMinutes);
        Wire.Word(bytes, 3, AvailableEnergy.Value / 100);
        return new CanFrame(ChademoId.CarDischargeTimes, bytes);
    }
}
