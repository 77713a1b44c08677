namespace ChargeScape.Edge.Control;

/// <summary>What can bound the power. The wire names are the lower_snake form.</summary>
public enum LimitId : byte
{
    /// <summary>Nothing binds.</summary>
    None,
    /// <summary>Commissioned EVSE rating.</summary>
    EvseRating,
    /// <summary>The EVSE's own breaker.</summary>
    EvseBreaker,
    /// <summary>Ampacity of the EVSE's conductors.</summary>
    Cable,
    /// <summary>Breaker of the sub-panel that the EVSE hangs on.</summary>
    FeederBreaker,
    /// <summary>What the busbar leaves for feeding back.</summary>
    BusbarBackfeed,
    /// <summary>What the power stage can do now.</summary>
    PowerStage,
    /// <summary>What the inverter is built for and set to.</summary>
    InverterCapability,
    /// <summary>Temperature of the power stage, the outlet or the cable.</summary>
    Derate,
    /// <summary>What the car takes or gives now.</summary>
    Vehicle,
    /// <summary>Main breaker, per leg and in total.</summary>
    MainBreaker,
    /// <summary>Contractual import cap.</summary>
    ImportCap,
    /// <summary>Contractual export cap.</summary>
    ExportCap,
    /// <summary>The grid operator's limit of consumption.</summary>
    GridOperatorConsumption,
    /// <summary>The grid operator's limit of production.</summary>
    GridOperatorProduction,
    /// <summary>Terms on which the site may feed the grid: opt-in, utility's profile, settings.</summary>
    DischargePermission,
    /// <summary>The grid has not been inside the enter-service window for long enough.</summary>
    EnterService,
    /// <summary>The home is not on the grid, or nobody knows where its transfer switch stands.</summary>
    TransferSwitch,
    /// <summary>The driver's reserve, with memory.</summary>
    SocReserve,
    /// <summary>Upper state of charge.</summary>
    UpperSoc,
    /// <summary>The driver leaves, and what is given could not be charged back in time.</summary>
    Departure,
    /// <summary>The energy that the car may give in 24 h.</summary>
    DailyDischarge,
    /// <summary>A home battery that charges is no load to rely on.</summary>
    HomeBattery,
    /// <summary>The meter is asked by a step of our own power, or shows a part too much or too little.</summary>
    MeterInDoubt,
    /// <summary>The meter's direction and legs are not proven.</summary>
    MeterUnproven,
    /// <summary>The meter's reading is too old.</summary>
    StaleMeter,
    /// <summary>The EVSE's reading is too old.</summary>
    StaleEvse,
    /// <summary>A wider limit has not held long enough yet.</summary>
    WideningHold,
}

/// <summary>What stops the transfer.</summary>
public enum TripId : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>Power-up: cleared by fresh inputs and the supervisor's permit; also while the permit is
    /// withdrawn.</summary>
    PowerUp,
    /// <summary>Emergency stop pressed or its line unknown.</summary>
    EmergencyStop,
    /// <summary>The EVSE or its power stage reports a fault.</summary>
    DeviceFault,
    /// <summary>Measured power does not follow the command.</summary>
    CommandIgnored,
    /// <summary>Measured power has the wrong sign.</summary>
    WrongSign,
    /// <summary>The EVSE reports a failed insulation test or an earth fault.</summary>
    Insulation,
    /// <summary>The EVSE reports too much DC voltage.</summary>
    OverVoltage,
    /// <summary>A contactor that should be open is not.</summary>
    ContactorWelded,
    /// <summary>The car's contactor closes too often.</summary>
    ContactorChatter,
    /// <summary>The EVSE was told to stop and does not.</summary>
    StopIgnored,
    /// <summary>The controller ended without an ordered stop.</summary>
    Crash,
    /// <summary>What was remembered of faults cannot be read, or is another site's.</summary>
    StateLost,
    /// <summary>The loop misses its deadlines.</summary>
    LoopOverrun,
    /// <summary>Faults cannot be written down: a restart would forget them.</summary>
    StateNotStored,
    /// <summary>The clear button does not come back.</summary>
    ClearButtonStuck,
    /// <summary>The grid was gone for its time; returns through enter service.</summary>
    GridLost,
    /// <summary>The grid is beyond the must-trip curve and power still flows.</summary>
    InverterDidNotTrip,
    /// <summary>The signals that say that the home is isolated contradict each other, or one of them was lost.</summary>
    IslandNotIsolated,
    /// <summary>The isolated home draws more than the car's inverter carries.</summary>
    IslandOverload,
    /// <summary>Measured power is more than was commanded.</summary>
    CommandOvershoot,
    /// <summary>A limit of the site stays exceeded at the meter.</summary>
    LimitBreach,
    /// <summary>The meter shows the same values while our own power moves.</summary>
    MeterFrozen,
    /// <summary>The meter shows our own power with the wrong sign.</summary>
    MeterReversed,
    /// <summary>The meter shows our own power on other legs.</summary>
    MeterLegsSwapped,
    /// <summary>Meter and EVSE disagree on how much our own power is. The last one, see TripMemory.Last.</summary>
    MeterDisagrees,
}

/// <summary>Who may clear a trip (safety brief §4.4).</summary>
public enum TripClass : byte
{
    /// <summary>Advisory: stops nothing, is only told, goes by itself.</summary>
    F0,
    /// <summary>Clears by itself when the condition is gone for its time.</summary>
    F1,
    /// <summary>Bounded automatic retries, then F3.</summary>
    F2,
    /// <summary>Latched: a person at the machine, after the condition is gone.</summary>
    F3,
    /// <summary>Service: installer and a passed test.</summary>
    F4,
}

/// <summary>States of the session as the control side leads it.</summary>
public enum ModeKind : byte
{
    /// <summary>No car.</summary>
    Unplugged,
    /// <summary>Car there, contactor open, nothing asked.</summary>
    Ready,
    /// <summary>Start sequence under way.</summary>
    Starting,
    /// <summary>Power may flow.</summary>
    Transferring,
    /// <summary>Current to zero, then open.</summary>
    RampingDown,
    /// <summary>A trip holds zero and open.</summary>
    Tripped,
    /// <summary>The car supplies the isolated home.</summary>
    Islanding,
}
