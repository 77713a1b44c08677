using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>The process image: everything the step may know, taken once at its start.</summary>
/// <param name="Now">Monotonic time of the step.</param>
/// <param name="Meter">Meter at the point of common coupling.</param>
/// <param name="Inverter">PV inverter; for display and plausibility, no limit relies on it yet.</param>
/// <param name="Evse">The EVSE and, through it, the car.</param>
/// <param name="Lines">Emergency stop and supervisor permit.</param>
public readonly record struct Snapshot(
    TimeSpan Now,
    Reading<MeterReading> Meter,
    Reading<InverterReading> Inverter,
    Reading<EvseReading> Evse,
    Reading<LinesReading> Lines)
{
    /// <summary>What became of comparing the EVSE's grid-code settings with the utility's profile; never seen where it
    /// tells none.</summary>
    public Reading<GridAgreement> Settings { get; init; }
    /// <summary>The loop missed so many deadlines that it no longer vouches for itself.</summary>
    public bool IsLoopLate { get; init; }
    /// <summary>What is to be kept across a restart cannot be stored.</summary>
    public bool IsStoreFailing { get; init; }
    /// <summary>What the grid operator has said; default where nobody carries its messages.</summary>
    public GridOperatorSignal GridOperator { get; init; }
    /// <summary>The home battery; default where there is none.</summary>
    public Reading<HomeBatteryReading> HomeBattery { get; init; }
    /// <summary>When the driver leaves; null = nobody said so.</summary>
    public DepartureWish? Departure { get; init; }
}

/// <summary>Things asked once, by a person at the machine. Never from the cloud.</summary>
/// <param name="Clear">The trip to clear; <see cref="TripId.None"/> for none.</param>
/// <param name="Occurrence">The occurrence that the person saw: another one is not cleared.</param>
public readonly record struct Requests(TripId Clear, uint Occurrence)
{
    /// <summary>The installer asks, after a test: the only one who may clear a service fault.</summary>
    public bool IsService { get; init; }
}
