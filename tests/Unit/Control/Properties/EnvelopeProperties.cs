using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Limits;
using ChargeScape.Edge.Hal;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>What is allowed: invariants I1, I2, I6, I8, I10, I12 and I18 of the safety brief, §4.5, in the product's
/// sign.</summary>
public sealed class EnvelopeProperties(ITestOutputHelper output)
{
    private const double Tolerance = 1e-3;

    // The controller keeps some of its memory in single precision.
    private const double OracleTolerance = 1;

    [Fact, Trait("Kind", "Property")]
    public void I1_The_setpoint_is_inside_what_an_independent_oracle_allows() =>
        Property.Holds(output, Trouble.All & ~Trouble.Restarts, told =>
        {
            if (Violation(told, RuleSet.All) is { } violation) Assert.Fail(violation);
        });

    [Theory]
    [InlineData(LimitId.EvseRating)]
    [InlineData(LimitId.EvseBreaker)]
    [InlineData(LimitId.Cable)]
    [InlineData(LimitId.FeederBreaker)]
    [InlineData(LimitId.BusbarBackfeed)]
    [InlineData(LimitId.PowerStage)]
    [InlineData(LimitId.InverterCapability)]
    [InlineData(LimitId.Derate)]
    [InlineData(LimitId.GridOperatorConsumption)]
    [InlineData(LimitId.GridOperatorProduction)]
    [InlineData(LimitId.DailyDischarge)]
    [InlineData(LimitId.HomeBattery)]
    [InlineData(LimitId.Vehicle)]
    [InlineData(LimitId.MainBreaker)]
    [InlineData(LimitId.ImportCap)]
    [InlineData(LimitId.ExportCap)]
    [InlineData(LimitId.SocReserve)]
    [InlineData(LimitId.UpperSoc)]
    [InlineData(LimitId.StaleMeter)]
    [InlineData(LimitId.StaleEvse)]
    [InlineData(LimitId.WideningHold)]
    public void The_oracle_notices_when_a_limit_is_missing(LimitId missing)
    {
        var rules = RuleSet.All.Without(missing);
        var stories = Enumerable.Range(1, 3000)
            .Select(seed => new Case(
                seed, 100, (Trouble)(seed * 37) & (Trouble.Drops | Trouble.SlowTime),
                seed % Homes.All.Length));

        Assert.Contains(stories, told => Violation(told, rules) is not null);
    }

