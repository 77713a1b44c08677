namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>What is wrong with a SunSpec device at present.</summary>
public enum SunSpecTrouble : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Not discovered yet.</summary>
    Searching,
    /// <summary>No answer, or answers that break the protocol.</summary>
    NoAnswer,
    /// <summary>It answers, but no base address holds "SunS".</summary>
    NotSunSpec,
    /// <summary>The chain holds none of the models that this driver reads.</summary>
    ModelMissing,
    /// <summary>A header no longer holds the model that was found there.</summary>
    HeaderMoved,
    /// <summary>A scale factor outside −10…10.</summary>
    ScaleInvalid,
    /// <summary>A scale factor changed while the device ran.</summary>
    ScaleChanged,
    /// <summary>Another serial number than before, or than the site file says: another device answers.</summary>
    SerialChanged,
    /// <summary>A point that is needed is not implemented at present.</summary>
    NotImplemented,
    /// <summary>A value that is physically impossible or contradicts another one.</summary>
    Implausible,
}

/// <summary>Which way a device's positive active power flows.</summary>
public enum SunSpecSign : byte
{
    /// <summary>Into the site (import).</summary>
    PositiveIsImport = 1,
    /// <summary>Out of the site (export); for an inverter: generation.</summary>
    PositiveIsExport = 2,
}

/// <summary>Phase of a SunSpec model, in its own naming.</summary>
public enum SunSpecPhase : byte
{
    /// <summary>A.</summary>
    A,
    /// <summary>B.</summary>
    B,
    /// <summary>C.</summary>
    C,
}

/// <summary>Who the device is, from the common model.</summary>
/// <param name="Maker">Mn.</param>
/// <param name="Model">Md.</param>
/// <param name="Version">Vr.</param>
/// <param name="SerialNumber">SN.</param>
public sealed record SunSpecIdentity(string Maker, string Model, string Version, string SerialNumber);

/// <summary>What every SunSpec device's driver is told by the site file.</summary>
public abstract record SunSpecSettings
{
    /// <summary>Modbus unit id, 1…247 (SMA 126, KOSTAL 71, most others 1).</summary>
    public required byte Unit { get; init; }

    /// <summary>Time between two polls.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>How old the device's own sample may be when it answers.</summary>
    public required TimeSpan Refresh { get; init; }

    /// <summary>Oldest reading that counts as known.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Base addresses to probe, in order; null = 40000, 0, 50000.</summary>
    public IReadOnlyList<ushort>? Bases { get; init; }

    /// <summary>The model to read; null = the best one that the device has.</summary>
    public ushort? Model { get; init; }

    /// <summary>Which of several instances, from 0, in chain order.</summary>
    public int Instance { get; init; }

    /// <summary>Serial number that the device must have; null = the one seen first must not change.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>
    /// The device changes its scale factors while it runs (reported of SolarEdge). False: a change is trouble.
    /// </summary>
    public bool MayScaleVary { get; init; }

    internal virtual DeviceTiming Timing => new(Period, Refresh, MaxAge, default, default, default, default);
}

/// <summary>Settings of a meter.</summary>
public sealed record SunSpecMeterSettings : SunSpecSettings
{
    /// <summary>Sign of W. Vendors differ (Fronius import, SolarEdge export), so there is no default.</summary>
    public required SunSpecSign Sign { get; init; }

    /// <summary>Which phase of the meter measures leg L1, L2, L3; as many as the service has legs.</summary>
    public required IReadOnlyList<SunSpecPhase> Legs { get; init; }

    /// <summary>What is physically possible at this service.</summary>
    public required PhysicalRange Range { get; init; }
}

/// <summary>Settings of an inverter.</summary>
public sealed record SunSpecInverterSettings : SunSpecSettings
{
    /// <summary>Sign of W; model 701 says that generation is positive, and no inverter seen differs.</summary>
    public SunSpecSign Sign { get; init; } = SunSpecSign.PositiveIsExport;

    /// <summary>Largest believable magnitude of AC power, for example 2 × rating.</summary>
    public required Watts MaxPower { get; init; }

    /// <summary>How its generation is limited; null = it is only read.</summary>
    public SunSpecCurtailment? Curtailment { get; init; }
}

/// <summary>How the generation of an inverter is limited.</summary>
public sealed record SunSpecCurtailment
{
    /// <summary>How it is written to.</summary>
    public required DerWriteSettings Write { get; init; }

    /// <summary>Limit in % that holds when nobody commands one, 0…100. Model 123 cannot keep it.</summary>
    public required double SilencePercent { get; init; }

    /// <summary>100 % is 120.WRtg and not 121.WMax, where 702 is missing. Sources disagree, so the site file says
    /// it.</summary>
    public bool IsOfRating { get; init; }
}

/// <summary>Which way a battery's positive power and current flow.</summary>
public enum SunSpecBatterySign : byte
{
    /// <summary>Into the battery.</summary>
    PositiveIsCharge = 1,
    /// <summary>Out of the battery.</summary>
    PositiveIsDischarge = 2,
}

/// <summary>Settings of a home battery.</summary>
public sealed record SunSpecBatterySettings : SunSpecSettings
{
    /// <summary>Sign of 802.W and A; the model does not state it and vendors differ, so there is no default.</summary>
    public required SunSpecBatterySign Sign { get; init; }

    /// <summary>Largest believable magnitude of DC power.</summary>
    public required Watts MaxPower { get; init; }

    /// <summary>Largest believable magnitude of DC current.</summary>
    public required Amperes MaxCurrent { get; init; }
}

/// <summary>Values beyond which a meter's reading is not believed. Magnitudes.</summary>
/// <param name="MaxPower">Sum over the legs, and each leg.</param>
/// <param name="MaxVoltage">Leg to neutral, RMS.</param>
/// <param name="MaxCurrent">Each leg, RMS.</param>
public sealed record PhysicalRange(Watts MaxPower, Volts MaxVoltage, Amperes MaxCurrent)
{
    /// <summary>Twice what the service can carry, and 1.5 × its voltage.</summary>
    public static PhysicalRange OfService(Volts legToNeutral, Amperes mainBreaker, int legs) =>
        new(legToNeutral * mainBreaker * (2.0 * legs), new(1.5 * legToNeutral.Value), mainBreaker * 2);
}
