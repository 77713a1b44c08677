using System.Runtime.CompilerServices;
using ChargeScape.Edge.Firmware.Supervisor;

namespace ChargeScape.Edge.Tests.Unit.Firmware.Supervisor;

public sealed class OwnWatchTests
{
    [Fact]
    public void The_emergency_stop_opens_at_once_and_stays_latched_until_a_person_clears_it_after_its_release()
    {
        var bench = Bench.Charging();

        bench.Seen.IsEmergencyStopReleased = false;
        bench.Tick();
        Assert.False(bench.Done.Permit || bench.Done.DriveContactor);
        Assert.True(bench.Done.StoreLatches);
        bench.PressClear();
        bench.Seen.IsEmergencyStopReleased = true;
        bench.Run(5000, () => Assert.False(bench.Done.Permit));
        bench.PressClear();

        Assert.True(bench.Done.Permit);
        bench.Run(10_000, () => Assert.False(bench.Done.DriveContactor));
    }

    [Fact]
    public void A_button_that_is_stuck_clears_once_at_most_and_never_at_power_up()
    {
        var bench = new Bench(stored: new() { IsKnown = true, Latched = Fault.EmergencyStop, Commissioning = 1 });
        bench.Seen.IsClearPressed = true;
        bench.Run(10_000);
        Assert.Equal(Fault.EmergencyStop, bench.Latched);

        bench.Seen.IsClearPressed = false;
        bench.Run(100);
        bench.PressClear(900);
        Assert.Equal(Fault.EmergencyStop, bench.Latched);
        bench.Seen.IsClearPressed = true;
        bench.Run(1200);
        Assert.Equal(Fault.None, bench.Latched);
        bench.State.Latched |= Fault.OverCurrent;
        bench.Run(10_000);
        Assert.Equal(Fault.OverCurrent, bench.Latched);
    }

    [Theory]
    [InlineData(325, false)]
    [InlineData(333, true)]
    [InlineData(-203, false)]
    [InlineData(-211, true)]
    public void Current_beyond_a_ceiling_is_latched_whatever_the_host_commands(int deciA, bool trips)
    {
        var bench = Bench.Charging();
        bench.CommandDeciA = (short)(deciA > 0 ? 1000 : -1000);
        bench.Flows = deciA;

        bench.Run(3000);

        Assert.Equal(trips, bench.Latched.HasFlag(Fault.OverCurrent));
        Assert.Equal(!trips, bench.Done.Permit);
    }

    [Theory]
    [InlineData(410, 100)]
    [InlineData(340, 400)]
    public void The_further_beyond_the_sooner(int deciA, uint within)
    {
        var bench = Bench.Charging();
        bench.CommandDeciA = 1000;
        bench.Flows = deciA;

        bench.RunUntil(() => bench.Latched.HasFlag(Fault.OverCurrent), within);
        bench.RunUntil(() => !bench.IsClosed, 100);
    }

