using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Exchange;

/// <summary>
/// Everything that crosses between the control side and the gateway side: fixed-size structs only, so that the same
/// code serves two roles in one process now and shared memory later.
/// </summary>
public sealed class ControlExchange
{
    /// <summary>Events that wait at most.</summary>
    public const uint EventsKept = 256;

    /// <summary>Down: what is asked.</summary>
    public Latest<Plan> Plan { get; } = new();
    /// <summary>Down: what a person at the machine asked, numbered so that each is taken once.</summary>
    public Latest<LocalRequest> Requests { get; } = new();
    /// <summary>Down: what the grid operator has said.</summary>
    public Latest<GridOperatorSignal> GridOperator { get; } = new();
    /// <summary>Down: when the driver leaves.</summary>
    public Latest<DepartureWish> Departure { get; } = new();
    /// <summary>Up: the newest state, once per step.</summary>
    public Latest<ControlFrame> Frame { get; } = new();
    /// <summary>Up: the grid-code settings that the EVSE told last.</summary>
    public Latest<Reading<GridSettings>> EvseGrid { get; } = new();
    /// <summary>Up: those of the inverter.</summary>
    public Latest<Reading<GridSettings>> InverterGrid { get; } = new();
    /// <summary>Up: what is to be kept across a restart, whenever it changed.</summary>
    public Latest<KeptState> Kept { get; } = new();
    /// <summary>Down: how far it has been stored; nothing is published where nothing is stored.</summary>
    public Latest<StoreReport> Stored { get; } = new();
    /// <summary>Up: what happened.</summary>
    public EventRing<ControlEvent> Events { get; } = new(EventsKept);
}

/// <summary>How far what is kept has been stored.</summary>
/// <param name="Revision">Newest <see cref="KeptState.Revision"/> that a power cut cannot take any more.</param>
/// <param name="IsFailing">The last try failed; it is tried again.</param>
public readonly record struct StoreReport(uint Revision, bool IsFailing);

/// <summary>A request by a person at the machine.</summary>
/// <param name="Number">Counts from 1; the loop takes each number once.</param>
/// <param name="Request">What is asked.</param>
public readonly record struct LocalRequest(uint Number, Requests Request);

/// <summary>What the control side shows after a step. Some kilobytes: its parts are taken by reference.</summary>
/// <param name="sequence">Counts steps.</param>
/// <param name="overruns">Deadlines missed since start.</param>
/// <param name="state">The state that the step made, with the last good readings.</param>
/// <param name="inverter">The PV inverter, which no rule looks at; default where there is none.</param>
/// <param name="battery">The home battery; default where there is none.</param>
public struct ControlFrame(
    uint sequence, uint overruns, in ControlState state, in Reading<InverterReading> inverter = default,
    in Reading<HomeBatteryReading> battery = default)
{
    /// <summary>Counts steps.</summary>
    public uint Sequence = sequence;
    /// <summary>Deadlines missed since start.</summary>
    public uint Overruns = overruns;
    /// <summary>The state that the step made, with the last good readings.</summary>
    public ControlState State = state;
    /// <summary>The PV inverter.</summary>
    public Reading<InverterReading> Inverter = inverter;
    /// <summary>The home battery.</summary>
    public Reading<HomeBatteryReading> HomeBattery = battery;
}
