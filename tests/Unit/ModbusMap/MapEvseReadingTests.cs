using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>What is believed of a charger with a map, and which settings a map takes.</summary>
public sealed class MapEvseReadingTests
{
    [Theory]
    [InlineData(9, 56, MapTrouble.OtherDevice)]
    [InlineData(2, 7, MapTrouble.NoValue)]              // the device's own "none", within its range
    [InlineData(2, 15_001, MapTrouble.Implausible)]     // more than can stand there
    public void A_round_that_cannot_be_true_is_no_reading(int register, ushort value, MapTrouble trouble)
    {
        var bench = new HandEvse();
        bench.Run(1.Seconds);
        bench.Bus.Holding(register, value);

        Reading<EvseReading> before = default, after = default;
        bench.Evse.Readings.TryRead(ref before);
        bench.Run(2.Seconds);
        bench.Evse.Readings.TryRead(ref after);

        Assert.Equal((trouble, before.Sequence), (bench.Evse.Trouble, after.Sequence));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]      // outside its range: it may be anything
    public void A_fault_word_that_is_not_zero_is_a_fault_whatever_the_state_says(ushort word)
    {
        var bench = new HandEvse();
        bench.Bus.Holding(4, word);

        bench.Run(1.Seconds);

        Assert.Equal(EvseFaults.PowerStage, bench.Seen.Faults);
    }

    [Fact]
    public void A_fault_word_that_nobody_is_sure_of_is_as_if_the_map_had_none()
    {
        var bench = new HandEvse("'max': 9, 'sure': 'single'", "'max': 9, 'sure': 'assumed'");
        bench.Bus.Holding(4, 1);

        bench.Run(1.Seconds);

        Assert.Equal(EvseFaults.None, bench.Seen.Faults);
    }

    [Theory]
    [InlineData(0, 3000, 3000)]
    [InlineData(0, 60_000, 10_000)]          // more than the installer allows
    [InlineData(0xFFFF, 0xFFFF, 0)]          // −1 W: none
    public void The_device_s_own_limit_counts_within_the_installer_s_and_none_is_zero(
        ushort high, ushort low, double watts)
    {
        var bench = new HandEvse(with: settings => settings with { Sign = -1 });
        bench.Bus.Holding(5, high, low);

        bench.Run(1.Seconds);

        // The site's word on the sign is about flows, not about limits.
        Assert.Equal((watts, -8000), (bench.Seen.VehicleCharge.Value, bench.Seen.VehicleDischarge.Value));
    }

    [Fact]
    public void A_limit_at_the_dc_side_is_less_at_the_ac_side_where_it_comes_out()
    {
        var bench = new HandEvse(
            "'side': 'ac'", "'side': 'dc'", settings => settings with { MinEfficiency = 0.9, MaxEfficiency = 0.95 });

        bench.Run(1.Seconds);

        Assert.Equal((8000, -7200), (bench.Seen.VehicleCharge.Value, bench.Seen.VehicleDischarge.Value));
    }

    [Theory]
    [InlineData(HandEvse.On, 4000, 4000)]          // says which way
    [InlineData(HandEvse.Stops, -4000, 4000)]      // does not
    public void With_the_sign_by_state_a_state_that_does_not_say_which_way_means_either(int state, int low, int high)
    {
        var bench = new HandEvse("'side': 'ac'", "'side': 'ac', 'sign': 'state'");
        bench.Shows(state, -4000);

        bench.Run(1.Seconds);

        Assert.Equal((low, high), (bench.Seen.PowerLow.Value, bench.Seen.PowerHigh.Value));
    }

    [Fact]
    public void A_discharge_that_the_map_cannot_command_must_be_zero_in_the_site_file()
    {
        const string discharge = "'discharge': [{ 'write': 'setpointW', 'value': 'power' }]";

        var why = Assert.Throws<ArgumentException>(() => new HandEvse(discharge, "'discharge': []")).Message;

        Assert.Contains("maxDischargeW must be 0", why);
    }

    [Fact]
    public void The_best_efficiency_is_not_below_the_worst() => Assert.Contains("maxEfficiency",
        Assert.Throws<ArgumentException>(() => new HandEvse("'side': 'ac'", "'side': 'dc'",
            settings => settings with { MinEfficiency = 0.95, MaxEfficiency = 0.9 })).Message);

    [Theory]
    [InlineData("'notAvailable': [7]", "'positive': 'ask'", "positiveW")]
    [InlineData("'notAvailable': [7], 'sure': 'single'", "'sure': 'assumed'", "acceptAssumed")]
    [InlineData("'refreshMs': 100", "'minimumGapMs': 300, 'refreshMs': 100", "gap of 300 ms")]
    [InlineData("'maxAgeMs': 4000", "'maxAgeMs': 150", "maxAgeMs")]
    public void What_a_map_needs_of_the_site_file_is_asked_for(string from, string to, string why)
    {
        var refused = Assert.Throws<ArgumentException>(() => new HandEvse(from, to));

        Assert.Contains(why, refused.Message);
    }

    [Fact]
    public void Blocks_that_are_read_seldom_do_not_count_against_the_period()
    {
        const string from = "'refreshMs': 100|'count': 12 }";

        var seldom = new HandEvse(
            from, "'minimumGapMs': 150, 'refreshMs': 100|'count': 12 }, "
                + "{ 'table': 'holding', 'start': 30, 'count': 2, 'every': 9 }");

        Assert.NotNull(seldom.Evse);
        Assert.Throws<ArgumentException>(() => new HandEvse(
            from, "'minimumGapMs': 150, 'refreshMs': 100|'count': 12 }, "
                + "{ 'table': 'holding', 'start': 30, 'count': 2 }"));
    }
}
