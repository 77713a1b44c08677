namespace ChargeScape.Edge.Hal;

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

/// <summary>Whether the EVSE makes the voltage of an isolated home instead of following the grid's.</summary>
public enum GridForming : byte
{
    /// <summary>The device maps no such capability: it must never be asked for it.</summary>
    NotMapped,
    /// <summary>It can, and does not now.</summary>
    Off,
    /// <summary>It does.</summary>
    On,
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

    /// <summary>Most that the inverter is built for and set to, charging, AC, ≥ 0 (SunSpec 702); null when it does not
    /// tell.</summary>
    public Watts? InverterCharge { get; init; }
    /// <summary>The same for feeding back, ≤ 0.</summary>
    public Watts? InverterDischarge { get; init; }
    /// <summary>Hottest place that the power stage or its cabinet tells; null when it tells none.</summary>
    public Celsius? StageTemperature { get; init; }
    /// <summary>Of outlet, inlet or cable, the hottest; null when none is told.</summary>
    public Celsius? OutletTemperature { get; init; }

    /// <summary>Whether it forms a grid of its own.</summary>
    public GridForming Forming { get; init; }

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
public readonly record struct EvseCommand(Watts Setpoint, Connection Connection, TimeSpan IssuedAt, uint Session)
{
    /// <summary>Make the voltage of the home, which is proven to be isolated; a device that maps no such capability
    /// takes no notice.</summary>
    public bool FormsGrid { get; init; }
}

/// <summary>A bidirectional EVSE.</summary>
public interface IEvse : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<EvseReading>> Readings { get; }

    /// <summary>Where the control loop puts its command.</summary>
    Latest<EvseCommand> Commands { get; }
}
