using ChargeScape.Edge.Sim.Judge;

namespace ChargeScape.Edge.Tests.Unit.Sim.Judge;

public class LimitWatchTests
{
    private const double Step = 0.01;
    private const double Free = 5000;
    private double at;

    [Fact]
    public void Power_that_leaves_in_its_promised_time_is_held_and_all_of_it_is_physical_floor()
    {
        var watch = Watch(promise: 2, dead: 1);
        For(watch, 5, load: 4000, allowed: Free);
        For(watch, 0.9, load: 4000, allowed: 1000);
        For(watch, 5, load: 900, allowed: 1000);

        var found = watch.Judge();

        var breach = Assert.Single(found.Breaches);
        Assert.True(found.IsHeld);
        Assert.Equal(3000 * 0.9 / 3600, found.Over, 0.01);
        Assert.Equal(1, found.Ratio!.Value, 0.02);
        Assert.Equal(0.9, breach.Reaction!.Value.TotalSeconds, 0.03);
        Assert.Equal(3000, breach.Peak, 1e-9);
    }

    [Fact]
    public void Power_that_stays_after_its_promise_is_late()
    {
        var watch = Watch(promise: 2, dead: 1);
        For(watch, 5, load: 4000, allowed: Free);
        For(watch, 4, load: 4000, allowed: 1000);

        var found = watch.Judge();

        Assert.False(found.IsHeld);
        Assert.Equal(3000 * 2 / 3600.0, found.Late, 0.1);
        Assert.True(found.Ratio > 2);
    }

    [Fact]
    public void What_the_house_does_alone_is_nobodys_fault()
    {
        var watch = Watch(promise: 2, dead: 1);
        For(watch, 60, load: 0, allowed: -2000);

        var found = watch.Judge();

        Assert.True(found.IsHeld);
        Assert.Equal(1, found.Ratio!.Value, 1e-9);
        Assert.Null(Assert.Single(found.Breaches).Reaction);
    }

    [Fact]
    public void Feeding_the_other_way_is_not_asked_for()
    {
        var watch = Watch(promise: 2, dead: 1);
        For(watch, 60, load: -3000, allowed: -4000);

        Assert.True(watch.Judge().IsHeld);
    }

    [Fact]
    public void Growing_into_a_limit_is_late_at_once()
    {
        var watch = Watch(promise: 2, dead: 1);
        For(watch, 10, load: 900, allowed: 1000);
        For(watch, 0.5, load: 1500, allowed: 1000);
        For(watch, 5, load: 900, allowed: 1000);

        var found = watch.Judge();

        Assert.False(found.IsHeld);
        Assert.Equal(found.Over, found.Late, 1e-9);
        Assert.Equal(double.PositiveInfinity, found.Ratio);
    }

    [Fact]
    public void A_fault_that_is_armed_lengthens_the_promise()
    {
        var watch = Watch(promise: 2, dead: 1);
        For(watch, 5, load: 4000, allowed: Free);
        watch.Extra = 3;
        For(watch, 4, load: 4000, allowed: 1000);
        For(watch, 5, load: 0, allowed: 1000);

        Assert.True(watch.Judge().IsHeld);
    }

    [Theory]
    [InlineData(2.9, true)]
    [InlineData(3.5, false)]
    public void With_an_armed_fault_the_evse_may_do_more_than_was_ever_allowed_until_that_is_to_be_noticed(
        double seconds, bool isHeld)
    {
        var watch = Watch(promise: 2, dead: 1);
        For(watch, 20, load: 500, allowed: 1000);
        watch.Extra = 3;
        For(watch, seconds, load: 4000, allowed: 1000);
        For(watch, 5, load: 500, allowed: 1000);

        Assert.Equal(isHeld, watch.Judge().IsHeld);
    }

    [Fact]
    public void The_floor_falls_with_the_familys_slope_after_its_dead_time()
    {
        // 5000 W and 1000 W/s after 1 s: the best controller keeps 5000 W · 1 s and a triangle of 5 s.
        var watch = Watch(promise: 8, dead: 1, falls: 1000);
        For(watch, 5, load: 5000, allowed: double.PositiveInfinity);
        For(watch, 7.5, load: 5000, allowed: 0);

        Assert.Equal((5000 + 12500) / 3600.0, watch.Judge().Floor, 0.1);
    }

    [Fact]
    public void Breaches_within_a_second_are_one_and_each_has_a_name_of_its_own()
    {
        var watch = Watch(promise: 2, dead: 1);
        For(watch, 5, load: 0, allowed: Free);
        for (var tick = 0; tick < 20; tick++)
        {
            For(watch, Step, load: 1100, allowed: 1000);
            For(watch, 0.5, load: 900, allowed: 1000);
        }
        For(watch, 3, load: 900, allowed: 1000);
        For(watch, 1, load: 1100, allowed: 1000);

        var found = watch.Judge();

        Assert.Equal(["cap#1", "cap#2"], found.Breaches.Select(breach => breach.Id));
    }

    [Fact]
    public void A_coarse_step_is_explained_by_what_was_allowed_before_it()
    {
        var watch = Watch(promise: 2, dead: 1);
        for (var second = 1; second <= 60; second++) watch.See(second, 1, 4000, Free, Free);
        at = 60;
        For(watch, 1, load: 4000, allowed: 1000);
        For(watch, 3, load: 0, allowed: 1000);

        Assert.True(watch.Judge().IsHeld);
    }

    private static LimitWatch Watch(double promise, double dead, double falls = double.PositiveInfinity) => new(
        new("cap", "here", "Wh", "W", TimeSpan.FromSeconds(promise), TimeSpan.FromSeconds(dead), falls, Most: 5000, Idle: 60),
        longestPromise: TimeSpan.FromSeconds(promise + 10));

    private void For(LimitWatch watch, double seconds, double load, double allowed)
    {
        for (var i = 0; i < Math.Round(seconds / Step); i++)
        {
            at += Step;
            watch.See(at, Step, load, allowed, allowed);
        }
    }
}
