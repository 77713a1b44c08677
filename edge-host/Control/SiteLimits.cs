using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// Commissioned constants of one site, validated when the site file is read. No number that safety rests on has a
/// default:
/// absent is an error, zero means zero.
/// </summary>
public sealed record SiteLimits
{
    /// <summary>How the service is wired.</summary>
    public required Wiring Service { get; init; }
    /// <summary>Nominal voltage leg to neutral (120 V split phase, 230 V Europe).</summary>
    public required Volts NominalLegVoltage { get; init; }
    /// <summary>How the EVSE is wired: across both legs of a split phase each carries p/2; on three phases
    /// p/3.</summary>
    public required Wiring EvseWiring { get; init; }
    /// <summary>The leg of a single-phase EVSE, 0…2; ignored otherwise.</summary>
    public required int EvseLeg { get; init; }

    /// <summary>Rating of the main breaker per leg.</summary>
    public required Amperes MainBreaker { get; init; }
    /// <summary>Share of a breaker's rating that may flow continuously: 0.8, or 1 for a breaker listed for 100
    /// %.</summary>
    public required double BreakerContinuousShare { get; init; }
    /// <summary>Rating of the EVSE's own breaker per leg.</summary>
    public required Amperes EvseBreaker { get; init; }
    /// <summary>Ampacity of the EVSE's AC conductors per leg; null when its breaker protects them.</summary>
    public required Amperes? Cable { get; init; }
    /// <summary>The sub-panel that the EVSE hangs on; null when it hangs on the main panel.</summary>
    public required Feeder? Feeder { get; init; }
    /// <summary>The busbar that the EVSE feeds back into; null when no rule for one applies.</summary>
    public required Busbar? Busbar { get; init; }
    /// <summary>Contractual import limit of each leg; null when the site file says that there is none.</summary>
    public required Watts? ImportLegCap { get; init; }
    /// <summary>Contractual export limit of each leg, magnitude ≥ 0; null when the site file says that there is
    /// none.</summary>
    public required Watts? ExportLegCap { get; init; }
    /// <summary>Contractual import limit in total; null when the site file says that there is none.</summary>
    public required Watts? ImportCap { get; init; }
    /// <summary>Contractual export limit in total, magnitude ≥ 0; null when the site file says that there is
    /// none.</summary>
    public required Watts? ExportCap { get; init; }
    /// <summary>What was agreed with the grid operator; null when the site file says that nothing was.</summary>
    public required GridOperatorRules? GridOperator { get; init; }
    /// <summary>Aim at this share of a cap (0.97).</summary>
    public required double CapAim { get; init; }

    /// <summary>Most AC power that the EVSE is commissioned to charge with, ≥ 0.</summary>
    public required Watts EvseChargeRating { get; init; }
    /// <summary>Most AC power that the EVSE is commissioned to feed back, magnitude ≥ 0; 0 = charge only.</summary>
    public required Watts EvseDischargeRating { get; init; }

    /// <summary>On which terms the site may feed the grid; null = it may not: charge only.</summary>
    public required GridTerms? Grid { get; init; }

    /// <summary>How the car supplies the home while the grid is gone; null when the site file says that it does
    /// not.</summary>
    public required IslandRules? Island { get; init; }

    /// <summary>How the power stage's temperature takes power away; null when the site file says that none
    /// does.</summary>
    public required Derating? StageDerate { get; init; }
    /// <summary>The same for outlet, inlet and cable.</summary>
    public required Derating? OutletDerate { get; init; }

    /// <summary>Most AC power that a home battery charges with; null when the site file says that there is
    /// none.</summary>
    public required Watts? HomeBatteryChargeMax { get; init; }
    /// <summary>Oldest reading of the home battery that counts; zero when none is read.</summary>
    public required TimeSpan HomeBatteryMaxAge { get; init; }
    /// <summary>Most energy that the car gives in 24 h, AC; null when the site file says that there is no
    /// bound.</summary>
    public required WattHours? DailyDischarge { get; init; }
    /// <summary>For a driver's departure; null when the site takes no such wish.</summary>
    public required DepartureRules? Departure { get; init; }

