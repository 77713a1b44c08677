using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Local;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>What the grid operator says over the local socket.</summary>
public sealed class OperatorDeskTests
{
    private readonly ControlExchange exchange = new();

    [Fact]
    public void What_is_said_reaches_the_loop_whole_with_the_time_at_which_it_was_said()
    {
        var (desk, now) = Desk();

        Assert.Equal("taken\n", desk.Answer("dso heartbeat"));
        Assert.Equal("taken\n", desk.Answer("dso consumption 4200 600"));
        Assert.Equal("taken\n", desk.Answer("dso production off"));

        var said = default(GridOperatorSignal);
        Assert.True(exchange.GridOperator.TryRead(ref said));
        Assert.Equal(
            new GridOperatorSignal(
                now, new(4200.W, true, now, now + 600.Seconds), new(Watts.Zero, false, now, null)), said);
    }

    [Theory]
    [InlineData("dso")]
    [InlineData("dsonothing")]
    [InlineData("dso consumption")]
    [InlineData("dso consumption -1")]
    [InlineData("dso consumption NaN")]
    [InlineData("dso consumption 5000 -3")]
    [InlineData("dso consumption 5000 6 7")]
    [InlineData("dso production infinity")]
    [InlineData("dso sideways 5")]
    public void What_makes_no_sense_is_refused_and_changes_nothing(string line)
    {
        var (desk, _) = Desk();

        Assert.StartsWith("error", desk.Answer(line), StringComparison.Ordinal);
        Assert.Equal(0u, exchange.GridOperator.Sequence);
    }

    [Fact]
    public void The_status_says_what_holds_before_anything_was_said()
    {
        var (desk, _) = Desk();

        Assert.Equal(
            "heard no\nconsumption failsafe no limit\nproduction failsafe no limit\n", desk.Answer("dso status"));
    }

    private (OperatorDesk Desk, TimeSpan Now) Desk() => (new(exchange, () => 100.Seconds), 100.Seconds);
}
