namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>0x101, car: times and rated capacity.</summary>
/// <param name="MaxTime">b1 × 10 s; 0xFF there means b2 minutes. Sent in 10 s steps while they suffice.</param>
/// <param name="EstimatedTime">b3, minutes.</param>
/// <param name="Capacity">b5–6 × 0.1 kWh.</param>
public readonly record struct CarCapacity(TimeSpan MaxTime, TimeSpan EstimatedTime, WattHours Capacity)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out CarCapacity capacity)
    {
        capacity = default;
        if (!Wire.Is(frame, ChademoId.CarCapacity)) return false;
        var max = frame[1] == 0xFF ? TimeSpan.FromMinutes((long)frame[2]) : TimeSpan.FromSeconds(frame[1] * 10L);
        capacity = new(max, TimeSpan.FromMinutes((long)frame[3]), new(Wire.Word(frame, 5) * 100.0));
        return true;
    }

    /// <summary>The frame as the car sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        var tens = MaxTime.TotalSeconds / 10;
        bytes[1] = tens <= 254 ? Wire.Byte(tens) : (byte)0xFF;
        bytes[2] = tens <= 254 ? (byte)0 : Wire.Byte(MaxTime.TotalMinutes);
        bytes[3] = Wire.Byte(EstimatedTime.TotalMinutes);
        Wire.Word(bytes, 5, Capacity.Value / 100);
        return new CanFrame(ChademoId.CarCapacity, bytes);
    }
}
