using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ChargeScape.Edge.Control.Limits;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>The whole controller: a pure function from what is seen and asked to what is commanded.</summary>
public static class ControlCycle
{
    // Long enough for a bus to come back, short enough that nobody waits for a charger that is gone.
    private static readonly TimeSpan SilenceBeforeOpening = TimeSpan.FromSeconds(10);

    /// <summary>One step. Time is in the snapshot; nothing else is read or written.</summary>
    public static ControlState Step(
        in Snapshot raw, in Plan plan, SiteLimits site, in ControlState before, in Requests requests, RuleSet rules)
    {
        Step(raw, plan, site, before, requests, rules, out var next);
        return next;
    }

    /// <summary>
    /// The same, written where the caller wants it: the state is large, and each copy of it is time.
    /// <paramref name="next"/> is another variable than <paramref name="before"/>.
    /// </summary>
    public static void Step(
        in Snapshot raw, in Plan plan, SiteLimits site, in ControlState before, in Requests requests, RuleSet rules,
        out ControlState next)
    {
        Copy(before, out next);
        next.At = raw.Now > before.At ? raw.Now : before.At;
        next.Steps++;
        if (before.Steps == 0)
        {
            next.ModeSince = next.At;
            next.House.AssumeAnything(site);
        }
        TakeReadings(raw, site, rules, ref next);

        next.Button.See(next.Inputs.KnownLines(site)?.ClearButton ?? LineLevel.Unknown, next.At);
        Expectation.Remember(ref next.Commanded, next.At, site, before.Setpoint);
        AllTrips.Next(rules.Trips, site, requests, ref next);            // 1 what must stop
        next.Meter.Settle(site, next);
        next.CountRevisions();
        next.HasPoweredUp |= !next.Trips.Seen(TripId.PowerUp).IsTripped;
        AllLimits.Evaluate(rules.Limits, site, ref next);                // 2 what may be done, and who says so
        var wish = plan.PowerAt(next.At, site);                          // 3 what is asked
        Narrow(ref wish, ref next);
        Lead(wish, site, before, ref next);                              // 4 where the session stands
        wish = MeterUnproven.Ask(wish, site, next);
        next.Meter.Want(wish.Power, next.At);
        if (next.Mode != ModeKind.Transferring)
            next.Ramp.Stop();
        else
            next.Ramp.Advance(next.Allowed.Envelope.Clamp(wish.Power), wish, next.At - before.At, next.At, site);
        next.Setpoint = next.Ramp.Quantised(site);                       // 5 what is done

        Require.That(next.Allowed.Envelope.Contains(next.Setpoint), "the setpoint is inside the envelope");
        Require.That(!next.Trips.Any || next.Setpoint == Watts.Zero, "no power while tripped");
        Require.That(
            next.Mode != ModeKind.Islanding || next.Island.IsIsolated, "no grid of our own but in an isolated home");
        Require.That(
            next.Mode == ModeKind.Transferring || next.Setpoint == Watts.Zero, "no power outside the transfer");
        next.Command = CommandOf(next, before, site);
    }

    // In two halves: above two kilobytes the runtime leaves its own code for a copy, which takes longer than the copy.
    private static void Copy(in ControlState from, out ControlState to)
    {
        Unsafe.SkipInit(out to);
        var source = MemoryMarshal.AsBytes(new ReadOnlySpan<ControlState>(in from));
        var target = MemoryMarshal.AsBytes(new Span<ControlState>(ref to));
        var half = source.Length / 2;
        source[..half].CopyTo(target);
        source[half..].CopyTo(target[half..]);
    }

    private static void TakeReadings(in Snapshot raw, SiteLimits site, RuleSet rules, ref ControlState next)
    {
        ref var seen = ref next.Inputs;
        seen.Now = next.At;
        seen.TakeLines(raw.Lines);
        (seen.IsLoopLate, seen.IsStoreFailing) = (raw.IsLoopLate, raw.IsStoreFailing);
        next.GridOperator.Next(raw.GridOperator, seen, site);
        next.HomeBattery.Next(raw.HomeBattery, site, next.At);
        var isEvseNew = seen.TakeEvse(raw.Evse, site);
        // Behind an open transfer switch the meter sees nothing of what the car gives.
        var isIsland = next.Island.MayFeed(site, next.At);
        if (isEvseNew)
        {
            ref readonly var evse = ref seen.LastEvse;
            next.Use.See(evse.Said, next.At);
            next.EvsePower.Add(evse.TakenAt, new(evse.Said.PowerLow.Value, evse.Said.PowerHigh.Value),
                site.MeterTiming.Refresh + next.House.AnsweredAfter + site.EvseTiming.Refresh);
            next.Given.Take(evse.TakenAt, evse.Said.PowerLow, site);
            next.StageHeat.Take(evse.Said.StageTemperature, evse.TakenAt, site.StageDerate);
            next.OutletHeat.Take(evse.Said.OutletTemperature, evse.TakenAt, site.OutletDerate);
            if (!isIsland) next.Meter.See(evse.TakenAt, evse.Said.Power, site, next.At);
            var then = next.House.Refine(seen.LastMeter, site, next.EvsePower, rules.AlignsMeterAndEvse);
            if (then is { } power && !isIsland) next.Meter.Judge(power, site, next);
        }
        if (seen.TakeMeter(raw.Meter, site, out var isSame))
        {
            next.Meter.See(seen.LastMeter.Said, isSame, site, next.At);
            var then = next.House.Take(seen.LastMeter, next.At, site, next.EvsePower, rules.AlignsMeterAndEvse);
            if (then is { } power && !isIsland) next.Meter.Judge(power, site, next);
            next.Breach.Take(seen.LastMeter, site, next);
        }
        if (site.Island is { } island) next.Island.Next(next, site, island, rules.ProvesIsolation);
        if (site.Grid is { } terms) WatchGrid(raw, site, terms, ref next);
        next.EvseLegVoltage = EvseCircuit.LegVoltage(seen, site);
        next.Soc = seen.HearsEvse(site) ? seen.LastEvse.Said.VehicleSoc : null;
        SocReserve.Remember(ref next.Reserve, next.Soc, site.Reserve, next.At);
        if (site.Island is { } ownSupply)
            SocReserve.Remember(ref next.Island.Reserve, next.Soc, ownSupply.Reserve, next.At);
        UpperSoc.Remember(ref next.Upper, next.Soc, site.UpperSoc, next.At);
        next.Departure.Next(raw.Departure, isEvseNew, site.Departure, next);
        if (site.DailyDischarge is { } budget) next.Given.Slide(next.At, budget);
    }

