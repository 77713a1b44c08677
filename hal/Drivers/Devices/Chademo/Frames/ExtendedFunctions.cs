namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>Extended functions of protocol 2.0 on: 110.0 of the car, 118.0 of the charger.</summary>
[Flags]
public enum ExtendedFunctions : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>.0 the available current may change in the session and the car follows it.</summary>
    DynamicControl = 1 << 0,
    /// <summary>.1 more than 125 A.</summary>
    HighCurrent = 1 << 1,
    /// <summary>.2 more than 500 V.</summary>
    HighVoltage = 1 << 2,
}

/// <summary>0x110, car: extended functions. Bit order from two sources, the request from one.</summary>
/// <param name="Functions">b0.</param>
/// <param name="RequestedCurrent">b1–2, A: the request when 102.3 reads 255.</param>
public readonly record struct CarExtended(ExtendedFunctions Functions, Amperes RequestedCurrent)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out CarExtended extended)
    {
        extended = default;
        if (!Wire.Is(frame, ChademoId.CarExtended)) return false;
        extended = new((ExtendedFunctions)frame[0], new(Wire.Word(frame, 1)));
        return true;
    }

    /// <summary>The frame as the car sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = (byte)Functions;
        Wire.Word(bytes, 1, RequestedCurrent.Value);
        return new CanFrame(ChademoId.CarExtended, bytes);
    }
}

/// <summary>0x118, charger: extended functions.</summary>
/// <param name="Functions">b0.</param>
public readonly record struct ChargerExtended(ExtendedFunctions Functions)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out ChargerExtended extended)
    {
        extended = default;
        if (!Wire.Is(frame, ChademoId.ChargerExtended)) return false;
        extended = new((ExtendedFunctions)frame[0]);
        return true;
    }

    /// <summary>The frame as the charger sends it.</summary>
    public CanFrame Encode() => new(ChademoId.ChargerExtended, [(byte)Functions, 0, 0, 0, 0, 0, 0, 0]);
}
