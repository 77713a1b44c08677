using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Ports;

/// <summary>
/// What every <see cref="IGpio"/> promises, seen from two processes on a chip "bench" with the lines of <see
/// cref="Lines"/>.
/// </summary>
public abstract class GpioContract : IDisposable
{
    private protected static readonly string[] Lines = ["estop", "k", "j", "lock"];

    private protected abstract IGpio Host { get; }

    private protected abstract IGpio Plant { get; }

    /// <summary>This product's own implementations allocate nothing.</summary>
    private protected virtual bool MayAllocate => false;

    public abstract void Dispose();

    /// <summary>The process behind <see cref="Host"/> dies, or its link does.</summary>
    private protected abstract void LoseHost();

    /// <summary>The process behind <see cref="Host"/> ends.</summary>
    private protected virtual void EndHost() => LoseHost();

    /// <summary>The same process and port are back.</summary>
    private protected abstract void ReviveHost();

    /// <summary>A process that is not <see cref="Host"/> claims a line as its output.</summary>
    private protected virtual IGpioOutput Occupy(string line) => Plant.OpenOutput(line);

    [Fact]
    public void What_one_process_drives_the_other_reads()
    {
        var driven = Plant.OpenOutput("estop");
        var read = Host.OpenInput("estop");

        foreach (var level in new[] { true, false, true, true, false })
        {
            Assert.True(driven.TryWrite(level));

            Shows(Host, read, level);
        }
    }

    [Fact]
    public void A_line_that_nobody_drives_reads_inactive()
    {
        Shows(Host, Host.OpenInput("j"), level: false);
    }

    [Fact]
    public void A_claimed_output_starts_inactive_and_reads_back_what_was_written()
    {
        var output = Host.OpenOutput("k");

        Assert.True(output.TryReadBack(out var isActive));
        Assert.False(isActive);
        Assert.True(output.TryWrite(true));
        Assert.True(output.TryReadBack(out isActive));
        Assert.True(isActive);
        Assert.True(output.TryWrite(false));
        Assert.True(output.TryReadBack(out isActive));
        Assert.False(isActive);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_unknown_line_is_an_error_that_names_chip_and_line(bool asInput)
    {
        var error = Assert.Throws<GpioException>(
            () => asInput ? (object)Host.OpenInput("nope") : Host.OpenOutput("nope"));

        Assert.Contains("'bench'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'nope'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_another_process_drives_cannot_be_claimed_and_the_error_names_chip_and_line()
    {
        Occupy("lock");

        var error = Assert.Throws<GpioException>(() => Host.OpenOutput("lock"));

        Assert.Contains("'bench'", error.Message, StringComparison.Ordinal);
        Assert.Contains("'lock'", error.Message, StringComparison.Ordinal);
        Assert.Contains("busy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_is_driven_once_also_within_one_process()
    {
        Host.OpenOutput("k");

        Assert.Throws<GpioException>(() => Host.OpenOutput("k"));
    }

    [Fact]
    public void Many_may_read_a_line()
    {
        var driven = Plant.OpenOutput("estop");
        var (one, two, own) = (Host.OpenInput("estop"), Host.OpenInput("estop"), Plant.OpenInput("estop"));

        driven.TryWrite(true);

        Shows(Host, one, level: true);
        Shows(Host, two, level: true);
        Shows(Plant, own, level: true);
    }

    [Fact]
    public void A_lost_process_reads_nothing_and_leaves_its_outputs_inactive()
    {
        var estop = Host.OpenInput("estop");
        var k = Host.OpenOutput("k");
        var seen = Plant.OpenInput("k");
        k.TryWrite(true);
        Shows(Plant, seen, level: true);

        LoseHost();

        Shows(Plant, seen, level: false);
        Eventually.Holds(() => Refreshed(Host) && !estop.TryRead(out _), "the input is unknown");
        Assert.False(k.TryReadBack(out _));
        Assert.False(k.TryWrite(true));
        Assert.Equal(-1, Host.Descriptor);
    }

    [Fact]
    public void A_process_that_is_back_has_its_lines_again_and_outputs_stay_inactive_until_written()
    {
        var estop = Host.OpenInput("estop");
        var k = Host.OpenOutput("k");
        var seen = Plant.OpenInput("k");
        var driven = Plant.OpenOutput("j");
        k.TryWrite(true);
        LoseHost();
        Shows(Plant, seen, level: false);

        ReviveHost();

        Eventually.Holds(
            () => Refreshed(Host) && estop.TryRead(out _) && k.TryReadBack(out _), "the lines are known again");
        Assert.True(k.TryReadBack(out var isActive));
        Assert.False(isActive);
        Shows(Plant, seen, level: false);
        Assert.True(k.TryWrite(true));
        Shows(Plant, seen, level: true);
        Assert.True(driven.TryWrite(true));
        Shows(Host, Host.OpenInput("j"), level: true);
    }

    [Fact]
    public void What_a_dead_process_drove_can_be_claimed_by_another()
    {
        Host.OpenOutput("k").TryWrite(true);
        EndHost();
        var seen = Plant.OpenInput("k");
        Shows(Plant, seen, level: false);

        var taken = Occupy("k");

        Assert.True(taken.TryWrite(true));
        Shows(Plant, seen, level: true);
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        if (MayAllocate) return;
        var (k, estop) = (Host.OpenOutput("k"), Host.OpenInput("estop"));
        var driven = Plant.OpenOutput("estop");
        var known = 0;

        var bytes = Allocated.By(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                driven.TryWrite((i & 1) == 0);
                k.TryWrite((i & 1) == 0);
                Host.Refresh();
                Plant.Refresh();
                if (estop.TryRead(out _) && k.TryReadBack(out _)) known++;
            }
        });

        Assert.Equal(0, bytes);
        Assert.Equal(400, known);
    }

    private protected static void Shows(IGpio gpio, IGpioInput input, bool level) =>
        Eventually.Holds(
            () => Refreshed(gpio) && input.TryRead(out var isActive) && isActive == level, $"the line shows {level}");

    private protected static bool Refreshed(IGpio gpio)
    {
        gpio.Refresh();
        return true;
    }
}