    [Fact, Trait("Kind", "Property")]
    public void I2_Zero_is_always_allowed_and_the_stories_reach_every_limit_trip_and_mode()
    {
        var coverage = new Coverage();

        Property.Holds(output, Trouble.All, Tell);
        // A meter is convicted after a minute of power; few of the stories above have one. Legs that are swapped show
        // only where the EVSE hangs on one of them.
        for (var seed = 1; seed <= 400; seed++)
            Tell(new(seed, 199, Trouble.LyingMeter | Trouble.SlowTime, seed % 4 == 1 ? 3 : seed / 4 % Homes.All.Length));
        coverage.Print(output);

        Assert.Empty(coverage.Unreached);

        void Tell(Case told)
        {
            var story = new Story(told);
            var state = story.Start;
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                var last = state;
                var before = story.Restarts ? story.Restarted(state) : state;
                state = ControlCycle.Step(story.Raw, story.Plan, story.Site, before, story.Requests, RuleSet.All);

                var allowed = state.Allowed.Envelope;
                if (!(allowed.Discharge <= Watts.Zero && allowed.Charge >= Watts.Zero && allowed.Contains(Watts.Zero)))
                    Assert.Fail($"step {i}: {allowed}");
                coverage.Count(last, state);
            }
        }
    }

    /// <summary>
    /// One source at a time, as they come; the EVSE's while no new sample of the meter is being placed against it.
    /// </summary>
    [Fact, Trait("Kind", "Property")]
    public void I6_An_older_reading_of_the_same_value_never_allows_more() =>
        // How long the grid was gone is timed by the readings' own times: an older one has seen it gone for less long.
        Property.Holds(output, Trouble.All & ~(Trouble.Restarts | Trouble.Disorder | Trouble.Outages), told =>
        {
            var (story, dice) = (new Story(told) { HoldsPower = true }, new Dice((ulong)told.Seed));
            var state = story.Start;
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                var (seen, plan, site) = (story.Clean, story.Plan, story.Site);
                var older = seen.Meter.Sequence != state.Inputs.Meter.Sequence
                    ? seen with { Meter = Older(seen.Meter, state.Inputs.Meter, dice) }
                    : seen with { Evse = Older(seen.Evse, state.Inputs.Evse, dice) };
                var withOlder = ControlCycle.Step(older, plan, site, state, default, RuleSet.All).Allowed.Envelope;
                state = ControlCycle.Step(seen, plan, site, state, default, RuleSet.All);

                AssertInside(withOlder, state.Allowed.Envelope, $"step {i}");
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I8_A_further_limit_never_allows_more_and_their_order_does_not_matter() =>
        Property.Holds(output, Trouble.All & ~Trouble.Restarts, told =>
        {
            var (story, left) = (new Story(told), (LimitId)(1 + told.Seed % (int)LimitId.WideningHold));
            var (fewer, reversed) = (RuleSet.All.Without(left), RuleSet.All.WithLimitsReversed());
            var (state, withFewer, backwards) = (story.Start, story.Start, story.Start);
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                state = ControlCycle.Step(story.Raw, story.Plan, story.Site, state, story.Requests, RuleSet.All);
                withFewer = ControlCycle.Step(story.Raw, story.Plan, story.Site, withFewer, story.Requests, fewer);
                backwards = ControlCycle.Step(story.Raw, story.Plan, story.Site, backwards, story.Requests, reversed);

                // A trial is of the power that flows, and without a limit another power may.
                if (withFewer.Meter.Trial != state.Meter.Trial || withFewer.Meter.Proof != state.Meter.Proof) return;
                // A departure is reckoned anew in each session, and without a limit a session may end earlier.
                if (story.Site.Departure is not null && withFewer.ModeSince != state.ModeSince) return;
                AssertInside(state.Allowed.Envelope, withFewer.Allowed.Envelope, $"step {i}, without {left}");
                if (backwards.Allowed.Envelope != state.Allowed.Envelope || backwards.Setpoint != state.Setpoint)
                    Assert.Fail($"step {i}: backwards {backwards.Allowed.Envelope}, forwards {state.Allowed.Envelope}");
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I10_Nonsense_disorder_and_the_future_are_exactly_as_if_nothing_had_come() =>
        Property.Holds(output, Trouble.All & ~Trouble.Restarts, told =>
        {
            var story = new Story(told with { Troubles = told.Troubles | Trouble.Nonsense });
            var (state, spared) = (story.Start, story.Start);
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                state = ControlCycle.Step(story.Raw, story.Plan, story.Site, state, story.Requests, RuleSet.All);
                spared = ControlCycle.Step(story.Clean, story.Plan, story.Site, spared, story.Requests, RuleSet.All);

                if (state != spared) Assert.Fail($"step {i}: {state}\nwithout the nonsense: {spared}");
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I12_At_the_reserve_nothing_is_discharged_until_well_above_it_for_a_minute() =>
        Property.Holds(output, Trouble.All & ~(Trouble.Restarts | Trouble.ColdStart), told =>
        {
            var story = new Story(told);
            var (state, reserve) = (story.Start, story.Site.Reserve);
            var (isHeld, clearSince) = (false, default(TimeSpan?));
            var evse = Homes.Warm[told.Site].Tail[^1].Evse;
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                state = ControlCycle.Step(story.Raw, story.Plan, story.Site, state, story.Requests, RuleSet.All);
                evse = story.NewEvse ?? evse;

                var soc = evse.Within(story.Site.EvseTiming.MaxAge, story.Now)?.VehicleSoc;
                if (soc is { } reached && reached <= reserve) isHeld = true;
                clearSince = soc?.Percent >= reserve.Percent + 2 ? clearSince ?? story.Now : null;
                if (story.Now - clearSince >= 60.Seconds) isHeld = false;
                if (state.Setpoint < Watts.Zero && (isHeld || soc is null))
                    Assert.Fail($"step {i}: {state.Setpoint} at {soc?.ToString() ?? "an unknown state of charge"}");
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I18_What_is_named_as_binding_is_what_sets_the_bound() =>
        Property.Holds(output, Trouble.All, told =>
        {
            var story = new Story(told);
            var state = story.Start;
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                var before = story.Restarts ? story.Restarted(state) : state;
                state = ControlCycle.Step(story.Raw, story.Plan, story.Site, before, story.Requests, RuleSet.All);

                var (envelope, charge, discharge) = state.Allowed;
                // While the hold binds, it is named, or the limit that it remembers.
                var held = AllLimits.Contribution(LimitId.WideningHold, story.Site, state);
                var byCharge = AllLimits.Contribution(charge.By, story.Site, state).Charge;
                var byDischarge = AllLimits.Contribution(discharge.By, story.Site, state).Discharge;
                if (!IsBound(byCharge, envelope.Charge) && !IsBound(held.Charge, envelope.Charge))
                    Assert.Fail($"step {i}: {charge.By} allows {byCharge}, and {envelope.Charge} is allowed");
                if (!IsBound(byDischarge, envelope.Discharge) && !IsBound(held.Discharge, envelope.Discharge))
                    Assert.Fail($"step {i}: {discharge.By} allows {byDischarge}, and {envelope.Discharge} is allowed");
                // Without the hold the named one is what sets it, and nothing else.
                var now = ControlCycle.Step(
                    story.Raw, story.Plan, story.Site, before, story.Requests, unheld).Allowed;
                var byNow = AllLimits.Contribution(now.Charge.By, story.Site, state).Charge;
                if (!IsBound(byNow, now.Envelope.Charge))
                    Assert.Fail($"step {i}: without a hold {now.Charge.By} allows {byNow}, {now.Envelope.Charge} is");
            }
        });

    private static readonly RuleSet unheld = RuleSet.All.Without(LimitId.WideningHold);

    private static bool IsBound(Watts contribution, Watts allowed) =>
        Math.Abs(contribution.Value - allowed.Value) <= Tolerance;

    private static Reading<T> Older<T>(in Reading<T> reading, in Reading<T> held, Dice dice) where T : unmanaged
    {
        if (reading.Sequence == held.Sequence || held.Sequence == 0) return reading;
        if (reading.Within(TimeSpan.MaxValue, TimeSpan.MaxValue) is not { } value) return reading;
        var taken = TimeSpan.FromTicks((long)(dice.Share() * (reading.TakenAt - held.TakenAt).Ticks));
        return new(value, held.TakenAt + taken, reading.Sequence);
    }

    private static void AssertInside(in Envelope narrow, in Envelope wide, string where)
    {
        if (narrow.Charge.Value > wide.Charge.Value + Tolerance
            || narrow.Discharge.Value < wide.Discharge.Value - Tolerance)
            Assert.Fail($"{where}: {narrow} is not inside {wide}");
    }

    private static string? Violation(Case told, RuleSet rules)
    {
        var (story, oracle) = (new Story(told), Oracle.For(told));
        var state = story.Start;
        for (var i = 0; i < told.Length; i++)
        {
            story.Next(state);
            state = ControlCycle.Step(story.Raw, story.Plan, story.Site, state, story.Requests, rules);
            oracle.Operator.See(story.Clean);
            var (charge, discharge) = oracle.Allows(story.Now, story.NewMeter, story.NewEvse);

            var power = state.Setpoint.Value;
            if (power > charge + OracleTolerance || power < discharge - OracleTolerance)
                return $"step {i}: {power:0.000} W is outside [{discharge:0.000}, {charge:0.000}]";
        }
        return null;
    }
}
