namespace ChargeScape.Edge.Hal;

/// <summary>
/// A device that its bus's poller visits. <see cref="Read"/> and <see cref="Write"/> are called on the poller's
/// thread, in
/// this order, with the control step that the reading woke in between; in the simulator they are called inline.
/// </summary>
public interface IPolledDevice
{
    /// <summary>Monotonic time at which the device next wants a turn even if nothing arrives.</summary>
    TimeSpan NextDue { get; }

    /// <summary>Takes in what the wire holds and publishes readings; true when something new was published. Bounded
    /// by the bus timeout.</summary>
    bool Read(TimeSpan now);

    /// <summary>Writes what is commanded: nothing when nothing changed and no refresh is due.</summary>
    void Write(TimeSpan now);
}

/// <summary>A polled device that takes something over and gives it back at an orderly end (design §8).</summary>
public interface IHandsBack
{
    /// <summary>
    /// Restores what stood before us, after power is zero and the contactor open. Called on the poller's thread, in
    /// place of <see cref="IPolledDevice.Write"/>, until it returns true or the end cannot wait any longer.
    /// </summary>
    bool HandBack(TimeSpan now);
}

/// <summary>What a family promises about time; limits, trips and reaction promises derive from it (design
/// §6).</summary>
/// <param name="Period">How often a fresh reading is expected.</param>
/// <param name="Refresh">How old the device's own sample may be when it answers; 0 when it stamps or measures on
/// request.</param>
/// <param name="MaxAge">Oldest reading that counts as known.</param>
/// <param name="DeadTime">From a command on the wire to the first movement.</param>
/// <param name="SettlingTime">From a command on the wire until measured power stays in its band.</param>
/// <param name="StartTime">From "close" to contactor closed and ready, worst case.</param>
/// <param name="StopTime">From "open" to current below 1 A, worst case.</param>
/// <param name="Shortfall">Share of a command that the settled power may lack and still follow it; 1 = any: a device
/// that cannot say what its car takes.</param>
public sealed record DeviceTiming(
    TimeSpan Period, TimeSpan Refresh, TimeSpan MaxAge, TimeSpan DeadTime, TimeSpan SettlingTime,
    TimeSpan StartTime, TimeSpan StopTime, double Shortfall = 0.05);

/// <summary>Meter at the point of common coupling (PCC). Positive = import.</summary>
/// <param name="Power">Sum over the legs.</param>
/// <param name="LegPower">Active power per leg.</param>
/// <param name="LegVoltage">RMS voltage, leg to neutral.</param>
/// <param name="LegCurrent">RMS current per leg, magnitude; breaker limits use measured amperes.</param>
/// <param name="Frequency">Null when the meter does not give it.</param>
public readonly record struct MeterReading(
    Watts Power, PerLeg<Watts> LegPower, PerLeg<Volts> LegVoltage, PerLeg<Amperes> LegCurrent, Hertz? Frequency);

/// <summary>A meter.</summary>
public interface IMeter : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<MeterReading>> Readings { get; }
}

/// <summary>PV inverter. Positive = into the site's AC side, so generation is negative.</summary>
/// <param name="Power">AC active power; generation negative.</param>
/// <param name="IsFaulted">The device reports a fault or alarm that stops it.</param>
/// <param name="Alarms">Alarm bits as the device gives them (SunSpec 701 Alrm).</param>
public readonly record struct InverterReading(Watts Power, bool IsFaulted, uint Alarms);

/// <summary>An inverter that is read (curtailment comes with its issue).</summary>
public interface IInverter : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<InverterReading>> Readings { get; }
}

/// <summary>What an inverter that can be curtailed is told. One that is older than the device's reversion time counts as
/// the limit that the site file sets for silence.</summary>
/// <param name="MostGeneration">Limit of the generation, ≤ 0; negative infinity lifts it.</param>
/// <param name="IssuedAt">Monotonic time of the command.</param>
public readonly record struct CurtailmentCommand(Watts MostGeneration, TimeSpan IssuedAt);

