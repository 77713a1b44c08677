namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>
/// AC power behind DC power. The stage's efficiency is only known as an interval, so a measurement becomes an
/// interval, and a setpoint is converted with the efficiency that makes it smaller: never more AC than asked, in
/// either direction.
/// </summary>
public static class AcPower
{
    /// <summary>Lowest AC power for a DC power, positive into the car.</summary>
    public static Watts Low(Watts dc, StageRatings stage) =>
        dc >= Watts.Zero ? dc / stage.MaxEfficiency : dc * stage.MaxEfficiency;

    /// <summary>Highest AC power for a DC power, positive into the car.</summary>
    public static Watts High(Watts dc, StageRatings stage) =>
        dc >= Watts.Zero ? dc / stage.MinEfficiency : dc * stage.MinEfficiency;

    /// <summary>DC power that draws or feeds at most this AC power.</summary>
    public static Watts ToDc(Watts ac, StageRatings stage) =>
        ac >= Watts.Zero ? ac * stage.MinEfficiency : ac / stage.MaxEfficiency;

    /// <summary>DC current that draws or feeds at most this AC power at a voltage, within the stage's ratings; 0 when
    /// not computable.</summary>
    public static Amperes CurrentFor(Watts ac, Volts voltage, StageRatings stage)
    {
        if (!ac.IsFinite || !(voltage.Value > 0)) return Amperes.Zero;
        if (voltage < stage.MinVoltage || voltage > stage.MaxVoltage) return Amperes.Zero;
        var dc = Math.Clamp(ToDc(ac, stage).Value, -stage.MaxPower.Value, stage.MaxPower.Value);
        return new(Math.Clamp(dc / voltage.Value, -stage.MaxCurrent.Value, stage.MaxCurrent.Value));
    }
}
