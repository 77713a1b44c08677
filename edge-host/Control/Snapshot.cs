using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// The process image: everything the step may know, taken once at its start. Fields, so that a reading of a few hundred
/// bytes is taken in where it stands.
/// </summary>
/// <param name="Now">Monotonic time of the step.</param>
/// <param name="Meter">Meter at the point of common coupling.</param>
/// <param name="Evse">The EVSE and, through it, the car.</param>
/// <param name="Lines">Emergency stop and supervisor permit.</param>
public record struct Snapshot(
    TimeSpan Now, Reading<MeterReading> Meter, Reading<EvseReading> Evse, Reading<LinesReading> Lines)
{
    /// <summary>Monotonic time of the step.</summary>
    public TimeSpan Now = Now;
    /// <summary>Meter at the point of common coupling.</summary>
    public Reading<MeterReading> Meter = Meter;
    /// <summary>The EVSE and, through it, the car.</summary>
    public Reading<EvseReading> Evse = Evse;
    /// <summary>Emergency stop and supervisor permit.</summary>
    public Reading<LinesReading> Lines = Lines;
    /// <summary>What became of comparing the EVSE's grid-code settings with the utility's profile; never seen where it
    /// tells none.</summary>
    public Reading<GridAgreement> Settings;
    /// <summary>The loop missed so many deadlines that it no longer vouches for itself.</summary>
    public bool IsLoopLate;
    /// <summary>What is to be kept across a restart cannot be stored.</summary>
    public bool IsStoreFailing;
    /// <summary>What the grid operator has said; default where nobody carries its messages.</summary>
    public GridOperatorSignal GridOperator;
    /// <summary>The home battery; default where there is none.</summary>
    public Reading<HomeBatteryReading> HomeBattery;
    /// <summary>When the driver leaves; null = nobody said so.</summary>
    public DepartureWish? Departure;
}

/// <summary>Things asked once, by a person at the machine. Never from the cloud.</summary>
/// <param name="Clear">The trip to clear; <see cref="TripId.None"/> for none.</param>
/// <param name="Occurrence">The occurrence that the person saw: another one is not cleared.</param>
public readonly record struct Requests(TripId Clear, uint Occurrence)
{
    /// <summary>The installer asks, after a test: the only one who may clear a service fault.</summary>
    public bool IsService { get; init; }
}
