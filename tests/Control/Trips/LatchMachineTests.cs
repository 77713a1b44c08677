using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Trips;

/// <summary>
/// Every state of a standing trip against everything that a person can do: who clears what is said here a second time,
/// as the table of the safety brief §4.4 says it.
/// </summary>
public sealed class LatchMachineTests
{
    private const TripId Judged = TripId.WrongSign;
    private static readonly TimeSpan since = 100.Seconds;

    [Fact]
    public void Only_what_the_table_of_classes_allows_clears_a_trip()
    {
        var cases = 0;
        foreach (var by in Enum.GetValues<TripClass>())
            foreach (var request in Enum.GetValues<Asked>())
                foreach (var press in Enum.GetValues<Pressed>())
                    foreach (var calm in new[] { 0, 59, 61 })
                        foreach (var stands in new[] { false, true })
                        {
                            var isGone = !stands && Table(by, request, press, calm);
                            var after = Step(by, request, press, calm, stands);
                            Assert.True(
                                after.Trips[Judged].IsTripped == !isGone, $"{by} {request} {press} {calm} s {stands}");
                            Assert.Equal(1u, after.Trips[Judged].Occurrence);
                            var isDone = isGone && Table(by, request, Pressed.No, calm);
                            var isRefused = request != Asked.Nothing && !isDone;
                            Assert.Equal(isRefused ? 1u : 0, after.ClearsRefused);
                            cases++;
                        }
        Assert.Equal(5 * 6 * 3 * 3 * 2, cases);
    }

    // Who may clear, with the condition gone.
    private static bool Table(TripClass by, Asked request, Pressed press, int calm) => by switch
    {
        TripClass.F0 or TripClass.F1 => false,
        TripClass.F2 or TripClass.F3 => request is Asked.ThisOne or Asked.AsInstaller || press == Pressed.AfterIt,
        _ => request == Asked.AsInstaller && calm >= 60,
    };

    private static ControlState Step(TripClass by, Asked request, Pressed press, int calm, bool stands)
    {
        // A rule that does nothing by itself; its condition is where the step finds it.
        Trip[] rules = [new(
            Judged, static (ref _, in _, _, in _) => { },
            static (in seen, _, in _) => seen.IsLoopLate)];
        var state = ControlState.PowerUp;
        ref var trip = ref state.Trips.Of(Judged);
        trip.Trip(by, opensNow: false, since);
        state.At = since + 10.Seconds;
        if (by == TripClass.F4) trip.Watch(isCalm: true, state.At);
        Press(ref state, press);
        state.At += calm.Seconds;
        state.Inputs.IsLoopLate = stands;
        AllTrips.Next(rules, Sites.Exact, Of(request), ref state);
        return state;
    }

    // The press ends in the step that is judged; where its beginning lies is what matters.
    private static void Press(ref ControlState state, Pressed press)
    {
        if (press == Pressed.No) return;
        var begins = press == Pressed.AfterIt ? since + 1.Seconds : since - 1.Seconds;
        state.Button.See(LineLevel.Inactive, begins - 1.Seconds);
        state.Button.See(LineLevel.Inactive, begins - 500.Milliseconds);
        state.Button.See(LineLevel.Active, begins);
        state.Button.See(LineLevel.Active, begins + 100.Milliseconds);
        state.Button.See(LineLevel.Inactive, begins + 2.Seconds);
        state.Button.See(LineLevel.Inactive, begins + 2.Seconds + 100.Milliseconds);
        Assert.NotNull(state.Button.Clears);
    }

    private static Requests Of(Asked request) => request switch
    {
        Asked.ThisOne => new(Judged, 1),
        Asked.OneBefore => new(Judged, 0),
        Asked.OneLater => new(Judged, 2),
        Asked.AnotherTrip => new(TripId.EmergencyStop, 1),
        Asked.AsInstaller => new(Judged, 1) { IsService = true },
        _ => default,
    };

    private enum Asked
    {
        Nothing,
        ThisOne,
        OneBefore,
        OneLater,
        AnotherTrip,
        AsInstaller,
    }

    private enum Pressed
    {
        No,
        BeforeIt,
        AfterIt,
    }
}
