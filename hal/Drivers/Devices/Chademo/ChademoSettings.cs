namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>When 109.4.0 (discharge compatible) is set.</summary>
public enum DischargeAnnouncement : byte
{
    /// <summary>From permission on: a LEAF ZE0 hangs when it is set during discovery (one source).</summary>
    AfterPermission,
    /// <summary>From the first frame, as the recorded V2X charger does.</summary>
    FromFirstFrame,
}

/// <summary>What 200.6 (battery level below which the car does not discharge) means on this car; sources
/// disagree.</summary>
public enum DischargeLevelUnit : byte
{
    /// <summary>Per cent of charge. Stricter than the other reading for every battery above 10 kWh, hence the
    /// default.</summary>
    Percent,
    /// <summary>0.1 kWh, as the recorded LEAF 24 kWh suggests (67 = 30 % of 22.2 kWh).</summary>
    TenthKilowattHours,
    /// <summary>Not used; the site's own reserve alone protects the battery.</summary>
    Ignored,
}

/// <summary>What this charger offers and how it treats its car. Ratings come from the site file, protocol constants
/// have defaults.</summary>
public sealed record ChademoSettings
{
    /// <summary>108.1–2 and the voltage of the insulation test; at most what stage, cable and connector are rated
    /// for.</summary>
    public required Volts AvailableVoltage { get; init; }
    /// <summary>Lowest battery voltage that the stage can drive; a car whose maximum is below is
    /// incompatible.</summary>
    public required Volts MinVoltage { get; init; }
    /// <summary>Most charge current, 0…125 A.</summary>
    public required Amperes MaxChargeCurrent { get; init; }
    /// <summary>Most discharge current, magnitude 0…125 A; 0 = this charger does not discharge and does not send 208
    /// and 209.</summary>
    public required Amperes MaxDischargeCurrent { get; init; }
    /// <summary>208.6–7: no discharge below.</summary>
    public Volts LowerThreshold { get; init; } = new(250);

    /// <summary>109.0: 2 = 1.0–1.2; 3 adds frame 118.</summary>
    public byte Protocol { get; init; } = 2;
    /// <summary>209.0: 1 or 2.</summary>
    public byte DischargeSequence { get; init; } = 2;
    /// <summary>209.1–2 while energy flows; the recorded charger says 5 (minutes by two sources).</summary>
    public TimeSpan RemainingDischarge { get; init; } = TimeSpan.FromMinutes(5);
    /// <summary>109.7 while energy flows.</summary>
    public byte RemainingMinutes { get; init; } = 60;

    /// <summary>Quirk of the car.</summary>
    public DischargeAnnouncement Announcement { get; init; }
    /// <summary>Quirk of the car.</summary>
    public DischargeLevelUnit LevelUnit { get; init; }
    /// <summary>
    /// Quirk: one car ends the session after about 6 min of 109.3 = 0; then 1 A is shown for one frame at this
    /// interval. Zero = never, because what is shown is not true.
    /// </summary>
    public TimeSpan ShownCurrentInterval { get; init; }

    /// <summary>Growth of the current's magnitude, A/s. Shrinking is never slowed.</summary>
    public double RisePerSecond { get; init; } = 20;
    /// <summary>Times of the sequence.</summary>
    public ChademoTimes Times { get; init; } = new();

    /// <summary>Throws when a number is outside what the protocol can say.</summary>
    /// <exception cref="ArgumentException">Names the setting.</exception>
    public ChademoSettings Checked()
    {
        const string belowAvailable = "below the available voltage";
        Require(AvailableVoltage.Value is > 0 and <= 600, nameof(AvailableVoltage), "0…600 V");
        Require(MinVoltage.Value >= 0 && MinVoltage < AvailableVoltage, nameof(MinVoltage), belowAvailable);
        Require(MaxChargeCurrent.Value is >= 0 and <= 125, nameof(MaxChargeCurrent), "0…125 A");
        Require(MaxDischargeCurrent.Value is >= 0 and <= 125, nameof(MaxDischargeCurrent), "0…125 A");
        Require(LowerThreshold.Value >= 0 && LowerThreshold < AvailableVoltage, nameof(LowerThreshold), belowAvailable);
        Require(RisePerSecond is > 0 and <= 20, nameof(RisePerSecond), "0…20 A/s");
        Require(Protocol <= 3, nameof(Protocol), "0…3");
        return this;
    }

    private static void Require(bool holds, string setting, string bound)
    {
        if (!holds) throw new ArgumentException($"CHAdeMO setting out of range: {setting} must be {bound}", setting);
    }
}
