using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Quasar;

/// <summary>Set-points, refusals, other masters, and what is left behind.</summary>
public class QuasarWriteTests
{
    private const byte Refusal = 4;

    [Theory]
    [InlineData(double.NaN, true, 240, 0)]
    [InlineData(double.PositiveInfinity, false, 240, 0)]
    [InlineData(9000, true, 240, 7400)]
    [InlineData(-9000, true, 240, -7400)]
    [InlineData(2999.9, true, 240, 2999)]
    [InlineData(9000, false, 200, 32)]        // 45 A
    [InlineData(-9000, false, 200, -32)]
    [InlineData(810, false, 81, 10)]
    [InlineData(800, false, 80, 0)]           // a voltage that cannot be
    [InlineData(2990, false, 299, 10)]
    [InlineData(3000, false, 300, 0)]
    public void A_set_point_never_means_more_than_was_asked(double watts, bool isInWatts, double volts, short counts) =>
        Assert.Equal(counts, QuasarWrites.Counts(new(watts), isInWatts, new(volts)));

    [Fact]
    public void No_more_goes_out_than_the_installer_and_the_charger_s_own_setting_allow()
    {
        var bench = new QuasarBench(settings => settings with { MaxCharge = 3000.W, MaxDischarge = 2000.W });
        bench.Transferring(1000);

        bench.Ask(Connection.Close, 7000);
        bench.RunFor(5.Seconds);
        var charge = (short)bench.Charger[260];
        bench.Ask(Connection.Close, -7000);
        bench.RunFor(5.Seconds);
        var discharge = (short)bench.Charger[260];
        bench.Charger[514] = 1500;
        bench.RunFor(5.Seconds);

        Assert.Equal((3000, -2000, -1500), (charge, discharge, (short)bench.Charger[260]));
        Assert.Equal((1500.W, -1500.W), (bench.Reading.StageCharge, bench.Reading.StageDischarge));
    }

    [Fact]
    public void Turning_round_is_at_once_and_a_new_session_does_not_wait_for_the_last_one()
    {
        var bench = new QuasarBench(settings => settings with { GrowthGap = 60.Seconds });
        bench.Transferring(2000);

        bench.Ask(Connection.Close, -4000);
        bench.RunFor(200.Milliseconds);
        Assert.Equal(-4000, (short)bench.Charger[260]);

        (bench.Charger[537], bench.Charger[526]) = (4, 0);
        bench.Ask(Connection.Open);
        bench.RunFor(2.Seconds);
        bench.Ask(Connection.Close, 3000, session: 2);
        bench.RunFor(2.Seconds);
        bench.Charger[537] = 1;
        bench.RunFor(1.Seconds);

        Assert.Equal(3000, (short)bench.Charger[260]);
    }

    [Fact]
    public void A_start_waits_until_next_to_no_power_is_proved()
    {
        var bench = new QuasarBench();
        bench.RunFor(3.Seconds);
        bench.Charger.ForgetsAt = 260;

        bench.Ask(Connection.Close, 3000);
        bench.RunFor(2.Seconds);

        Assert.DoesNotContain((257, (short)1), bench.Charger.Written);
    }

    [Fact]
    public void A_refused_discharge_is_forgotten_with_the_car()
    {
        var bench = new QuasarBench();
        bench.Charger.Refuses = (address, value) => address == 260 && value < 0 ? (byte)3 : (byte)0;
        bench.Transferring(1000);
        bench.Ask(Connection.Close, -3000);
        bench.RunFor(3.Seconds);
        Assert.Equal(0.W, bench.Reading.StageDischarge);

        bench.Charger[537] = 0;
        bench.RunFor(1.Seconds);

        Assert.Equal(-7400.W, bench.Reading.StageDischarge);
    }

