using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Reactions;

namespace ChargeScape.Edge.Tests.Scenarios.Reactions;

/// <summary>A sample of <c>./edge reactions</c>, and that it would notice.</summary>
public class ReactionTests
{
    private const ulong Runs = 360;

    [Fact]
    public void Power_ends_the_contactor_opens_and_caps_are_kept_again_in_time()
    {
        var all = Tally(RuleSet.All, Runs);

        Assert.Equal(0, all.Invalid);
        foreach (var kind in ReactionKind.All)
        {
            var of = all.Of(kind);
            Assert.True(of.First.Count > 0, kind.Name);
            Assert.True(of.First.Seconds(1) <= ReactionKind.MostFirstSeconds(kind.Goal),
                $"{kind.Name}: {of.First.Seconds(1)} s");
            Assert.True(of.Open.Seconds(1) <= ReactionKind.MostOpenSeconds(kind.Goal),
                $"{kind.Name}: open after {of.Open.Seconds(1)} s");
        }
    }

    [Theory]
    [InlineData(TripId.EmergencyStop, "emergency_stop pressed")]
    public void A_trip_that_is_missing_is_noticed(TripId missing, string name)
    {
        var kind = ReactionKind.All.Single(one => one.Name == name);
        var seed = (ulong)ReactionKind.All.ToList().IndexOf(kind);

        var reaction = ReactionTrip.Run(seed, RuleSet.All.Without(missing));

        Assert.True(reaction.IsValid);
        Assert.True(reaction.First.TotalSeconds > ReactionKind.MostFirstSeconds(kind.Goal)
            || reaction.Open?.TotalSeconds > ReactionKind.MostOpenSeconds(kind.Goal), $"{reaction}");
    }

    [Fact]
    public void A_report_goes_on_where_it_ended_and_a_line_that_was_cut_off_is_none()
    {
        var some = Tally(RuleSet.All, (ulong)ReactionKind.All.Count);
        var line = some.ToLine(1, 500);
        var read = new ReactionTally();

        Assert.Equal((1UL, 500), read.TryTake(line));
        Assert.Null(read.TryTake(line[..^9]));
        Assert.Null(read.TryTake("rubbish"));
        Assert.Equal(some.Runs, read.Runs);
        Assert.Equal(line, read.ToLine(1, 500));
    }

    [Fact]
    public void The_same_seed_gives_the_same_reaction() =>
        Assert.Equal(ReactionTrip.Run(7, RuleSet.All), ReactionTrip.Run(7, RuleSet.All));

    private static ReactionTally Tally(RuleSet rules, ulong runs)
    {
        var tally = new ReactionTally();
        for (var seed = 1UL; seed <= runs; seed++) tally.Add(ReactionTrip.Run(seed, rules));
        return tally;
    }
}