    /// <summary>The driver's reserve: no discharge at or below it.</summary>
    public required Soc Reserve { get; init; }
    /// <summary>No charging at or above it.</summary>
    public required Soc UpperSoc { get; init; }

    /// <summary>Most that the house without EVSE can draw, ≥ 0: the upper clip of the house-load set.</summary>
    public required Watts HouseLoadMax { get; init; }
    /// <summary>Most that every source behind the meter except the EVSE can feed, magnitude ≥ 0: the lower
    /// clip.</summary>
    public required Watts SourcesMax { get; init; }
    /// <summary>How fast the house load is taken to change, W per second (2000).</summary>
    public required double HouseSlewWattsPerSecond { get; init; }
    /// <summary>
    /// Largest load of the house that switches at once, ≥ 0; null = not given, which only an EVSE that follows within
    /// seconds allows. Until a slow one has followed, the breaker must carry this step beside it.
    /// </summary>
    public Watts? HouseStep { get; init; }
    /// <summary>Error of meter and EVSE measurement together, ≥ 0.</summary>
    public required Watts MeterError { get; init; }

    /// <summary>The installer states that the meter's direction and legs were proven; false: steps of the site's own
    /// power prove them before the first discharge.</summary>
    public required bool IsMeterStated { get; init; }
    /// <summary>Fold of how meter and EVSE are set up and wired: a proof belongs to it.</summary>
    public uint MeterSetup { get; init; }

    /// <summary>Growth of the setpoint's magnitude, W per second; shrinking is never limited.</summary>
    public required double RampWattsPerSecond { get; init; }
    /// <summary>Dwell at zero before the direction changes (1 s).</summary>
    public required TimeSpan ReversalDwell { get; init; }
    /// <summary>Step of the EVSE's setpoint; rounding goes toward zero.</summary>
    public required Watts SetpointStep { get; init; }
    /// <summary>Below this magnitude the setpoint is zero; a start asks for 1.1 times it.</summary>
    public required Watts MinimumPower { get; init; }
    /// <summary>A limit may widen only after it has stayed wider for this long (2 s).</summary>
    public required TimeSpan WideningHold { get; init; }
    /// <summary>An order to idle opens the car's contactor only after it was closed for this long; its power is zero
    /// at once. What opens for safety does not wait.</summary>
    public required TimeSpan MinimumConnected { get; init; }
    /// <summary>From the end of a connection to the next start.</summary>
    public required TimeSpan MinimumDisconnected { get; init; }
    /// <summary>The contactor whose auxiliary contact is wired opens with each session, so that it can be judged;
    /// false: there is none, or it is one in the EVSE's supply, which stays closed.</summary>
    public bool ContactorFollowsSession { get; init; }
    /// <summary>Charge power while nobody orders anything and the last order asked for the floor, ≥ 0.</summary>
    public required Watts SilenceFloor { get; init; }

    /// <summary>Times of the meter.</summary>
    public required DeviceTiming MeterTiming { get; init; }
    /// <summary>Times of the EVSE.</summary>
    public required DeviceTiming EvseTiming { get; init; }
    /// <summary>Oldest reading of the digital lines that counts.</summary>
    public required TimeSpan LinesMaxAge { get; init; }

    /// <summary>Number of legs of the service.</summary>
    public int Legs => (int)Service;

    /// <summary>From a command to the EVSE until its power has followed.</summary>
    public TimeSpan EvseReaction => EvseTiming.DeadTime + EvseTiming.SettlingTime;

    /// <summary>Number of legs that the EVSE's power flows on, in equal shares.</summary>
    public int EvseLegs => (int)EvseWiring;

    /// <summary>Share of the EVSE's power that flows on a leg.</summary>
    public double EvseShare(int leg) => EvseWiring switch
    {
        Wiring.SinglePhase => leg == EvseLeg ? 1.0 : 0.0,
        Wiring.SplitPhase => leg < 2 ? 0.5 : 0.0,
        _ => 1.0 / 3.0,
    };
}