/// <summary>An inverter whose generation can be limited.</summary>
public interface ICurtailable
{
    /// <summary>Where the limit is put; nothing is written before the first one.</summary>
    Latest<CurtailmentCommand> Commands { get; }

    /// <summary>The device has confirmed the newest limit.</summary>
    bool IsHeld { get; }
}

/// <summary>What a home battery (storage that stays in the house) complains about. Bits, so that several can be
/// seen.</summary>
[Flags]
public enum HomeBatteryAlarms : uint
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Says that something is wrong, not what.</summary>
    General = 1 << 0,
    /// <summary>Cell or pack voltage too high.</summary>
    OverVoltage = 1 << 1,
    /// <summary>Cell or pack voltage too low.</summary>
    UnderVoltage = 1 << 2,
    /// <summary>Too hot.</summary>
    OverTemperature = 1 << 3,
    /// <summary>Too cold.</summary>
    UnderTemperature = 1 << 4,
    /// <summary>Charge current too high.</summary>
    ChargeOverCurrent = 1 << 5,
    /// <summary>Discharge current too high.</summary>
    DischargeOverCurrent = 1 << 6,
    /// <summary>Contactor or relay.</summary>
    Contactor = 1 << 7,
    /// <summary>Short circuit.</summary>
    Short = 1 << 8,
    /// <summary>Fault inside the battery management.</summary>
    Internal = 1 << 9,
    /// <summary>Cells apart.</summary>
    Imbalance = 1 << 10,
    /// <summary>Communication inside the battery, or with it.</summary>
    Communication = 1 << 11,
}

/// <summary>What a home battery shows. Positive flows into the battery (charge). What a device does not give, or marks
/// as not available, is null.</summary>
public readonly record struct HomeBatteryReading
{
    /// <summary>State of charge.</summary>
    public Soc? Soc { get; init; }
    /// <summary>State of health, 0…100 %.</summary>
    public double? HealthPercent { get; init; }
    /// <summary>DC voltage.</summary>
    public Volts? Voltage { get; init; }
    /// <summary>DC current, positive = charge.</summary>
    public Amperes? Current { get; init; }
    /// <summary>DC power, positive = charge.</summary>
    public Watts? Power { get; init; }
    /// <summary>Of cells or pack.</summary>
    public Celsius? Temperature { get; init; }
    /// <summary>Most charge current that it allows now, ≥ 0; 0 when it forbids charging.</summary>
    public Amperes? ChargeLimit { get; init; }
    /// <summary>Most discharge current that it allows now, ≤ 0; 0 when it forbids discharging.</summary>
    public Amperes? DischargeLimit { get; init; }
    /// <summary>Do not charge above.</summary>
    public Volts? ChargeVoltageLimit { get; init; }
    /// <summary>Do not discharge below.</summary>
    public Volts? DischargeVoltageLimit { get; init; }
    /// <summary>What stops it.</summary>
    public HomeBatteryAlarms Alarms { get; init; }
    /// <summary>What may stop it soon.</summary>
    public HomeBatteryAlarms Warnings { get; init; }
}

/// <summary>A home battery that is read. Who charges it is its inverter's matter; here it says what it can do.</summary>
public interface IHomeBattery : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<HomeBatteryReading>> Readings { get; }
}

/// <summary>Where the EVSE's session with the car stands.</summary>
public enum EvseSession : byte
{
    /// <summary>No plug seen.</summary>
    Unplugged,
    /// <summary>Plug seen, no session.</summary>
    PluggedIn,
    /// <summary>Handshake, lock, insulation test, contactor closing.</summary>
    Starting,
    /// <summary>Contactor closed; power may flow.</summary>
    Energised,
    /// <summary>Stop sequence under way.</summary>
    Stopping,
    /// <summary>The session ended in a fault; <see cref="EvseReading.Faults"/> says which. Unplugging or a new close
    /// command clears it if the fault allows.</summary>
    Faulted,
}

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

