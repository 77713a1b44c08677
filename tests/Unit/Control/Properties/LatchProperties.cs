using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>Latches: invariants I4, I5 and I15 of the safety brief, §4.5.</summary>
public sealed class LatchProperties(ITestOutputHelper output)
{
    [Fact, Trait("Kind", "Property")]
    public void I4_A_latch_stays_until_a_person_clears_that_occurrence_after_its_condition_is_gone() =>
        Property.Holds(output, Trouble.All, told => Tell(told, (story, in before, in after) =>
        {
            for (var id = TripId.None + 1; id <= TripMemory.Last; id++)
            {
                var (was, now) = (before.Trips[id], after.Trips[id]);
                if (!was.IsTripped || was.Class < TripClass.F3 || IsAnotherBeginning(story, id)) continue;
                if (now.IsTripped && now.Occurrence == was.Occurrence)
                {
                    Assert.True(now.Class >= was.Class, $"{id} fell from {was.Class} to {now.Class}");
                    continue;
                }
                Assert.True(MayBeGone(story, before, after, id), $"{id} {was.Class} {was.Occurrence} is gone");
            }
        }));

    [Fact, Trait("Kind", "Property")]
    public void I5_Nothing_from_the_cloud_clears_a_fault_or_widens_what_was_commissioned() =>
        Property.Holds(output, Trouble.All & ~Trouble.Requests, told => Tell(told, (story, in before, in after) =>
        {
            for (var id = TripId.None + 1; id <= TripMemory.Last; id++)
                if (before.Trips[id] is { IsTripped: true, Class: >= TripClass.F3 } && !IsAnotherBeginning(story, id))
                    Assert.True(after.Trips[id].IsTripped, $"{id} is gone");
            Assert.True(after.Allowed.Envelope.Charge <= story.Site.EvseChargeRating);
            Assert.True(after.Allowed.Envelope.Discharge >= -story.Site.EvseDischargeRating);
            Assert.True(after.Allowed.Envelope.Contains(after.Setpoint));
            Assert.True(!after.Trips.Any || after.Setpoint == Watts.Zero);
        }));

    [Fact]
    public void A_step_in_which_nobody_looks_for_events_has_none() =>
        Property.Holds(output, Trouble.All, told => Tell(told, (story, in before, in after) =>
        {
            Span<ControlEvent> events = stackalloc ControlEvent[ControlEvents.Most];
            // Across a restart nobody compares.
            if (!story.Restarts && !ControlEvents.MayDiffer(before, after))
                Assert.Equal(0, ControlEvents.Between(before, after, events));
        }));

    [Fact, Trait("Kind", "Property")]
    public void I15_A_restart_keeps_what_was_stored_and_gives_no_power_before_a_full_start() =>
        Property.Holds(output, Trouble.All, told =>
        {
            var story = new Story(told);
            var state = story.Start;
            var power = new Coming();
            for (var i = 0; i < told.Length; i++)
            {
                story.Next(state);
                if (story.Restarts || i == told.Length / 2)
                {
                    KeptState.Take(state, out var kept);
                    state = story.Restarted(kept);
                    KeptState.Take(state, out var again);
                    if (story.BeganAfter != Beginning.StateLost) IsSame(kept, again);
                    Assert.True(story.BeganAfter == Beginning.Ordered || state.Trips.Any);
                    power = new() { IsAwaited = true };
                }
                state = ControlCycle.Step(story.Raw, story.Plan, story.Site, state, story.Requests, RuleSet.All);
                power.See(state);
            }
        });

    [Fact]
    public void A_property_notices_a_trip_that_forgets_itself()
    {
        var stories = Enumerable.Range(1, 400).Select(
            seed => new Case(seed, 150, Trouble.Lines | Trouble.Restarts, seed % Homes.All.Length));

        Assert.Contains(stories, told =>
        {
            try
            {
                // As if nothing were kept.
                Tell(
                    told,
                    (_, in before, in after) => Assert.True(
                        !before.Trips[TripId.EmergencyStop].IsTripped
                        || after.Trips[TripId.EmergencyStop].IsTripped),
                    forgets: true);
                return false;
            }
            catch (Xunit.Sdk.XunitException)
            {
                return true;
            }
        });
    }

    private delegate void Claim(Story story, in ControlState before, in ControlState after);

    private static void Tell(Case told, Claim claim, bool forgets = false)
    {
        var story = new Story(told);
        var state = story.Start;
        for (var i = 0; i < told.Length; i++)
        {
            story.Next(state);
            var last = state;
            var begin = !story.Restarts ? state : forgets ? ControlState.PowerUp : story.Restarted(state);
            state = ControlCycle.Step(story.Raw, story.Plan, story.Site, begin, story.Requests, RuleSet.All);
            claim(story, last, state);
        }
    }

    private static bool MayBeGone(Story story, in ControlState before, in ControlState after, TripId id)
    {
        var was = before.Trips[id];
        var isAsked = story.Requests.Clear == id && story.Requests.Occurrence == was.Occurrence
            && (was.Class == TripClass.F3 || story.Requests.IsService);
        var isPressed = was.Class == TripClass.F3 && after.Button.Clears > was.Since;
        foreach (var trip in AllTrips.List)
            if (trip.Id == id && trip.Stands(after.Inputs, story.Site, after)) return false;
        return isAsked || isPressed;
    }

    // Lost state stands for every latch; a crash stands for itself and is counted anew.
    private static bool IsAnotherBeginning(Story story, TripId id) =>
        story.Restarts && (story.BeganAfter == Beginning.StateLost || id == TripId.Crash);

    private static void IsSame(in KeptState stored, in KeptState restored)
    {
        Assert.Equal(stored.Count, restored.Count);
        for (var i = 0; i < stored.Count; i++)
            if (i != (int)TripId.Crash - 1)
                Assert.Equal(stored.Trips[i], restored.Trips[i]);
        Assert.Equal(stored.Use, restored.Use);
    }

    // Power-up, then ready, then starting, then power: nothing of it may be left out.
    private struct Coming
    {
        private bool wasStarting;

        public bool IsAwaited { get; init; }

        public void See(in ControlState state)
        {
            if (!IsAwaited) return;
            wasStarting |= state.Mode == ModeKind.Starting;
            Assert.True(wasStarting || state.Setpoint == Watts.Zero);
            Assert.True(state.HasPoweredUp || state.Command.Connection != Connection.Close);
        }
    }
}