    private static void WatchGrid(in Snapshot raw, SiteLimits site, GridTerms terms, ref ControlState next)
    {
        if (raw.Settings.Sequence != 0) next.Grid.Settings = raw.Settings;
        ref readonly var meter = ref next.Inputs.LastMeter;
        if (meter.IsWithin(GridWatch.MostSilence, next.At)) next.Grid.Take(
            meter, site, terms.Profile, site.Island is null || next.Island.Signs == IslandSigns.OnGrid);
        else next.Grid.Forget();
    }

    /// <summary>An order's own floor only ever takes discharge away.</summary>
    private static void Narrow(ref Wish wish, ref ControlState next)
    {
        if (next.Order != wish.Order || wish.Floor is null) next.OrderFloor = default;
        (next.Order, next.Wanted) = (wish.Order, wish.Power);
        if (wish.Floor is not { } floor) return;
        SocReserve.Remember(ref next.OrderFloor, next.Soc, floor, next.At);
        if (next.OrderFloor.IsSet || next.Soc is null) wish = wish with { Power = Watts.Max(wish.Power, Watts.Zero) };
    }

    private static void Lead(in Wish wish, SiteLimits site, in ControlState before, ref ControlState next)
    {
        next.Starts.Asked(wish, next.At);
        var facts = FactsFrom(wish, site, next);
        next.Mode = before.Mode.Next(facts);
        next.BoundBy = BindingOf(wish.Power, next.Allowed);
        if (next.Mode == before.Mode) return;
        next.Starts.Changed(before.Mode, next.Mode, facts, next.At - before.ModeSince, next.At, site);
        next.ModeSince = next.At;
    }

    private static Facts FactsFrom(in Wish wish, SiteLimits site, in ControlState next)
    {
        var isHeard = next.Inputs.HearsEvse(site);
        ref readonly var evse = ref next.Inputs.LastEvse.Said;
        var isOpen = isHeard && !evse.IsContactorClosed
            && evse.Session is EvseSession.Unplugged or EvseSession.PluggedIn or EvseSession.Faulted;
        var isConnectable = isOpen && next.Starts.MayTry(next.At) && next.At >= next.Use.MayCloseAt;
        // A session that was led in parallel to the grid is ended first.
        var isReady = next.Mode is ModeKind.Tripped or ModeKind.Ready && isConnectable;
        var mayIsland = isHeard && !wish.IsIdle && (next.Mode == ModeKind.Islanding || isReady)
            && next.Island.MaySupply(next);
        return new(
            IsTripped: next.Trips.Any && !mayIsland,
            IsUnplugged: isHeard && !evse.IsPlugged,
            IsPlugged: isHeard && evse.IsPlugged,
            IsEnergised: isHeard && evse is { Session: EvseSession.Energised, IsContactorClosed: true },
            IsOpen: isOpen,
            MayStart: isConnectable && !wish.IsIdle && Ramp.IsWorthStarting(wish.Power, site),
            MayOpen: (wish.IsIdle && !IsFreshlyConnected(site, next)) || next.Starts.IsLongUnasked(next.At),
            IsSilent: !next.Inputs.LastEvse.IsWithin(SilenceBeforeOpening, next.At) && !isHeard,
            IsOverdue: next.Mode == ModeKind.Starting && next.At - next.ModeSince > site.EvseTiming.StartTime,
            MayIsland: mayIsland);
    }

    // Orders that come and go must not wear out the contactor: no power at once, open a little later.
    private static bool IsFreshlyConnected(SiteLimits site, in ControlState next) =>
        next.Mode == ModeKind.Transferring && next.At - next.ModeSince < site.MinimumConnected;

    private static LimitId BindingOf(Watts wanted, in Allowance allowed) =>
        allowed.Envelope.Contains(wanted) ? LimitId.None
        : wanted > Watts.Zero ? allowed.Charge.By : allowed.Discharge.By;

    private static EvseCommand CommandOf(in ControlState next, in ControlState before, SiteLimits site)
    {
        // A charger that does not stop when it is told to is interrupted.
        var isOverdue = next.Mode == ModeKind.RampingDown
            && next.At - next.ModeSince > site.EvseTiming.StopTime && Expectation.Flows(next.Inputs, site);
        var connection = next.Mode switch
        {
            ModeKind.Starting or ModeKind.Transferring or ModeKind.Islanding => Connection.Close,
            _ when next.Trips.OpensNow || isOverdue => Connection.OpenNow,
            _ => Connection.Open,
        };
        var isNewStart = next.Mode is ModeKind.Starting or ModeKind.Islanding && before.Mode != next.Mode;
        return new(next.Setpoint, connection, next.At, before.Command.Session + (isNewStart ? 1u : 0))
        {
            FormsGrid = next.Mode == ModeKind.Islanding,
        };
    }
}
