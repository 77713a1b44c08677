namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>102.4: faults the car reports. Any of them stops the session.</summary>
[Flags]
public enum CarFaults : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>.0 battery over-voltage.</summary>
    OverVoltage = 1 << 0,
    /// <summary>.1 battery under-voltage.</summary>
    UnderVoltage = 1 << 1,
    /// <summary>.2 current differs from the request.</summary>
    CurrentDeviation = 1 << 2,
    /// <summary>.3 battery too hot.</summary>
    HighTemperature = 1 << 3,
    /// <summary>.4 voltage measured by the car differs from the charger's.</summary>
    VoltageDeviation = 1 << 4,
}

/// <summary>102.5: status of the car.</summary>
[Flags]
public enum CarStatus : byte
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>.0 charge or discharge permitted.</summary>
    Permitted = 1 << 0,
    /// <summary>.1 the car is not in park.</summary>
    NotInPark = 1 << 1,
    /// <summary>.2 fault in the car's charging system.</summary>
    SystemFault = 1 << 2,
    /// <summary>.3 contactor open (weld check done).</summary>
    ContactorOpen = 1 << 3,
    /// <summary>.4 normal stop request before charging.</summary>
    StopBeforeCharging = 1 << 4,
    /// <summary>.6 dynamic control on old LEAFs (inferred, not proven).</summary>
    LegacyDynamicControl = 1 << 6,
    /// <summary>.7 discharge compatible.</summary>
    DischargeCompatible = 1 << 7,
}

/// <summary>0x102, car: what it asks for, its status and its faults.</summary>
/// <param name="Protocol">b0: 0 before 0.9, 1 = 0.9, 2 = 1.0–1.2, 3 = 2.0.</param>
/// <param name="TargetVoltage">b1–2, V.</param>
/// <param name="RequestedCurrent">b3, A; 255 when the request is in 0x110.</param>
/// <param name="Faults">b4.</param>
/// <param name="Status">b5.</param>
/// <param name="ChargedRate">b6: state of charge × <see cref="CarLimits.RateReference"/>; garbage before the
/// session.</param>
public readonly record struct CarRequest(
    byte Protocol, Volts TargetVoltage, Amperes RequestedCurrent, CarFaults Faults, CarStatus Status, byte ChargedRate)
{
    /// <summary>102.3 when the request is in 0x110 instead.</summary>
    public const int InExtendedFrame = 255;

    /// <summary>102.5.0.</summary>
    public bool IsPermitted => (Status & CarStatus.Permitted) != 0;

    /// <summary>102.5.3 = 0.</summary>
    public bool ReportsContactorClosed => (Status & CarStatus.ContactorOpen) == 0;

    /// <summary>Decodes a frame; false when it is another one.</summary>
    public static bool TryDecode(in CanFrame frame, out CarRequest request)
    {
        request = default;
        if (!Wire.Is(frame, ChademoId.CarRequest)) return false;
        request = new(
            frame[0], new(Wire.Word(frame, 1)), new(frame[3]), (CarFaults)frame[4], (CarStatus)frame[5], frame[6]);
        return true;
    }

    /// <summary>The frame as the car sends it.</summary>
    public CanFrame Encode()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        bytes[0] = Protocol;
        Wire.Word(bytes, 1, TargetVoltage.Value);
        bytes[3] = Wire.Byte(RequestedCurrent.Value);
        bytes[4] = (byte)Faults;
        bytes[5] = (byte)Status;
        bytes[6] = ChargedRate;
        return new CanFrame(ChademoId.CarRequest, bytes);
    }
}