    [Theory]
    [InlineData(128, false)]
    [InlineData(135, true)]
    [InlineData(-15, false)]
    [InlineData(-25, true)]
    public void Current_beyond_the_command_or_the_other_way_is_latched_within_a_second_of_the_reaction_time(
        int deciA, bool trips)
    {
        var bench = Bench.Charging();
        bench.Run(3000);
        bench.Flows = deciA;

        if (trips) bench.RunUntil(() => bench.Latched.HasFlag(Fault.AgainstCommand), 1000);
        else bench.Run(10_000, () => Assert.Equal(Fault.None, bench.Latched));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-100)]
    public void A_cut_may_take_the_reaction_time_at_every_phase_and_not_twice_as_long_and_a_second(int deciA)
    {
        for (uint phase = 0; phase < 1000; phase += 70)
        {
            var bench = Bench.Charging();
            bench.Run(phase);
            bench.CommandDeciA = (short)deciA;
            bench.Run(3000);
            bench.Flows = deciA;
            bench.CommandDeciA = 0;

            bench.Run(1700, () => Assert.Equal(Fault.None, bench.Latched));
            bench.RunUntil(() => bench.Latched.HasFlag(Fault.AgainstCommand), 1300);
        }
    }

    [Fact]
    public void Too_hot_opens_and_comes_back_by_itself_five_degrees_below_but_does_not_close()
    {
        var bench = Bench.Charging();
        bench.Seen.TemperatureDeciC = 851;
        bench.Tick();
        Assert.False(bench.Done.Permit);

        bench.Seen.TemperatureDeciC = 801;
        bench.Run(1000, () => Assert.False(bench.Done.Permit));
        bench.Seen.TemperatureDeciC = 799;
        bench.Run(1000);
        Assert.True(bench.Done.Permit);
        Assert.False(bench.Done.DriveContactor);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_not_measured_permits_nothing(bool current)
    {
        var bench = Bench.Charging();
        if (current) bench.Flows = SupervisorInputs.NotKnown;
        else bench.Seen.TemperatureDeciC = SupervisorInputs.NotKnown;

        bench.Tick();

        Assert.False(bench.Done.Permit || bench.Done.DriveContactor);
        Assert.Equal(Fault.MeasurementLost, bench.Standing);
    }

    [Fact]
    public void A_sagging_supply_opens_and_must_be_good_for_a_second()
    {
        var bench = Bench.Charging();
        bench.Seen.SupplyMilliV = 4400;
        bench.Tick();
        Assert.False(bench.Done.Permit);

        bench.Seen.SupplyMilliV = 4700;
        bench.Run(5000, () => Assert.False(bench.Done.Permit));
        bench.Seen.SupplyMilliV = 5000;
        bench.Run(900, () => Assert.False(bench.Done.Permit));
        bench.Run(300);
        Assert.True(bench.Done.Permit);
    }

    [Fact]
    public void A_welded_contactor_is_latched_over_resets_until_the_board_is_commissioned_anew()
    {
        var bench = Bench.Charging();
        bench.StuckContactor = true;
        bench.WantsClosed = false;
        bench.CommandDeciA = 0;

        bench.RunUntil(() => bench.Latched.HasFlag(Fault.ContactorWelded), 400);
        bench.StuckContactor = null;
        bench.PressClear();
        Assert.Equal(Fault.ContactorWelded, bench.Latched);

        var stored = new StoredLatches { IsKnown = true, Latched = bench.Latched, Commissioning = 1 };
        Assert.Equal(Fault.ContactorWelded, new Bench(stored: stored).Latched);
        Assert.Equal(Fault.None, new Bench(stored: stored, commissioning: 2).Latched);
    }

    [Fact]
    public void Main_contacts_that_weld_behind_a_sound_auxiliary_contact_are_found_by_the_current()
    {
        var bench = Bench.Charging();
        bench.WantsClosed = false;
        bench.RunUntil(() => !bench.Done.DriveContactor, 300);
        for (var i = 0; i < 100 && bench.Latched == Fault.None; i++)
        {
            bench.Tick();
            bench.Seen.CurrentDeciA = 100;
            SupervisorLogic.Step(bench.Seen, bench.Ceilings, bench.Now, ref bench.State, out bench.Done);
            bench.State.StrayMs += 10;
        }

        Assert.Equal(Fault.ContactorWelded, bench.Latched);
    }

    [Fact]
    public void A_contactor_that_does_not_close_or_drops_by_itself_is_latched()
    {
        var bench = Bench.WithPermit();
        bench.Run(200);
        bench.StuckContactor = false;
        bench.WantsClosed = true;
        bench.RunUntil(() => bench.Latched.HasFlag(Fault.ContactorDidNotClose), 500);

        bench = Bench.Charging();
        bench.StuckContactor = false;
        bench.RunUntil(() => bench.Latched.HasFlag(Fault.ContactorDidNotClose), 200);
        Assert.False(bench.Done.DriveContactor);
    }

    [Fact]
    public void Feedback_that_chatters_is_latched()
    {
        var bench = Bench.Charging();
        for (var i = 0; i < 4 && bench.Latched == Fault.None; i++)
        {
            bench.StuckContactor = i % 2 == 1;
            bench.Run(30);
        }

        Assert.True(bench.Latched.HasFlag(Fault.ContactorChatter));
    }

    [Fact]
    public void The_coil_stays_off_five_seconds_and_is_not_switched_more_than_three_times_a_minute_for_long()
    {
        var bench = Bench.Charging();
        bench.WantsClosed = false;
        bench.RunUntil(() => !bench.Done.DriveContactor, 300);
        bench.Run(200);
        bench.WantsClosed = true;
        Assert.InRange(bench.RunUntil(() => bench.Done.DriveContactor, 6000), 4600u, 5000u);

        for (var i = 0; i < 10 && bench.Latched == Fault.None; i++)
        {
            bench.WantsClosed = false;
            bench.Run(5500);
            bench.WantsClosed = true;
            bench.Run(500);
        }
        Assert.Equal(Fault.ContactorChatter, bench.Latched);
    }

    [Fact]
    public void A_watchdog_that_does_not_hold_or_does_not_release_fails_the_self_test_for_good()
    {
        var bench = new Bench { IsWatchdogSound = false };
        bench.Run(10_000, () => Assert.False(bench.Done.Permit || (bench.Now > 2000 && bench.Done.KickWatchdog)));
        Assert.True(bench.Standing.HasFlag(Fault.SelfTestFailed));

        bench = Bench.Charging();
        bench.IsWatchdogSound = true;
        bench.Run(100);
        for (var i = 0; i < 30; i++)
        {
            bench.Seen.IsWatchdogReleased = false;
            SupervisorLogic.Step(
                bench.Seen, bench.Ceilings, bench.Now + (uint)(10 * i), ref bench.State, out bench.Done);
        }
        Assert.False(bench.Done.Permit);
        Assert.True(bench.Standing.HasFlag(Fault.SelfTestFailed));
    }

    [Fact]
    public void A_contactor_that_is_closed_at_power_up_permits_nothing()
    {
        var bench = new Bench { StuckContactor = true };

        bench.Run(10_000, () => Assert.False(bench.Done.Permit || bench.Done.DriveContactor));
        Assert.True(bench.Latched.HasFlag(Fault.ContactorWelded));
    }

    [Fact]
    public void Without_ceilings_there_is_no_permit()
    {
        var bench = new Bench { Ceilings = default, HostHash = 0 };

        bench.Run(10_000, () => Assert.False(bench.Done.Permit));
        Assert.True(bench.Standing.HasFlag(Fault.CeilingsInvalid));
    }

    [Fact]
    public void Latches_that_cannot_be_read_are_latches()
    {
        var bench = new Bench(stored: default(StoredLatches));
        bench.Run(5000, () => Assert.False(bench.Done.Permit));
        Assert.Equal(Fault.LatchesUnknown, bench.Latched);

        bench.PressClear();
        Assert.True(bench.Done.Permit);
    }

    [Fact]
    public void The_state_is_small_and_a_step_allocates_nothing()
    {
        Assert.InRange(Unsafe.SizeOf<SupervisorState>(), 1, 256);
        var bench = Bench.Charging();

        // The runtime itself allocates now and then while it compiles the loop better; a step that does, does it always.
        Assert.Contains(Enumerable.Range(0, 3), _ => AllocatedBy10000Steps(bench) == 0);
    }

    private static long AllocatedBy10000Steps(Bench bench)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (uint i = 1; i <= 10_000; i++)
            SupervisorLogic.Step(bench.Seen, bench.Ceilings, bench.Now + 10 * i, ref bench.State, out bench.Done);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
