namespace ChargeScape.Edge.Hal;

/// <summary>Why an EVSE cannot or must not transfer. Bits, so that several can be seen at once.</summary>
[Flags]
public enum EvseFaults : uint
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>The car reported a fault.</summary>
    Vehicle = 1 << 0,
    /// <summary>The power stage reported a fault or its DC side is abnormal.</summary>
    PowerStage = 1 << 1,
    /// <summary>Insulation test failed or an earth fault was reported.</summary>
    Insulation = 1 << 2,
    /// <summary>DC voltage above the session's threshold.</summary>
    OverVoltage = 1 << 3,
    /// <summary>The car's frames stopped.</summary>
    VehicleSilent = 1 << 4,
    /// <summary>The power stage's frames stopped.</summary>
    PowerStageSilent = 1 << 5,
    /// <summary>The plug lock is not where it was commanded.</summary>
    Lock = 1 << 6,
    /// <summary>Possible weld: voltage or current remained after opening.</summary>
    Weld = 1 << 7,
    /// <summary>A step of the start sequence was not finished in its time.</summary>
    StartTimeout = 1 << 8,
    /// <summary>Car and EVSE do not fit (voltage, version) or the car's data is implausible.</summary>
    Incompatible = 1 << 9,
    /// <summary>Permission line and permission flag disagree.</summary>
    PermissionMismatch = 1 << 10,
    /// <summary>Delivered current differs from the requested one beyond the tolerance.</summary>
    CurrentDeviation = 1 << 11,
    /// <summary>A digital line cannot be read or driven.</summary>
    Line = 1 << 12,
    /// <summary>The device takes no orders now: user lock, a queue of its own, a refused write, a state that nobody
    /// documents.</summary>
    NotControllable = 1 << 13,
    /// <summary>Somebody else changed what this controller owns: a vendor's app, a second master.</summary>
    ForeignControl = 1 << 14,
    /// <summary>As <see cref="ForeignControl"/>, where the site says to stand back: the power is the other's
    /// doing.</summary>
    Yielded = 1 << 15,
    /// <summary>The device answers, but what it shows stands still although it should move.</summary>
    Frozen = 1 << 16,
}
