using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Tests.Unit.Can;

public sealed class SlcanEchoTests
{
    private SlcanEcho echo;

    public SlcanEchoTests() => echo.Opened(10.Seconds);

    [Fact]
    public void The_first_question_comes_an_interval_after_the_opening_and_the_next_an_interval_after_the_last()
    {
        Assert.False(echo.IsDue(10.Seconds + 99.Milliseconds));
        Assert.True(echo.IsDue(10.Seconds + 100.Milliseconds));
        echo.Asked(10.Seconds + 100.Milliseconds);
        Assert.False(echo.IsDue(11.Seconds));
        echo.Answered();
        Assert.True(echo.IsDue(11.Seconds));
    }

    [Fact]
    public void A_frame_counts_as_just_arrived_up_to_the_bound_and_as_old_as_the_last_answered_question_beyond()
    {
        echo.Asked(11.Seconds);
        echo.Answered();

        Assert.Equal(11.5.Seconds, echo.Arrival(11.5.Seconds));
        Assert.Equal(11.Seconds, echo.Arrival(11.5.Seconds + TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void An_answer_that_nobody_asked_for_proves_nothing()
    {
        echo.Asked(11.Seconds);
        echo.Answered();
        echo.Answered();

        Assert.Equal(11.Seconds, echo.Arrival(20.Seconds));
        Assert.False(echo.IsLost(20.Seconds));
    }

    [Fact]
    public void Only_who_used_to_answer_is_lost()
    {
        echo.Asked(11.Seconds);
        Assert.False(echo.IsLost(60.Seconds));
        Assert.Equal(60.Seconds, echo.Arrival(60.Seconds));

        echo.Answered();
        echo.Asked(60.Seconds);

        Assert.False(echo.IsLost(62.9.Seconds));
        Assert.True(echo.IsLost(63.Seconds));
    }
}
