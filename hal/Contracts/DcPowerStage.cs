namespace ChargeScape.Edge.Hal;

/// <summary>What a DC power stage is asked to do.</summary>
public enum StageMode : byte
{
    /// <summary>Output off.</summary>
    Off,
    /// <summary>Raise the output to <see cref="StageCommand.Voltage"/> with next to no current (insulation test,
    /// precharge).</summary>
    Voltage,
    /// <summary>Drive <see cref="StageCommand.Current"/> into (positive) or out of (negative) the car.</summary>
    Current,
}

/// <summary>Command to a DC power stage.</summary>
/// <param name="Mode">What to do.</param>
/// <param name="Voltage">Target in <see cref="StageMode.Voltage"/>; ceiling (charge) or floor (discharge) in <see
/// cref="StageMode.Current"/>.</param>
/// <param name="Current">Positive into the car.</param>
public readonly record struct StageCommand(StageMode Mode, Volts Voltage, Amperes Current);

/// <summary>What a DC power stage shows.</summary>
/// <param name="Voltage">At its DC output.</param>
/// <param name="Current">Positive into the car.</param>
/// <param name="IsOn">Output enabled.</param>
/// <param name="IsFaulted">A fault or protection is active.</param>
/// <param name="FaultBits">As the device gives them.</param>
public readonly record struct StageReading(Volts Voltage, Amperes Current, bool IsOn, bool IsFaulted, uint FaultBits);

/// <summary>Ratings of a DC power stage.</summary>
/// <param name="MinVoltage">Lowest DC output voltage.</param>
/// <param name="MaxVoltage">Highest DC output voltage.</param>
/// <param name="MaxCurrent">Magnitude, either direction.</param>
/// <param name="MaxPower">Magnitude of DC power, either direction.</param>
/// <param name="MinEfficiency">Worst AC/DC efficiency, 0…1, either direction.</param>
/// <param name="MaxEfficiency">Best AC/DC efficiency, 0…1.</param>
public sealed record StageRatings(
    Volts MinVoltage, Volts MaxVoltage, Amperes MaxCurrent, Watts MaxPower, double MinEfficiency, double MaxEfficiency);

/// <summary>A DC power stage on a bus of its own, driven by the EVSE in front of it (same thread).</summary>
public interface IDcPowerStage
{
    /// <summary>Ratings from the site file: of all that the stage is made of.</summary>
    StageRatings Ratings { get; }

    /// <summary>What it can do now: its ratings, less what is out of service.</summary>
    StageRatings Available => Ratings;

    /// <summary>It can feed back; false for a rectifier.</summary>
    bool IsBidirectional => true;

    /// <summary>Newest reading; default = never seen. It ages when the stage falls silent.</summary>
    Reading<StageReading> Reading { get; }

    /// <summary>When the stage next wants a turn (poll, keep-alive).</summary>
    TimeSpan NextDue { get; }

    /// <summary>Takes in what arrived; true when the reading is new.</summary>
    bool Read(TimeSpan now);

    /// <summary>Sends the command: at once when it changed, otherwise as the keep-alive asks.</summary>
    void Write(in StageCommand command, TimeSpan now);
}
