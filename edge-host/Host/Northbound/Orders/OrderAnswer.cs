using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>How far an order has come. The wire word is the lower_snake form, here and below.</summary>
public enum AnswerStage : byte
{
    /// <summary>Taken: it waits or starts.</summary>
    Received,
    /// <summary>Refused for good.</summary>
    Rejected,
    /// <summary>It acts.</summary>
    Started,
    /// <summary>It acts with less than was said.</summary>
    Deviating,
    /// <summary>Its end came after it had started.</summary>
    Completed,
    /// <summary>It ran and gave way to another order.</summary>
    Superseded,
    /// <summary>A cancel ended it.</summary>
    Cancelled,
    /// <summary>Its end came and it had never started.</summary>
    Expired,
}

/// <summary>Why an order is refused: the contract's closed list, in the order in which it is judged.</summary>
public enum Rejection : byte
{
    /// <summary>Payload over the maximum.</summary>
    TooLarge,
    /// <summary>Published with the retain flag, or from the broker's store.</summary>
    Retained,
    /// <summary>Not one JSON object of the right form.</summary>
    Malformed,
    /// <summary>Another version of the contract.</summary>
    UnsupportedVersion,
    /// <summary>A reserved or unknown kind.</summary>
    UnsupportedKind,
    /// <summary>Power at the meter cannot be ordered.</summary>
    UnsupportedReference,
    /// <summary>A field that this kind does not have.</summary>
    UnknownField,
    /// <summary>A number or a time outside its range.</summary>
    OutOfRange,
    /// <summary>A known id with other bytes.</summary>
    DuplicateIdDiffers,
    /// <summary>More issuers than can be remembered, or one that the site does not take orders from.</summary>
    UnknownIssuer,
    /// <summary>The last sequence number again.</summary>
    Replayed,
    /// <summary>A sequence number below the last.</summary>
    OutOfOrder,
    /// <summary>The order needs a wall clock, and it is not known.</summary>
    ClockUnsynced,
    /// <summary>Issued later than now.</summary>
    IssuedInFuture,
    /// <summary>Its life is over already.</summary>
    ExpiredOnArrival,
    /// <summary>Its start is too far ahead.</summary>
    StartTooFar,
    /// <summary>A cancel of an order that neither waits nor runs.</summary>
    UnknownOrder,
    /// <summary>As many orders as can be held wait or run.</summary>
    BookFull,
    /// <summary>A fault holds that only a person at the machine clears.</summary>
    FaultLatched,
    /// <summary>No car.</summary>
    NoVehicle,
    /// <summary>The site is commissioned for charging only.</summary>
    DischargeNotPermitted,
    /// <summary>The car is at or below the reserve.</summary>
    SocFloor,
    /// <summary>The car is at or above its upper limit.</summary>
    SocCeiling,
}

/// <summary>Why an order acts with less than was said.</summary>
public enum Deviation : byte
{
    /// <summary>It does not.</summary>
    None,
    /// <summary>The emergency stop is pressed or not cleared.</summary>
    EmergencyStop,
    /// <summary>A device fault, or a command that is not followed.</summary>
    DeviceFault,
    /// <summary>The host or the session with the car is starting.</summary>
    Starting,
    /// <summary>No car.</summary>
    NoVehicle,
    /// <summary>At or below the reserve.</summary>
    SocFloor,
    /// <summary>At or above the upper limit.</summary>
    SocCeiling,
    /// <summary>Main breaker or import cap.</summary>
    ImportLimit,
    /// <summary>Export cap, or the main breaker while discharging.</summary>
    ExportLimit,
    /// <summary>EVSE rating or power stage.</summary>
    DeviceLimit,
    /// <summary>The car.</summary>
    VehicleLimit,
    /// <summary>The meter is silent.</summary>
    StaleMeter,
    /// <summary>The EVSE is silent.</summary>
    StaleEvse,
    /// <summary>The meter must first show that it can be relied on.</summary>
    MeterUnproven,
    /// <summary>A limit has only just widened.</summary>
    Recovering,
    /// <summary>The terms of feeding the grid are not met, or the grid has not been calm for long enough.</summary>
    GridCode,
}

/// <summary>What the site makes of an order.</summary>
/// <param name="Lower">Lower edge; a setpoint's power.</param>
/// <param name="Upper">Upper edge.</param>
/// <param name="IsBand">It is an envelope.</param>
public sealed record AppliedOrder(Watts Lower, Watts Upper, bool IsBand)
{
    /// <summary>The terms, told in the first answer only.</summary>
    public AppliedTerms? Terms { get; init; }
}

/// <summary>Terms under which an order was received.</summary>
/// <param name="Start">Null while the clock is not known.</param>
/// <param name="End">Null while the clock is not known.</param>
/// <param name="RampWattsPerSecond">Null where the kind has none.</param>
/// <param name="OnExpire">What follows the end.</param>
/// <param name="SocFloor">Null where the kind has none.</param>
public sealed record AppliedTerms(
    DateTimeOffset? Start, DateTimeOffset? End, double? RampWattsPerSecond, OnExpire OnExpire, Soc? SocFloor);

/// <summary>One answer to an order.</summary>
/// <param name="Stage">How far the order has come.</param>
/// <param name="OrderId">Null when it could not be read.</param>
/// <param name="Seq">Null when it could not be read.</param>
/// <param name="Issuer">Null when it could not be read.</param>
/// <param name="At">Null while the wall clock is not known.</param>
public sealed record OrderAnswer(AnswerStage Stage, Guid? OrderId, long? Seq, string? Issuer, DateTimeOffset? At)
{
    /// <summary>Why it was refused; rejected only.</summary>
    public Rejection? Refused { get; init; }
    /// <summary>Why it acts with less; deviating only.</summary>
    public Deviation Deviates { get; init; }
    /// <summary>For people; at most 200 characters.</summary>
    public string? Detail { get; init; }
    /// <summary>What is done; received, started and deviating.</summary>
    public AppliedOrder? Applied { get; init; }
    /// <summary>The order that a cancel ended.</summary>
    public Guid? Cancels { get; init; }
    /// <summary>What makes <see cref="Applied"/> smaller than ordered.</summary>
    public LimitId Binding { get; init; }
    /// <summary>Energy at the EVSE while the order acted; positive into the car.</summary>
    public WattHours? Energy { get; init; }
}
