using ChargeScape.Edge.Hal.Gpio.Kernel;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>
/// Digital lines of a kernel GPIO chip (character device v2). Each line is a claim of its own, so that two devices can
/// use one chip, but not one line. A level is asked of the kernel when it is read; an edge makes the descriptor
/// readable. A chip that goes away is claimed again by <see cref="Refresh"/> when it is back; its outputs then stay
/// inactive until written. Reading and writing allocate nothing.
/// </summary>
public sealed class ChipGpio : IGpio
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);

    private readonly string chip;
    private readonly string consumer;
    private readonly IReadOnlyList<ChipLine> lines;
    private readonly List<ClaimedLine> claimed = [];
    private readonly Backoff backoff;
    private readonly EpollSet edges = new();
    private bool isDisposed;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="chip">Path, name (<c>gpiochip0</c>) or label (<c>pinctrl-rp1</c>) of the chip.</param>
    /// <param name="lines">The lines that can be opened.</param>
    /// <param name="consumer">Shown by <c>gpioinfo</c> as the line's user; 31 bytes of it.</param>
    /// <param name="jitter">Chance for the back-off; null for a source of its own.</param>
    public ChipGpio(
        string chip, IReadOnlyList<ChipLine> lines, string consumer = "chargescape-edge", Random? jitter = null)
    {
        this.chip = chip;
        this.lines = lines;
        this.consumer = consumer;
        backoff = new Backoff(FirstDelay, LongestDelay, jitter ?? new Random());
    }

    /// <summary>Readable when an input has changed; −1 while no input is held.</summary>
    public int Descriptor
    {
        get
        {
            foreach (var line in claimed)
                if (line is { IsHeld: true, HasEdges: true }) return edges.Descriptor;
            return -1;
        }
    }

    /// <summary>Times that a held line was lost.</summary>
    public long Losses { get; private set; }

    /// <inheritdoc/>
    public IGpioInput OpenInput(string line)
    {
        if (Held(line) is { } known) return new Input(this, known);
        var made = new ClaimedLine(Find(line), isOutput: false);
        Claim(made);
        claimed.Add(made);
        return new Input(this, made);
    }

    /// <inheritdoc/>
    public IGpioOutput OpenOutput(string line)
    {
        var known = Held(line);
        if (known is { IsOutput: true }) throw GpioErrors.Busy(chip, line, consumer);
        var made = known ?? new ClaimedLine(Find(line), isOutput: true);
        // The kernel knows one holder per line: an input of ours gives way, and its readers see the output's level.
        made.Release();
        made.IsOutput = true;
        try
        {
            Claim(made);
        }
        catch (GpioException) when (known is not null)
        {
            known.IsOutput = false;
            Claim(known);
            throw;
        }
        if (known is null) claimed.Add(made);
        return new Output(this, made);
    }

    /// <inheritdoc/>
    public void Refresh()
    {
        if (isDisposed) return;
        var isLost = false;
        foreach (var line in claimed)
        {
            if (line.IsHeld && !line.Drain()) Lose(line);
            isLost |= !line.IsHeld;
        }
        if (isLost) ClaimAgain();
    }

    /// <summary>Lets go of all lines. What the pins do then is up to the chip: README.md.</summary>
    public void Dispose()
    {
        isDisposed = true;
        foreach (var line in claimed) line.Release();
        edges.Dispose();
    }

    private ChipLine Find(string name)
    {
        foreach (var line in lines)
            if (line.Name == name) return line;
        throw GpioErrors.NoSuchLine(chip, name);
    }

    private ClaimedLine? Held(string name)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        foreach (var line in claimed)
            if (line.Setting.Name == name) return line;
        return null;
    }

    private void Claim(ClaimedLine line)
    {
        using var device = ChipDevice.Open(chip, line.Setting.Name);
        line.Hold(device.Claim(line.Setting, line.IsOutput, consumer, out var hasEdges), hasEdges);
        if (hasEdges) edges.Add(line.Handle!);
    }

    // Seldom: exceptions and strings are affordable here, and a chip that stays away is asked ever more seldom.
    private void ClaimAgain()
    {
        var now = MonotonicClock.Now;
        if (!backoff.IsDue(now)) return;
        backoff.Failed(now);
        try
        {
            foreach (var line in claimed)
                if (!line.IsHeld) Claim(line);
            backoff.Reset();
        }
        catch (GpioException)
        {
            // Not yet: the lines stay unknown, and every rule treats that as the unsafe level.
        }
    }

    private void Lose(ClaimedLine line)
    {
        Losses++;
        line.Release();
    }

    private bool TryRead(ClaimedLine line, out bool isActive)
    {
        isActive = false;
        if (!line.IsHeld) return false;
        if (line.TryRead(out isActive)) return true;
        Lose(line);
        return false;
    }

    private bool TryWrite(ClaimedLine line, bool isActive)
    {
        if (!line.IsHeld) return false;
        if (line.TryWrite(isActive)) return true;
        Lose(line);
        return false;
    }

    private sealed class Input(ChipGpio owner, ClaimedLine line) : IGpioInput
    {
        public bool TryRead(out bool isActive) => owner.TryRead(line, out isActive);
    }

    private sealed class Output(ChipGpio owner, ClaimedLine line) : IGpioOutput
    {
        public bool TryWrite(bool isActive) => owner.TryWrite(line, isActive);

        public bool TryReadBack(out bool isActive) => owner.TryRead(line, out isActive);
    }
}
