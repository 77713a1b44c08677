using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// Everything remembered from one cycle to the next. An unmanaged value: it can be copied, stored and compared as it
/// is.
/// </summary>
public record struct ControlState
{
    /// <summary>A start of the process: the first step trips power-up.</summary>
    public static ControlState PowerUp => new() { Mode = ModeKind.Tripped };

    /// <summary>A start that goes on with what was kept.</summary>
    /// <param name="after">How the process before ended. Kept state is used unless it was lost.</param>
    /// <param name="isNewVersion">The process before was of another version of the software.</param>
    /// <param name="kept">What it had stored last.</param>
    /// <param name="shift">From the clock that its times are by to this one's; zero when they are the same.</param>
    /// <param name="now">Monotonic time of the start.</param>
    public static ControlState Begin(
        Beginning after, bool isNewVersion, in KeptState kept, TimeSpan shift, TimeSpan now)
    {
        var state = PowerUp;
        state.At = now;
        if (after is Beginning.Ordered or Beginning.Crash && !kept.TryRestore(ref state, shift))
            after = Beginning.StateLost;
        // Here and not in the first step: what the start itself means is stored before anything runs.
        Crash.Begin(ref state.Trips.Of(TripId.Crash), after, isNewVersion, now);
        StateLost.Begin(ref state.Trips.Of(TripId.StateLost), after, now);
        state.CountRevisions();
        return state;
    }

    /// <summary>Monotonic time of the step that made this state.</summary>
    public TimeSpan At { get; set; }
    /// <summary>Steps since the start.</summary>
    public uint Steps { get; set; }
    /// <summary>The first power-up of this process is over.</summary>
    public bool HasPoweredUp { get; set; }
    /// <summary>State of the session.</summary>
    public ModeKind Mode { get; set; }
    /// <summary>Monotonic time at which <see cref="Mode"/> was entered.</summary>
    public TimeSpan ModeSince { get; set; }
    /// <summary>What the EVSE is commanded.</summary>
    public Watts Setpoint { get; set; }
    /// <summary>What was wanted before any limit.</summary>
    public Watts Wanted { get; set; }
    /// <summary>The order in force; 0 = none.</summary>
    public uint Order { get; set; }
    /// <summary>The limit that keeps <see cref="Wanted"/> from being done; none when it may be.</summary>
    public LimitId BoundBy { get; set; }
    /// <summary>Command to the EVSE.</summary>
    public EvseCommand Command { get; set; }
    /// <summary>
    /// Requests to clear a trip that were refused: not standing, another occurrence, not a person's to clear, or the
    /// condition is present.
    /// </summary>
    public uint ClearsRefused { get; set; }

    /// <summary>State of charge as far as it is known now; null when the EVSE is silent or has not said it.</summary>
    public Soc? Soc { get; set; }

    /// <summary>What may be done, and who says so.</summary>
    public Allowance Allowed;
    /// <summary>What stops the transfer.</summary>
    public TripMemory Trips;
    /// <summary>The button at the machine.</summary>
    public ClearButton Button;
    /// <summary>How often the car's contactor closed.</summary>
    public ContactorUse Use;
    /// <summary>The load of the house without EVSE.</summary>
    public HouseLoad House;
    /// <summary>What speaks for and against the meter.</summary>
    public MeterWatch Meter;
    /// <summary>Memory of the reserve.</summary>
    public SocLatch Reserve;
    /// <summary>Memory of the upper state of charge.</summary>
    public SocLatch Upper;
    /// <summary>Memory of the floor of the order in force.</summary>
    public SocLatch OrderFloor;
    /// <summary>What the grid operator leaves.</summary>
    public GridOperatorMemory GridOperator;
    /// <summary>The grid's voltage and frequency, and the inverter's settings for them.</summary>
    public GridWatch Grid;
    /// <summary>The isolated home.</summary>
    public IslandMemory Island;
    /// <summary>How long limits of the site have been exceeded at the meter.</summary>
    public BreachWatch Breach;
    /// <summary>The driver's departure.</summary>
    public DepartureMemory Departure;
    /// <summary>Energy that the car gave in the last 24 h.</summary>
    public DischargeBudget Given;
    /// <summary>The home battery.</summary>
    public HomeBatteryMemory HomeBattery;
    /// <summary>Temperature of the power stage.</summary>
    public Heat StageHeat;
    /// <summary>Temperature of outlet and cable.</summary>
    public Heat OutletHeat;
    /// <summary>Power on its way to what is wanted.</summary>
    public Ramp Ramp;
    /// <summary>Memory of start attempts.</summary>
    public Starts Starts;
    /// <summary>Last good readings.</summary>
    public Inputs Inputs;

    /// <summary>
    /// Voltage that the power of a current on the EVSE's conductors is reckoned with: the lowest of its legs.
    /// </summary>
    public Volts EvseLegVoltage { get; set; }

    internal PowerHistory EvsePower;
    internal SlidingExtremes Widening;
    internal SlidingExtremes Commanded;

    /// <summary>Another number whenever something changed that is kept across a restart.</summary>
    public uint KeptRevision { get; private set; }

    internal void CountRevisions() => KeptRevision = Trips.Revision + Use.Revision + Meter.Revision;
}
