using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Tests.Ports;
using Eventually = ChargeScape.Edge.Tests.Ports.Eventually;

namespace ChargeScape.Edge.Tests.Kernel.Gpio;

/// <summary>
/// The contract over the kernel's character device on a chip of gpio-sim. To lose the host here is to unplug the chip.
/// </summary>
public sealed class ChipGpioTests : GpioContract
{
    private readonly SimulatedChip chip = new("bench", Lines);
    private readonly ChipGpio host = new("bench", ByOffset());
    private readonly ChipGpio other = new("bench", ByName());

    private protected override IGpio Host => host;

    private protected override IGpio Plant => chip;

    public override void Dispose()
    {
        host.Dispose();
        other.Dispose();
        chip.Dispose();
    }

    private protected override void LoseHost() => chip.IsLive = false;

    private protected override void ReviveHost() => chip.IsLive = true;

    private protected override void EndHost() => host.Dispose();

    private protected override IGpioOutput Occupy(string line) => other.OpenOutput(line);

    [Fact]
    public void A_busy_line_is_told_with_the_program_that_holds_it()
    {
        Occupy("lock");

        var error = Assert.Throws<GpioException>(() => host.OpenInput("lock"));

        Assert.Equal("gpio chip 'bench': line 'lock' is busy, 'chargescape-edge' holds it", error.Message);
    }

    [Fact]
    public void gpioinfo_shows_whose_the_lines_are_and_how_they_are_set()
    {
        using var mine = new ChipGpio(
            chip.Device,
            [new("estop") { Offset = 0, IsActiveLow = true, Bias = LineBias.PullUp }, new("k") { Offset = 1 }],
            consumer: "station-7");
        mine.OpenInput("estop");
        mine.OpenOutput("k");

        var info = Shell.Do($"gpioinfo {Path.GetFileName(chip.Device)}").Split('\n');

        Assert.Matches("\"chip-estop\" +\"station-7\" +input +active-low .*pull-up", info[1]);
        Assert.Matches("\"chip-k\" +\"station-7\" +output +active-high", info[2]);
    }

    [Fact]
    public void A_line_that_we_hold_cannot_be_driven_by_gpioset()
    {
        host.OpenOutput("k");

        var (code, _, error) = Shell.Try("/usr/bin/gpioset", Path.GetFileName(chip.Device), "1=1");

        Assert.NotEqual(0, code);
        Assert.Contains("busy", error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void An_active_low_line_is_turned_round_both_ways()
    {
        using var inverted = new ChipGpio(
            "bench", [new("estop") { Offset = 0, IsActiveLow = true }, new("k") { Offset = 1, IsActiveLow = true }]);
        var (estop, k, seen) = (inverted.OpenInput("estop"), inverted.OpenOutput("k"), chip.OpenInput("k"));

        Assert.True(estop.TryRead(out var isActive) && isActive);
        chip.OpenOutput("estop").TryWrite(true);
        Assert.True(estop.TryRead(out isActive) && !isActive);

        // Inactive from the start is high here.
        Assert.True(seen.TryRead(out var isHigh) && isHigh);
        Assert.True(k.TryWrite(true) && k.TryReadBack(out isActive) && isActive);
        Assert.True(seen.TryRead(out isHigh) && !isHigh);
    }

    [Fact]
    public void The_bias_holds_an_open_line()
    {
        using var biased = new ChipGpio(
            "bench",
            [
                new("estop") { Offset = 0, Bias = LineBias.PullUp }, new("k") { Offset = 1, Bias = LineBias.PullDown },
            ]);

        Assert.True(biased.OpenInput("estop").TryRead(out var isActive) && isActive);
        Assert.True(biased.OpenInput("k").TryRead(out isActive) && !isActive);
    }

    [Fact]
    public void An_edge_makes_the_descriptor_readable_and_refresh_makes_it_quiet()
    {
        var estop = host.OpenInput("estop");
        using var set = new PollSet(host);
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));

        chip.OpenOutput("estop").TryWrite(true);

        Assert.Equal(WaitOutcome.Readable, set.Wait(20.Seconds));
        host.Refresh();
        Assert.True(estop.TryRead(out var isActive) && isActive);
        Assert.Equal(WaitOutcome.TimedOut, set.Wait(TimeSpan.Zero));
    }

    [Fact]
    public void A_chattering_line_shows_its_last_level_and_becomes_quiet()
    {
        var estop = host.OpenInput("estop");
        var driven = chip.OpenOutput("estop");
        using var set = new PollSet(host);
        for (var i = 0; i < 1000; i++) driven.TryWrite(i % 2 == 0);

        driven.TryWrite(true);

        Assert.Equal(WaitOutcome.Readable, set.Wait(20.Seconds));
        Eventually.Holds(() => Refreshed(host) && set.Wait(TimeSpan.Zero) == WaitOutcome.TimedOut, "it is quiet");
        Assert.True(estop.TryRead(out var isActive) && isActive);
    }

    [Fact]
    public void A_debounced_line_shows_a_level_only_once_it_has_stood()
    {
        using var slow = new ChipGpio("bench", [new("estop") { Offset = 0, Debounce = 300.Milliseconds }]);
        var estop = slow.OpenInput("estop");
        var driven = chip.OpenOutput("estop");
        var before = MonotonicClock.Now;

        driven.TryWrite(true);

        Assert.True(estop.TryRead(out var isActive) && !isActive);
        Eventually.Holds(() => Refreshed(slow) && estop.TryRead(out isActive) && isActive, "it has stood");
        Assert.True(MonotonicClock.Now - before >= 300.Milliseconds);
    }

    [Fact]
    public void A_chip_is_found_by_path_name_and_label_and_a_line_by_its_name_on_the_chip()
    {
        chip.OpenOutput("j").TryWrite(true);
        foreach (var name in new[] { chip.Device, Path.GetFileName(chip.Device), chip.Label })
        {
            using var gpio = new ChipGpio(name, ByName());

            Assert.True(gpio.OpenInput("j").TryRead(out var isActive) && isActive);
        }
    }

    [Fact]
    public void A_line_that_the_chip_does_not_have_is_an_error_that_names_it()
    {
        using var wrong = new ChipGpio("bench", [new("far") { Offset = 99 }, new("lost") { ChipName = "GPIO99" }]);

        Expect("gpio chip 'bench' has no line 'far': offset 99 of 4 lines", () => wrong.OpenInput("far"));
        Expect("gpio chip 'bench' has no line 'lost': none is named 'GPIO99' there", () => wrong.OpenOutput("lost"));
    }

    [Fact]
    public void A_name_that_two_lines_have_is_refused()
    {
        using var twins = new SimulatedChip("twins", "a", "a");
        using var gpio = new ChipGpio("twins", [new("k") { ChipName = "chip-a" }]);

        Expect("gpio chip 'twins': line 'k' cannot be told, two are named 'chip-a'", () => gpio.OpenInput("k"));
    }

    [Fact]
    public void An_input_that_becomes_an_output_keeps_its_readers()
    {
        var read = host.OpenInput("k");

        var driven = host.OpenOutput("k");

        driven.TryWrite(true);
        Assert.True(read.TryRead(out var isActive) && isActive);
    }

    private static ChipLine[] ByOffset() => [.. Lines.Select((line, i) => new ChipLine(line) { Offset = i })];

    private static ChipLine[] ByName() => [.. Lines.Select(line => new ChipLine(line) { ChipName = $"chip-{line}" })];

    private static void Expect(string words, Func<object> open) =>
        Assert.StartsWith(words, Assert.Throws<GpioException>(open).Message, StringComparison.Ordinal);
}
