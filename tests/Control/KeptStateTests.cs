using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>What was kept may be of another version, or nonsense that a checksum let through.</summary>
public sealed class KeptStateTests
{
    private const uint NoSuchTrip = 12345;

    [Theory]
    [InlineData(TripClass.F1, 1, false)]
    [InlineData(TripClass.F2, 1, true)]
    [InlineData(TripClass.F3, 1, true)]
    [InlineData(TripClass.F3, 0, false)]
    public void A_trip_that_this_version_does_not_know_counts_as_lost_when_only_a_person_clears_it(
        TripClass by, byte isTripped, bool isLost)
    {
        var kept = Kept();
        ref var trip = ref kept.Trips[(int)TripId.EmergencyStop - 1];
        (trip.Name, trip.Class, trip.IsTripped) = (NoSuchTrip, (byte)by, isTripped);

        var state = ControlState.Begin(Beginning.Ordered, false, kept, TimeSpan.Zero, 20.Seconds);

        Assert.Equal(isLost, state.Trips[TripId.StateLost].IsTripped);
        Assert.False(state.Trips[TripId.EmergencyStop].IsTripped);
    }

    [Fact]
    public void A_class_beyond_the_last_is_the_last()
    {
        var kept = Kept();
        ref var trip = ref kept.Trips[(int)TripId.EmergencyStop - 1];
        (trip.IsTripped, trip.Class) = (1, 200);

        Assert.Equal(TripClass.F4, Begun(kept).Trips[TripId.EmergencyStop].Class);
    }

    [Theory]
    [InlineData(float.NaN, 1000)]
    [InlineData(-1, 1000)]
    [InlineData(1000, 1000)]
    [InlineData(999, 999)]
    [InlineData(0, 0)]
    public void Retries_that_cannot_have_been_spent_are_all_spent(float spent, float expected)
    {
        var kept = Kept();
        kept.Trips[(int)TripId.DeviceFault - 1].Spent = spent;

        Assert.Equal(expected, Begun(kept).Trips[TripId.DeviceFault].Spent);
    }

    [Fact]
    public void A_proof_of_the_meter_that_this_version_does_not_know_is_none()
    {
        var kept = Kept();
        (kept.Meter.Kind, kept.Meter.Setup) = (200, Sites.Exact.MeterSetup);

        Assert.Equal(MeterProofKind.Revoked, Begun(kept).Meter.Proof.Kind);
    }

    [Theory]
    [InlineData(MeterProofKind.None, true, true)]
    [InlineData(MeterProofKind.None, false, false)]
    [InlineData(MeterProofKind.ByStep, false, true)]
    [InlineData(MeterProofKind.Revoked, true, false)]
    public void A_proof_by_step_and_a_revoked_one_win_over_what_the_installer_stated(
        MeterProofKind kind, bool isStated, bool isProven)
    {
        var site = Sites.Exact with { IsMeterStated = isStated };

        Assert.Equal(isProven, new MeterProof(kind, site.MeterSetup).IsProven(site));
        Assert.Equal(isStated, new MeterProof(kind, site.MeterSetup + 1).IsProven(site));
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(1000, 1)]
    public void A_count_that_cannot_be_reads_no_trip_that_is_not_there(int count, int known)
    {
        var kept = Kept();
        kept.Trips[0].IsTripped = 1;
        kept.Trips[0].Class = (byte)TripClass.F1;
        kept.Count = count;

        var state = Begun(kept);

        Assert.Equal(known == 1, state.Trips[(TripId)1].IsTripped);
        Assert.False(state.Trips[TripId.StateLost].IsTripped);
    }

    [Fact]
    public void A_trip_that_is_none_or_beyond_the_last_stands_never()
    {
        var state = ControlState.PowerUp;

        Assert.Equal(default, state.Trips[TripId.None]);
        Assert.Equal(default, state.Trips[(TripId)250]);
    }

    private static ControlState Begun(in KeptState kept) =>
        ControlState.Begin(Beginning.Ordered, false, kept, TimeSpan.Zero, 20.Seconds);

    private static KeptState Kept()
    {
        KeptState.Take(Rig.Transferring().State, out var kept);
        return kept;
    }
}
