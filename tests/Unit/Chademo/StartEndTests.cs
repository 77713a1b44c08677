using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>
/// Every step of the start, and what can end it there. The car takes the charging flag's end as the sign to open, as
/// cars do: one that never saw the flag does not know that it should. Each case at ten places between two frames.
/// </summary>
public sealed class StartEndTests
{
    private static readonly string[] Lines = ["d1", "d2", "lock"];
    private static readonly TimeSpan Silence = 1.Seconds, Released = 3.Seconds;

    public static TheoryData<SessionPhase> Steps =>
    [
        SessionPhase.Waking, SessionPhase.Exchanging, SessionPhase.Locking, SessionPhase.Insulating,
        SessionPhase.Bleeding, SessionPhase.Closing, SessionPhase.Requesting, SessionPhase.Transferring,
    ];

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_stop_ordered_in_any_step_ends_it_in_seconds_without_a_fault(SessionPhase during) =>
        Ends(during, bench => bench.Ask(0.W, Connection.Open), Released, EvseSession.PluggedIn, EvseFaults.None);

    [Theory]
    [MemberData(nameof(Steps))]
    public void An_emergency_stop_in_any_step_ends_it_in_seconds(SessionPhase during) =>
        Ends(during, bench => bench.Ask(0.W, Connection.OpenNow), Released, EvseSession.PluggedIn, EvseFaults.None);

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_car_that_wants_to_stop_in_any_step_is_let_go(SessionPhase during)
    {
        // Before it has permitted anything there is nothing to withdraw: that is a car that never permits.
        var before = during < SessionPhase.Locking;

        Ends(
            during, bench => bench.CarWantsStop = true, before ? 8.Seconds + Released : Released,
            before ? EvseSession.Faulted : EvseSession.PluggedIn,
            before ? EvseFaults.StartTimeout : EvseFaults.None);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_car_that_falls_silent_in_any_step_is_let_go(SessionPhase during)
    {
        // The line k without a frame is a contradiction; one without either is a car that does not wake.
        var fault = during == SessionPhase.Waking ? EvseFaults.PermissionMismatch : EvseFaults.VehicleSilent;

        Ends(during, bench => bench.CarIsSilent = true, Silence + Released, EvseSession.Faulted, fault);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_plug_that_is_pulled_in_any_step_leaves_a_dead_outlet(SessionPhase during) =>
        Ends(during, bench => bench.SetPlug(false), Released, EvseSession.Unplugged, EvseFaults.None);

    private static void Ends(
        SessionPhase during, Action<OutletBench> happens, TimeSpan within, EvseSession end, EvseFaults faults)
    {
        for (var place = 0; place < 10; place++)
        {
            var bench = new OutletBench().Ask(0.W, Connection.Open).Run(1.Seconds).Ask(3.kW);
            for (var i = 0; i < 3000 && bench.Evse.Phase != during; i++) bench.Tick();
            Assert.Equal(during, bench.Evse.Phase);
            for (var i = 0; i < place && bench.Evse.Phase == during; i++) bench.Tick();
            // A step that lasts one turn only cannot be met later.
            if (bench.Evse.Phase != during) return;

            happens(bench);
            bench.Run(within);

            Assert.Equal((place, end, faults), (place, bench.Reading.Session, bench.Reading.Faults));
            Assert.All(Lines, line => Assert.False(bench.Chip.Level(line), line));
            Assert.False(bench.Module.IsOn);
            Assert.False(bench.IsClosed);
        }
    }
}
