using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>
/// What is commanded: invariants I3, I11 and I28 of the safety brief, §4.5, and that inserted steps never enlarge a
/// later setpoint.
/// </summary>
public sealed class SetpointProperties(ITestOutputHelper output)
{
    private const double Tolerance = 1e-6;

    [Fact, Trait("Kind", "Property")]
    public void I3_Whatever_trips_stops_the_power_and_opens_in_the_same_step() =>
        Property.Holds(output, Trouble.All, told =>
        {
            var (story, lines) = (new Story(told), default(Reading<LinesReading>));
            var state = story.Start;
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                var before = story.Restarts ? story.Restarted(state) : state;
                state = ControlCycle.Step(story.Raw, story.Plan, story.Site, before, story.Requests, RuleSet.All);
                lines = story.Clean.Lines;

                var isStopped = state.Setpoint == Watts.Zero && state.Command.Setpoint == Watts.Zero
                    && state.Command.Connection != Connection.Close;
                if (state.Trips.Any && !(isStopped && state.Mode == ModeKind.Tripped))
                    Assert.Fail($"step {i}: tripped, {state}");
                // Seen from outside, without the trips' own memory.
                var known = lines.Within(story.Site.LinesMaxAge, story.Now);
                if (known is not { HasSupervisorPermit: true } && !isStopped)
                    Assert.Fail($"step {i}: no permit, {state.Command}");
                if (known is { IsEmergencyStopPressed: true } && state.Command.Connection != Connection.OpenNow)
                    Assert.Fail($"step {i}: pressed, {state.Command}");
                if (story.NewEvse?.Within(TimeSpan.MaxValue, story.Now) is { } evse && !isStopped
                    && (evse.Session == EvseSession.Energised && evse.Faults != EvseFaults.None || !evse.IsPlugged))
                    Assert.Fail($"step {i}: {evse.Session}, {evse.Faults}, {state.Command}");
                if (state.Setpoint != Watts.Zero && state.Mode != ModeKind.Transferring)
                    Assert.Fail($"step {i}: {state.Mode}");
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I11_Only_growth_is_ramped_and_the_direction_changes_through_zero_with_a_dwell() =>
        Property.Holds(output, Trouble.All, told =>
        {
            var story = new Story(told);
            var (state, site) = (story.Start, story.Site);
            var (lastSign, zeroSince) = (0, default(TimeSpan?));
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                var before = story.Restarts ? story.Restarted(state) : state;
                if (story.Restarts) (lastSign, zeroSince) = (0, null);
                state = ControlCycle.Step(story.Raw, story.Plan, site, before, story.Requests, RuleSet.All);

                var elapsed = Math.Min(1, (state.At - before.At).TotalSeconds);
                var (was, now) = (before.Ramp.Power.Value, state.Ramp.Power.Value);
                if (Math.Abs(now) > Math.Abs(was) + site.RampWattsPerSecond * elapsed + Tolerance)
                    Assert.Fail($"step {i}: from {was} W to {now} W in {elapsed} s");

                var sign = Math.Sign(state.Setpoint.Value);
                if (sign == 0) zeroSince ??= story.Now;
                if (sign != 0 && sign == -lastSign && !(story.Now - zeroSince >= site.ReversalDwell))
                    Assert.Fail($"step {i}: turned to {state.Setpoint} after zero since {zeroSince}");
                if (sign != 0) (lastSign, zeroSince) = (sign, null);
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I28_Rounding_goes_toward_zero_and_nothing_lies_between_zero_and_the_minimum() =>
        Property.Holds(output, Trouble.All, told =>
        {
            var story = new Story(told);
            var (state, site) = (story.Start, story.Site);
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                var before = story.Restarts ? story.Restarted(state) : state;
                state = ControlCycle.Step(story.Raw, story.Plan, site, before, story.Requests, RuleSet.All);

                var (power, ramp) = (state.Setpoint.Value, state.Ramp.Power.Value);
                var isOnGrid = site.SetpointStep == Watts.Zero
                    || Math.Abs(power / site.SetpointStep.Value - Math.Round(power / site.SetpointStep.Value)) < 1e-9;
                if (power != 0 && !(Math.Abs(power) <= Math.Abs(ramp) && Math.Sign(power) == Math.Sign(ramp)
                    && Math.Abs(power) >= site.MinimumPower.Value && isOnGrid))
                    Assert.Fail($"step {i}: {power} W from {ramp} W");
            }
        });

    /// <summary>
    /// Further steps between two, with the readings of the first, in a plan that changes only at the first and with no
    /// minimum power. Compared while both transfer: how soon a mode is entered and whether a start is worth it is a
    /// matter of when it is looked at.
    /// </summary>
    [Fact, Trait("Kind", "Property")]
    public void Inserted_steps_never_enlarge_a_later_setpoint() =>
        Property.Holds(output,
            Trouble.All & ~(Trouble.Restarts | Trouble.ColdStart | Trouble.Stalls | Trouble.HostilePlans), told =>
        {
            var (story, dice) = (new Story(told) { EntriesLast = true }, new Dice((ulong)told.Seed));
            var (few, many) = (story.Start, story.Start);
            var site = story.Site with { MinimumPower = Watts.Zero };
            for (var i = 0; i < told.Length; i++)
            {
                var (seen, plan, from) = (story.Raw, story.Plan, story.Now);
                story.Next(few);
                if (i > 0)
                    for (var at = Later(from, story.Now, dice); at < story.Now; at = Later(at, story.Now, dice))
                        many = ControlCycle.Step(seen with { Now = at }, plan, site, many, default, RuleSet.All);
                few = ControlCycle.Step(story.Raw, story.Plan, site, few, default, RuleSet.All);
                many = ControlCycle.Step(story.Raw, story.Plan, site, many, default, RuleSet.All);

                if (few.Mode != ModeKind.Transferring || many.Mode != ModeKind.Transferring) return;
                // What bound the power last, and so whether a trial may begin, is a matter of when it is looked at.
                if (few.Meter.Trial != many.Meter.Trial) return;
                // The sum of many small steps may differ in its last digit, and that digit in one step of the grid.
                var (ramps, setpoints) = (many.Ramp.Power.Value, many.Setpoint.Value);
                if (Math.Abs(ramps) > Math.Abs(few.Ramp.Power.Value) + Tolerance
                    || Math.Abs(setpoints) > Math.Abs(few.Setpoint.Value) + story.Site.SetpointStep.Value + Tolerance)
                    Assert.Fail($"step {i}: {many.Ramp} with inserted steps, {few.Ramp} without");
            }
        });

    private static TimeSpan Later(TimeSpan from, TimeSpan to, Dice dice) =>
        from + TimeSpan.FromTicks((long)(dice.Between(0.05, 1.5) * (to - from).Ticks) + 1);
}
