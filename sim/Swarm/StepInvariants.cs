using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>
/// What each step of the controller must keep (safety brief §4.5, in the product's sign): I1, I2, I3, I4 and I15, I5,
/// I11, and the ways that the session may take. It knows the states and what the scenario did, and none of the rules.
/// </summary>
internal sealed class StepInvariants(SiteLimits site)
{
    // A request that a person makes has been heard after this time, or never is.
    private static readonly TimeSpan Heard = TimeSpan.FromSeconds(2);
    private static readonly TripId[] Trips = [.. Enum.GetValues<TripId>().Where(id => id != TripId.None)];
    private const double Tolerance = 1e-6;
    private const int Most = 10;
    private readonly List<SwarmFailure> failures = [];
    private ControlState last;
    private TimeSpan clearedAt = TimeSpan.MinValue / 2;
    private bool hasBegun, isDiskFull;

    public IReadOnlyList<SwarmFailure> Failures => failures;

    /// <summary>The scenario did something.</summary>
    public void Happened(ScenarioEvent happening, TimeSpan at)
    {
        if (happening is not ScenarioEvent.Change change) return;
        if (change.What == "faults") clearedAt = at;
        if (change.What == "disk") isDiskFull |= change.Value == "full";
    }

    /// <summary>A step.</summary>
    public void See(in ControlState now)
    {
        var isAnew = !hasBegun || now.Steps <= last.Steps;
        SeeEnvelope(now);
        SeeTrips(now, isAnew);
        if (!isAnew) SeeRamp(now);
        SeeMode(now, isAnew);
        (last, hasBegun) = (now, true);
    }

    private void SeeEnvelope(in ControlState now)
    {
        var allowed = now.Allowed.Envelope;
        Claim(now, allowed.Contains(now.Setpoint), "I1 setpoint", $"{now.Setpoint} is outside {allowed}");
        Claim(now, allowed.Contains(Watts.Zero), "I2 zero", $"{allowed} forbids zero");
        var isCommissioned = allowed.Charge <= site.EvseChargeRating && allowed.Discharge >= -site.EvseDischargeRating;
        Claim(now, isCommissioned, "I5 commissioned", $"{allowed} is wider than the ratings");
        var isStopped = now.Setpoint == Watts.Zero && now.Command.Setpoint == Watts.Zero
            && now.Command.Connection != Connection.Close;
        Claim(now, !now.Trips.Any || isStopped, "I3 tripped", $"{now.Command} while a trip stands");
    }

    private void SeeTrips(in ControlState now, bool isAnew)
    {
        if (!hasBegun || (isAnew && isDiskFull)) return;
        foreach (var id in Trips)
        {
            var was = last.Trips[id];
            if (!was.IsTripped || was.Class < TripClass.F3 || (isAnew && id == TripId.Crash)) continue;
            var isSame = now.Trips[id] is { IsTripped: true } trip && trip.Class >= was.Class;
            var isPersons = was.Class == TripClass.F3 && now.At - clearedAt <= Heard;
            Claim(now, isSame || isPersons, "I4 latch", $"{id} {was.Class} is gone, and nobody cleared it");
        }
    }

    private void SeeRamp(in ControlState now)
    {
        var seconds = Math.Min(1, (now.At - last.At).TotalSeconds);
        var most = Math.Abs(last.Ramp.Power.Value) + site.RampWattsPerSecond * seconds + Tolerance;
        Claim(now, Math.Abs(now.Ramp.Power.Value) <= most, "I11 ramp", $"from {last.Ramp.Power} to {now.Ramp.Power}");
        var turns = Math.Sign(now.Setpoint.Value) * Math.Sign(last.Setpoint.Value) < 0;
        Claim(now, !turns, "I11 reversal", $"from {last.Setpoint} to {now.Setpoint}");
    }

    private void SeeMode(in ControlState now, bool isAnew)
    {
        if (isAnew)
        {
            var isBegin = now.Mode == ModeKind.Tripped && now.Setpoint == Watts.Zero;
            Claim(now, isBegin, "I15 begin", $"begins in {now.Mode}");
            return;
        }
        var isWay = now.Mode == last.Mode || now.Mode is ModeKind.Tripped or ModeKind.Unplugged || (last.Mode, now.Mode)
            is (ModeKind.Tripped or ModeKind.Unplugged or ModeKind.RampingDown, ModeKind.Ready)
            or (ModeKind.Ready, ModeKind.Starting) or (ModeKind.Starting, ModeKind.Transferring)
            or (ModeKind.Starting or ModeKind.Transferring or ModeKind.Islanding, ModeKind.RampingDown)
            or (ModeKind.Tripped or ModeKind.Ready, ModeKind.Islanding);
        Claim(now, isWay, "I15 way", $"from {last.Mode} to {now.Mode}");
    }

    private void Claim(in ControlState now, bool holds, string kind, FormattableString text)
    {
        if (holds || failures.Count >= Most) return;
        failures.Add(new($"invariant {kind}", now.At, FormattableString.Invariant(text)));
    }
}