    [Theory]
    [InlineData(83)]
    [InlineData(260)]
    public void Either_refusal_means_that_it_takes_amperes(int register)
    {
        var bench = new QuasarBench();
        bench.Charger.Refuses = (address, _) => address == register ? Refusal : (byte)0;

        bench.Ask(Connection.Close, 3000);
        bench.RunFor(5.Seconds);

        Assert.False(bench.Evse.IsInWatts);
        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Theory]
    [InlineData(QuasarSetpoint.Power, 83)]
    [InlineData(QuasarSetpoint.Power, 260)]
    [InlineData(QuasarSetpoint.Current, 258)]
    public void Where_the_site_says_which_unit_a_refusal_is_a_charger_that_cannot_be_controlled(
        QuasarSetpoint unit, int register)
    {
        var bench = new QuasarBench(settings => settings with { Setpoint = unit });
        bench.Charger.Refuses = (address, _) => address == register ? Refusal : (byte)0;

        bench.Ask(Connection.Close, 3000);
        bench.RunFor(5.Seconds);

        Assert.Equal(EvseFaults.NotControllable, bench.Reading.Faults);
        Assert.DoesNotContain((257, (short)1), bench.Charger.Written);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(30, false)]
    [InlineData(1800, false)]
    [InlineData(1801, true)]
    public void An_idle_timeout_may_read_back_otherwise_but_not_as_never(ushort stands, bool isWrittenAgain)
    {
        var bench = new QuasarBench();
        bench.Charger.ForgetsAt = 88;
        bench.Charger[88] = stands;

        bench.RunFor(10.Seconds);

        Assert.Equal(isWrittenAgain, bench.Charger.Written.Count(write => write.Address == 88) > 1);
        // Only a set-point that does not stand there says that the server hangs.
        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void A_second_time_is_stood_back_for_as_long_as_the_first()
    {
        var bench = new QuasarBench(settings => settings with { YieldFor = 30.Seconds });
        bench.RunFor(3.Seconds);
        bench.Charger[81] = 0;
        bench.RunFor(29.Seconds);
        Assert.Equal(0, bench.Charger[81]);
        bench.RunFor(3.Seconds);
        Assert.Equal(1, bench.Charger[81]);

        bench.RunFor(60.Seconds);
        bench.Charger[81] = 0;
        bench.RunFor(29.Seconds);

        Assert.Equal((0, EvseFaults.Yielded), (bench.Charger[81], bench.Reading.Faults));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 3000)]
    public void The_other_s_transfer_is_waited_for_and_shown(int state, int watts)
    {
        var bench = new QuasarBench(settings => settings with { YieldFor = 10.Seconds });
        bench.Transferring(3000);
        bench.Charger[81] = 0;
        (bench.Charger[537], bench.Charger[526]) = ((ushort)state, (ushort)watts);

        bench.RunFor(60.Seconds);

        Assert.Equal((0, QuasarPhase.Idle), (bench.Charger[81], bench.Evse.Phase));
        Assert.True(bench.Reading.IsContactorClosed);
        Assert.Equal(state == 1 ? EvseSession.Energised : EvseSession.PluggedIn, bench.Reading.Session);
    }

    [Fact]
    public void The_other_s_time_ends_with_the_car()
    {
        var bench = new QuasarBench();
        bench.RunFor(3.Seconds);
        bench.Charger[81] = 0;
        bench.RunFor(3.Seconds);

        bench.Charger[537] = 0;
        bench.RunFor(2.Seconds);

        Assert.Equal((1, EvseFaults.None), (bench.Charger[81], bench.Reading.Faults));
    }

    [Fact]
    public void A_fault_of_foreign_control_ends_once_control_is_ours_and_nothing_flows()
    {
        var bench = new QuasarBench(settings => settings with { OnSecondMaster = SecondMaster.Fault });
        bench.Transferring(3000);
        bench.Charger.Refuses = (address, _) => address == 81 ? Refusal : (byte)0;
        bench.Charger[81] = 0;
        bench.Ask(Connection.Open);
        (bench.Charger[537], bench.Charger[526]) = (4, 0);

        bench.RunFor(2.Seconds);
        Assert.Equal(EvseFaults.ForeignControl, bench.Reading.Faults);      // not ours
        (bench.Charger[537], bench.Charger.Refuses) = (1, (_, _) => 0);
        bench.RunFor(2.Seconds);
        Assert.Equal(EvseFaults.ForeignControl, bench.Reading.Faults);      // transfers
        (bench.Charger[537], bench.Charger[526]) = (4, 3000);
        bench.RunFor(2.Seconds);
        Assert.Equal(EvseFaults.ForeignControl, bench.Reading.Faults);      // flows
        bench.Charger[526] = 0;
        bench.RunFor(2.Seconds);

        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void A_restart_ends_a_fault_of_foreign_control_and_one_of_a_hung_server()
    {
        var bench = new QuasarBench(settings => settings with { OnSecondMaster = SecondMaster.Fault });
        bench.Transferring(3000);
        bench.Charger.ForgetsAt = 260;
        bench.Charger[81] = 0;
        bench.RunFor(6.Seconds);
        Assert.Equal(EvseFaults.ForeignControl | EvseFaults.Frozen, bench.Reading.Faults);

        bench.IsSilent = true;
        bench.RunFor(2.Seconds);
        bench.IsSilent = false;
        bench.RunFor(500.Milliseconds);

        Assert.Equal(EvseFaults.None, bench.Reading.Faults);
    }

    [Fact]
    public void Hand_back_goes_to_its_user_and_to_zero_whatever_was_found()
    {
        var bench = new QuasarBench();
        (bench.Charger[81], bench.Charger[260]) = (1, 500);
        bench.Transferring(3000);

        for (var i = 0; i < 20 && !bench.Evse.HandBack(bench.Now + i * 1.Seconds); i++) { }

        Assert.Equal((0, 0), (bench.Charger[260], bench.Charger[81]));
    }

    public static TheoryData<Func<QuasarSettings, QuasarSettings>> Impossible => new()
    {
        settings => settings with { MaxCharge = 7401.W },
        settings => settings with { MaxDischarge = -(1.W) },
        settings => settings with { Period = settings.MaxAge },
        settings => settings with { IdleTimeout = 2 * settings.MaxAge },
        settings => settings with { FrozenAfter = settings.SettlingTime },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_setting_that_cannot_be_is_refused(Func<QuasarSettings, QuasarSettings> with) =>
        Assert.Throws<ArgumentException>(() => new QuasarBench(with));
}
