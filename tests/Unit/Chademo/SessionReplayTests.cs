using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>The real LEAF session; the times are those of <c>tests/data/chademo/leaf24-annotated.md</c>.</summary>
public class SessionReplayTests
{
    private static readonly ChademoSettings Charger = new()
    {
        AvailableVoltage = 500.V, MinVoltage = 200.V, MaxChargeCurrent = 15.A, MaxDischargeCurrent = 15.A,
        Announcement = DischargeAnnouncement.FromFirstFrame,
    };

    private static SessionWish AsRecorded(double at) => new(
        at < 46.762133 ? Connection.Close : Connection.Open, 1,
        at is >= 19.563723 and < 24.263347 or >= 46.762133 ? 0.A : 15.A);

    [Fact]
    public void The_recorded_session_takes_every_phase_at_its_annotated_time()
    {
        var player = new LogPlayer();

        player.Play(Charger, AsRecorded);

        Assert.Equal(
            [
                (0.0, SessionPhase.Waking),
                (0.019827, SessionPhase.Exchanging),
                (3.924133, SessionPhase.Locking),
                (12.664436, SessionPhase.Insulating),
                (15.564351, SessionPhase.Bleeding),
                (15.867552, SessionPhase.Closing),
                (17.564111, SessionPhase.Requesting),
                (19.539882, SessionPhase.Transferring),
                (46.762133, SessionPhase.RampingDown),
                (46.962035, SessionPhase.AwaitingOpen),
                (49.870431, SessionPhase.Releasing),
                (50.370998, SessionPhase.Unlocking),
                (50.561855, SessionPhase.Idle),
            ], player.Phases);
        Assert.Equal(EvseFaults.None, player.Outputs.Faults);
    }

    [Fact]
    public void State_of_charge_is_73_percent_from_permission_on_and_unknown_before()
    {
        var player = new LogPlayer();
        var seen = new List<(double At, Soc? Soc)>();

        player.Play(Charger, AsRecorded, at =>
        {
            if (seen.Count == 0 || seen[^1].Soc != player.Outputs.VehicleSoc) seen.Add((at, player.Outputs.VehicleSoc));
        });

        Assert.Equal([(0.0, null), (3.924133, 73.Percent), (50.561855, null)], seen);
    }

    [Fact]
    public void Our_108_and_109_offer_what_the_recorded_charger_offered_at_the_same_times()
    {
        var player = new LogPlayer();
        var offers = new List<(double At, Amperes Offer)>();
        var flags = new List<(double At, ChargerState State)>();

        player.Play(Charger, AsRecorded, at =>
        {
            var (offer, state) = (player.Outputs.Limits.AvailableCurrent, player.Outputs.Status.State);
            if (!player.Outputs.IsTransmitting) return;
            if (offers.Count == 0 || offers[^1].Offer != offer) offers.Add((at, offer));
            if (flags.Count == 0 || flags[^1].State != state) flags.Add((at, state));
        });

        // The recorded charger goes on offering 15 A while it stops; ours offers 0.
        Assert.Equal([(0.019827, 15.A), (19.563723, 0.A), (24.263347, 15.A), (46.762133, 0.A)], offers);
        const ChargerState stop = ChargerState.StopControl, locked = ChargerState.Locked;
        const ChargerState charging = ChargerState.Charging;
        Assert.Equal(
            [
                (0.019827, stop), (12.664436, stop | locked), (19.539882, charging | locked),
                (46.762133, charging | locked | stop), (46.962035, stop | locked), (50.370998, stop),
            ], flags);
        Assert.Equal(435.V, player.Outputs.Limits.ThresholdVoltage);
    }

    [Fact]
    public void The_current_follows_the_recorded_request_and_never_exceeds_it()
    {
        var player = new LogPlayer();
        var reached = new Dictionary<double, Amperes>();

        player.Play(Charger, AsRecorded, at =>
        {
            Assert.InRange(player.Outputs.Stage.Current.Value, 0, 14);
            reached[at] = player.Outputs.Stage.Current;
        });

        Assert.Equal(0.A, reached[24.163955]);
        Assert.Equal(14.A, reached[26.046537]);
        Assert.Equal(0.A, reached[46.762133]);
    }

    [Fact]
    public void The_car_allows_15_A_of_discharge_200_ms_after_its_last_step_and_none_after_the_stop()
    {
        var player = new LogPlayer();
        var seen = new List<(double At, Amperes Allowed)>();
        var settings = Charger with { LevelUnit = DischargeLevelUnit.TenthKilowattHours };

        player.Play(settings, AsRecorded, at =>
        {
            var allowed = player.Outputs.VehicleDischarge;
            if (seen.Count == 0 || seen[^1].Allowed != allowed) seen.Add((at, allowed));
        });

        Assert.Equal((20.150567, -15.A), seen[^2]);
        Assert.Equal((46.762133, 0.A), seen[^1]);
    }
}
