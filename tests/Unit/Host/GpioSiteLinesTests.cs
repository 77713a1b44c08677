using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SiteLines;
using ChargeScape.Edge.Hal.Gpio;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class GpioSiteLinesTests
{
    private readonly InMemoryGpioChip chip = new("panel", "stop-loop", "permit");
    private readonly IGpioOutput stopLoop;
    private readonly IGpioOutput permit;
    private readonly GpioSiteLines lines;

    public GpioSiteLinesTests()
    {
        var panel = chip.Attach();
        (stopLoop, permit) = (panel.OpenOutput("stop-loop"), panel.OpenOutput("permit"));
        lines = new(chip.Attach(), "stop-loop", "permit", 50.Milliseconds);
    }

    [Fact]
    public void An_open_stop_loop_reads_as_pressed()
    {
        permit.TryWrite(true);

        lines.Read(1.Seconds);

        Assert.Equal(new(IsEmergencyStopPressed: true, HasSupervisorPermit: true), Newest());
    }

    [Fact]
    public void A_change_is_news_at_once_and_a_poll_is_not()
    {
        stopLoop.TryWrite(true);

        var first = lines.Read(1.Seconds);
        var poll = lines.Read(1.Seconds + 50.Milliseconds);
        permit.TryWrite(true);
        var edge = lines.Read(1.Seconds + 51.Milliseconds);

        Assert.Equal((true, false, true), (first, poll, edge));
        Assert.True(Newest()!.Value.HasSupervisorPermit);
    }

    [Fact]
    public void A_stop_line_that_was_never_read_is_no_reading_and_one_that_is_lost_is_pressed()
    {
        stopLoop.TryWrite(true);
        chip.SetFault("stop-loop", LineFault.Unreadable);
        lines.Read(1.Seconds);
        var never = Newest();

        chip.SetFault("stop-loop", LineFault.None);
        lines.Read(2.Seconds);
        var known = Newest();
        chip.SetFault("stop-loop", LineFault.Unreadable);
        lines.Read(3.Seconds);

        Assert.Null(never);
        Assert.False(known!.Value.IsEmergencyStopPressed);
        Assert.True(Newest()!.Value.IsEmergencyStopPressed);
    }

    private LinesReading? Newest()
    {
        var reading = default(Reading<LinesReading>);
        return lines.Readings.TryRead(ref reading) ? reading.Within(TimeSpan.MaxValue, reading.TakenAt) : null;
    }
}