/// <summary>What the EVSE shows. Power is AC at the EVSE, positive = charge.</summary>
/// <param name="Power">Best estimate of AC power.</param>
/// <param name="PowerLow">Lowest AC power that the measurement allows (a DC-only EVSE adds its efficiency
/// interval).</param>
/// <param name="PowerHigh">Highest AC power that the measurement allows.</param>
/// <param name="DcVoltage">At the outlet.</param>
/// <param name="DcCurrent">Positive into the car.</param>
/// <param name="Session">State of the session.</param>
/// <param name="IsContactorClosed">The car's contactor is closed, by its own report and by voltage.</param>
/// <param name="VehicleSoc">Null when the car has not said it (in this session).</param>
/// <param name="StageCharge">Most the power stage can draw for charging now, AC, ≥ 0.</param>
/// <param name="StageDischarge">Most it can feed back now, AC, ≤ 0.</param>
/// <param name="VehicleCharge">Most the car takes now, AC, ≥ 0; session-scoped.</param>
/// <param name="VehicleDischarge">Most the car gives now, AC, ≤ 0; session-scoped.</param>
/// <param name="Faults">Present faults.</param>
public readonly record struct EvseReading(
    Watts Power, Watts PowerLow, Watts PowerHigh, Volts DcVoltage, Amperes DcCurrent,
    EvseSession Session, bool IsContactorClosed, Soc? VehicleSoc,
    Watts StageCharge, Watts StageDischarge, Watts VehicleCharge, Watts VehicleDischarge, EvseFaults Faults)
{
    /// <summary>Faults whose cause is seen at this moment, in a session that has ended: nobody may clear them. A
    /// family that cannot tell what is present from what is remembered leaves it empty.</summary>
    public EvseFaults ActiveFaults { get; init; }

    /// <summary>A plug is seen.</summary>
    public bool IsPlugged => Session != EvseSession.Unplugged;
}

/// <summary>What the EVSE shall do with its connection to the car.</summary>
public enum Connection : byte
{
    /// <summary>Ordered stop: current to zero, then open.</summary>
    Open,
    /// <summary>Emergency stop path: interrupt at once, then open.</summary>
    OpenNow,
    /// <summary>Start a session if there is none; stay connected.</summary>
    Close,
}

/// <summary>The command to the EVSE. One older than 1 s counts as zero and <see cref="Hal.Connection.Open"/>.</summary>
/// <param name="Setpoint">AC at the EVSE, positive = charge.</param>
/// <param name="Connection">What to do with the contactor.</param>
/// <param name="IssuedAt">Monotonic time of the cycle that gave it.</param>
/// <param name="Session">Counts the start sequences asked for, so that a faulted session starts again only on a new
/// one.</param>
public readonly record struct EvseCommand(Watts Setpoint, Connection Connection, TimeSpan IssuedAt, uint Session);

/// <summary>A bidirectional EVSE.</summary>
public interface IEvse : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<EvseReading>> Readings { get; }

    /// <summary>Where the control loop puts its command.</summary>
    Latest<EvseCommand> Commands { get; }
}

/// <summary>Digital inputs that concern the whole site.</summary>
/// <param name="IsEmergencyStopPressed">Loop open, or line unknown.</param>
/// <param name="HasSupervisorPermit">The supervisor lets the contactor close.</param>
public readonly record struct LinesReading(bool IsEmergencyStopPressed, bool HasSupervisorPermit)
{
    /// <summary>Auxiliary contact of the contactor: active while it is closed.</summary>
    public LineLevel ContactorFeedback { get; init; }
    /// <summary>The transfer switch.</summary>
    public TransferPosition Transfer { get; init; }
    /// <summary>The grid operator's relays.</summary>
    public GridRelays Relays { get; init; }
}

/// <summary>Reads the site's digital inputs.</summary>
public interface ISiteLines : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<LinesReading>> Readings { get; }
}

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

/// <summary>A DC power stage on a bus of its own, driven by the EVSE in front of it (same
/// thread).</summary>
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
