using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>What a plan asks at a time.</summary>
public sealed class PlanTests
{
    private static readonly PlanEntry Entry = new(
        7, OrderKind.Setpoint, 5.kW, 5.kW, 10.Seconds, 20.Seconds, 0, OnExpire.Zero, null);

    [Theory]
    [InlineData(9.999, 0)]
    [InlineData(10, 5000)]
    [InlineData(19.999, 5000)]
    [InlineData(20, 0)]
    public void An_entry_is_in_force_from_its_start_until_before_its_end(double now, int expected) =>
        Assert.Equal(expected.W, Asked(now.Seconds, Entry).Power);

    [Fact]
    public void The_first_entry_in_force_wins()
    {
        var later = Entry with { Start = 16.Seconds };
        var first = Entry with { Order = 8, Lower = 1.kW, Upper = 1.kW };

        var wish = Asked(15.Seconds, later, first, Entry);

        Assert.Equal((8u, 1.kW), (wish.Order, wish.Power));
    }

    [Theory]
    [InlineData(-2000, 3000, 0)]
    [InlineData(1000, 3000, 1000)]
    [InlineData(-3000, -1000, -1000)]
    public void In_a_band_the_local_wish_of_zero_is_brought_inside(int lower, int upper, int expected)
    {
        var wish = Asked(15.Seconds, Entry with { Kind = OrderKind.Envelope, Lower = lower.W, Upper = upper.W });

        Assert.Equal(expected.W, wish.Power);
    }

    [Theory]
    [InlineData(OnExpire.Zero, 0)]
    [InlineData(OnExpire.Floor, 1000)]
    [InlineData(OnExpire.Local, 0)]
    [InlineData(OnExpire.Plan, 0)]
    [InlineData((OnExpire)99, 0)]
    public void After_the_last_end_comes_what_that_entry_asked_for(OnExpire then, int expected)
    {
        var other = then == OnExpire.Floor ? OnExpire.Zero : OnExpire.Floor;
        var earlier = Entry with { End = 15.Seconds, OnExpire = other };

        var wish = Asked(25.Seconds, Entry with { OnExpire = then }, earlier);

        Assert.Equal((expected.W, 0u), (wish.Power, wish.Order));
    }

    [Fact]
    public void An_entry_that_makes_no_sense_is_as_if_it_were_not_there()
    {
        PlanEntry[] senseless =
        [
            Entry with { Lower = new(double.NaN) },
            Entry with { Upper = new(double.PositiveInfinity) },
            Entry with { Lower = 6.kW },
            Entry with { Start = 20.Seconds, End = 10.Seconds },
            Entry with { Kind = (OrderKind)9 },
        ];

        foreach (var entry in senseless)
            Assert.Equal(2.kW, Asked(15.Seconds, entry, Entry with { Lower = 2.kW, Upper = 2.kW }).Power);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void A_count_out_of_range_reads_nothing_beyond_the_plan(int count)
    {
        var plan = new Plan { Sequence = 1, Count = count };

        Assert.Equal(Watts.Zero, plan.PowerAt(15.Seconds, Sites.Exact).Power);
    }

    [Fact]
    public void Without_a_plan_nothing_is_asked() =>
        Assert.Equal(new Wish(Watts.Zero, 0, false, 0, null), default(Plan).PowerAt(15.Seconds, Sites.Exact));

    private static Wish Asked(TimeSpan now, params ReadOnlySpan<PlanEntry> entries)
    {
        var plan = new Plan { Sequence = 1, Count = entries.Length };
        for (var i = 0; i < entries.Length; i++) plan.Entries[i] = entries[i];
        return plan.PowerAt(now, Sites.Exact);
    }
}
