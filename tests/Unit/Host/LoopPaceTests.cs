using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class LoopPaceTests
{
    private LoopPace pace = new(100.Milliseconds, 10.Seconds);

    [Fact]
    public void Woken_steps_never_move_the_grid_of_deadlines()
    {
        Assert.True(pace.Begin(10.Seconds));

        Assert.False(pace.Begin(10.Seconds + 7.Milliseconds));
        Assert.False(pace.Begin(10.Seconds + 93.Milliseconds));

        Assert.Equal(10.Seconds + 100.Milliseconds, pace.Deadline);
    }

    [Fact]
    public void A_wake_is_heard_half_a_millisecond_after_the_last_step_but_not_past_the_deadline()
    {
        pace.Begin(10.Seconds);
        var afterDeadlineStep = pace.EarliestWoken;

        pace.Begin(10.Seconds + 99.8.Milliseconds);
        var nearDeadline = pace.EarliestWoken;

        Assert.Equal(10.Seconds + 0.5.Milliseconds, afterDeadlineStep);
        Assert.Equal(10.Seconds + 100.Milliseconds, nearDeadline);
    }

    [Fact]
    public void Who_wakes_without_a_pause_gets_8_steps_and_then_one_each_5_ms()
    {
        var now = 10.Seconds;
        var steps = new List<double>();
        while (now < 10.Seconds + 99.Milliseconds)
        {
            pace.Begin(now);
            steps.Add((now - 10.Seconds).TotalMilliseconds);
            now = pace.EarliestWoken;
        }

        Assert.Equal([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 5, 10, 15], steps[..11]);
        Assert.Equal(27, steps.Count);
    }

    [Fact]
    public void A_pause_gives_the_steps_at_once_back_and_never_more()
    {
        for (var i = 0; i < 8; i++) pace.Begin(10.Seconds + i * 0.5.Milliseconds);
        var spent = pace.EarliestWoken;

        var later = 11.Seconds;
        for (var i = 0; i < 8; i++) pace.Begin(later + i * 0.5.Milliseconds);

        Assert.Equal(10.Seconds + 5.Milliseconds, spent);
        Assert.Equal(later + 5.Milliseconds, pace.EarliestWoken);
    }

    [Fact]
    public void A_step_that_is_late_by_less_than_a_period_misses_no_deadline()
    {
        pace.Begin(10.Seconds + 99.Milliseconds);

        Assert.Equal(0u, pace.Overruns);
        Assert.Equal(10.Seconds + 100.Milliseconds, pace.Deadline);
    }

    [Fact]
    public void Missed_deadlines_are_counted_and_the_grid_stays()
    {
        pace.Begin(10.Seconds + 230.Milliseconds);

        Assert.Equal(2u, pace.Overruns);
        Assert.False(pace.IsTooLate);
        Assert.Equal(10.Seconds + 300.Milliseconds, pace.Deadline);
    }

    [Fact]
    public void Three_missed_in_a_row_are_too_late_until_a_deadline_is_kept()
    {
        pace.Begin(10.Seconds + 150.Milliseconds);
        pace.Begin(10.Seconds + 350.Milliseconds);
        var afterTwo = pace.IsTooLate;

        pace.Begin(10.Seconds + 550.Milliseconds);
        var afterThree = pace.IsTooLate;
        pace.Begin(pace.Deadline);

        Assert.Equal((false, true, false), (afterTwo, afterThree, pace.IsTooLate));
    }

    [Fact]
    public void More_than_500_ms_at_once_is_too_late()
    {
        pace.Begin(10.Seconds + 501.Milliseconds);

        Assert.True(pace.IsTooLate);
    }
}
