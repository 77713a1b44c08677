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
        lines = new(chip.Attach(), new("stop-loop", "permit"), 50.Milliseconds);
    }

    [Fact]
    public void An_open_stop_loop_reads_as_pressed()
    {
        permit.TryWrite(true);

        lines.Read(1.Seconds);

        Assert.Equal(new(IsEmergencyStopPressed: true, HasSupervisorPermit: true), Newest());
    }

    [Fact]
    public void A_site_without_the_further_lines_says_so()
    {
        lines.Read(1.Seconds);

        var seen = Newest()!.Value;
        Assert.Equal((LineLevel.NotWired, TransferPosition.NotWired), (seen.ContactorFeedback, seen.Transfer));
        Assert.False(seen.Relays.MayLimitAny);
    }

    [Theory]
    [InlineData(false, false, TransferPosition.Between)]
    [InlineData(true, false, TransferPosition.Grid)]
    [InlineData(false, true, TransferPosition.Island)]
    [InlineData(true, true, TransferPosition.Unknown)]
    [InlineData(null, false, TransferPosition.Unknown)]
    [InlineData(true, null, TransferPosition.Unknown)]
    public void The_transfer_switch_is_known_by_both_its_contacts(bool? grid, bool? island, TransferPosition expected)
    {
        var site = new InMemoryGpioChip("site", "stop-loop", "permit", "on-grid", "on-island");
        using var panel = site.Attach();
        foreach (var (line, level) in new[] { ("on-grid", grid), ("on-island", island) })
        {
            panel.OpenOutput(line).TryWrite(level ?? true);
            if (level is null) site.SetFault(line, LineFault.Unreadable);
        }
        var seen = Read(site, new("stop-loop", "permit") { OnGrid = "on-grid", OnIsland = "on-island" });

        Assert.Equal(expected, seen.Transfer);
    }

    [Fact]
    public void Loads_are_shed_from_the_first_and_come_back_when_nobody_says_so_any_more()
    {
        var site = new InMemoryGpioChip("site", "stop-loop", "permit", "shed-1", "shed-2");
        using var panel = site.Attach();
        var (first, second) = (panel.OpenInput("shed-1"), panel.OpenInput("shed-2"));
        var host = new GpioSiteLines(
            site.Attach(), new("stop-loop", "permit") { Shed = ["shed-1", "shed-2"] }, 50.Milliseconds);

        host.Shed.Publish(new(1, 5.Seconds));
        host.Write(5.Seconds);
        var shed = (Active(first), Active(second));
        host.Write(6.Seconds + 10.Milliseconds);

        Assert.Equal((true, false), shed);
        Assert.Equal((false, false), (Active(first), Active(second)));

        static bool Active(IGpioInput line) => line.TryRead(out var isActive) && isActive;
    }

    [Fact]
    public void A_relay_that_cannot_be_read_may_limit_as_one_that_is_pulled()
    {
        var site = new InMemoryGpioChip("site", "stop-loop", "permit", "r1", "r2", "r3", "contactor");
        using var panel = site.Attach();
        panel.OpenOutput("r2").TryWrite(true);
        panel.OpenOutput("contactor").TryWrite(true);
        site.SetFault("r3", LineFault.Unreadable);

        var seen = Read(
            site, new("stop-loop", "permit") { ContactorFeedback = "contactor", Relays = ["r1", "r2", "r3"] });

        Assert.Equal(
            new GridRelays(LineLevel.Inactive, LineLevel.Active, LineLevel.Unknown, LineLevel.NotWired), seen.Relays);
        Assert.Equal([false, true, true, false], Enumerable.Range(0, 4).Select(seen.Relays.MayLimit));
        Assert.True(seen.Relays.MayLimitAny);
        Assert.Equal(LineLevel.Active, seen.ContactorFeedback);
    }

    [Fact]
    public void A_transfer_switch_with_one_contact_is_refused()
    {
        Assert.Throws<ArgumentException>(
            () => new GpioSiteLines(chip.Attach(), new("stop-loop", "permit") { OnGrid = "permit" }, 50.Milliseconds));
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

    private static LinesReading Read(InMemoryGpioChip site, SiteLineNames names)
    {
        var read = new GpioSiteLines(site.Attach(), names, 50.Milliseconds);
        read.Read(1.Seconds);
        var newest = default(Reading<LinesReading>);
        read.Readings.TryRead(ref newest);
        return newest.Within(1.Seconds, 1.Seconds)!.Value;
    }

    private LinesReading? Newest()
    {
        var reading = default(Reading<LinesReading>);
        return lines.Readings.TryRead(ref reading) ? reading.Within(TimeSpan.MaxValue, reading.TakenAt) : null;
    }
}
