namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>109.5: status of the charger.</summary>
[Flags]
public enum ChargerState : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>.0 energy may flow.</summary>
    Charging = 1 << 0,
    /// <summary>.1 charger malfunction.</summary>
    ChargerMalfunction = 1 << 1,
    /// <summary>.2 connector locked, after the mechanical feedback only.</summary>
    Locked = 1 << 2,
    /// <summary>.3 battery incompatible.</summary>
    BatteryIncompatible = 1 << 3,
    /// <summary>.4 charging-system malfunction.</summary>
    SystemMalfunction = 1 << 4,
    /// <summary>.5 stop control: 1 before and after energy flows.</summary>
    StopControl = 1 << 5,
}

/// <summary>0x109, charger: what it measures, and its status.</summary>
/// <param name="Protocol">b0, numbered as 102.0.</param>
/// <param name="Voltage">b1–2, V at the outlet.</param>
/// <param name="ChargeCurrent">b3, A; 0 while discharging.</param>
/// <param name="IsDischargeCompatible">b4.0; when set, 0x208 and 0x209 must be sent.</param>
/// <param name="State">b5.</param>
/// <param name="RemainingTens">b6 × 10 s; 0xFF means <paramref name="RemainingMinutes"/>.</param>
/// <param name="RemainingMinutes">b7, minutes.</param>
public readonly record struct ChargerStatus(
    byte Protocol, Volts Voltage, Amperes ChargeCurrent, bool IsDischargeCompatible, ChargerState State,
    byte RemainingTens, byte RemainingMinutes)
{
    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out ChargerStatus status)
    {
        status = default;
        if (!Wire.Is(frame, ChademoId.ChargerStatus)) return false;
        status = new(
            frame[0], new(Wire.Word(frame, 1)), new(frame[3]), (frame[4] & 1) != 0, (ChargerState)frame[5],
            frame[6], frame[7]);
        return true;
    }

    /// <summary>The frame as the charger sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = Protocol;
        Wire.Word(bytes, 1, Voltage.Value);
        bytes[3] = Wire.Byte(ChargeCurrent.Value);
        bytes[4] = IsDischargeCompatible ? (byte)1 : (byte)0;
        bytes[5] = (byte)State;
        bytes[6] = RemainingTens;
        bytes[7] = RemainingMinutes;
        return new CanFrame(ChademoId.ChargerStatus, bytes);
    }
}
