using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>
/// One process's view of an <see cref="InMemoryGpioChip"/>. Levels are those of the moment; nothing is buffered.
/// </summary>
public sealed class InMemoryGpio : IGpio, ILineObserver
{
    private readonly InMemoryGpioChip chip;
    private readonly Waker? signalOnChange;
    private readonly List<Output> outputs = [];
    private bool isConnected = true;

    internal InMemoryGpio(InMemoryGpioChip chip, Waker? signalOnChange)
    {
        this.chip = chip;
        this.signalOnChange = signalOnChange;
        if (signalOnChange is not null) chip.Watch(this);
    }

    /// <summary>
    /// None: a thread that waits for changes gives its waker to <see cref="InMemoryGpioChip.Attach"/>.
    /// </summary>
    public int Descriptor => -1;

    /// <summary>
    /// Fault: set to false, this process loses its lines as if it had died: nothing can be read, and what it drove is
    /// free and inactive. Set to true, it claims its outputs again, inactive until written.
    /// </summary>
    public bool IsConnected
    {
        get => isConnected;
        set
        {
            isConnected = value;
            foreach (var output in outputs) output.IsClaimed = false;
            if (value) Refresh(); else chip.Release(this);
        }
    }

    /// <inheritdoc/>
    public IGpioInput OpenInput(string line) => new Input(this, chip.Require(line));

    /// <inheritdoc/>
    public IGpioOutput OpenOutput(string line)
    {
        var index = chip.Require(line);
        if (!chip.TryClaim(index, this)) throw GpioErrors.Busy(chip.Name, line);
        var output = new Output(this, index) { IsClaimed = true };
        outputs.Add(output);
        return output;
    }

    /// <inheritdoc/>
    public void Refresh()
    {
        if (!isConnected) return;
        foreach (var output in outputs)
        {
            if (!output.IsClaimed) output.IsClaimed = chip.TryClaim(output.Index, this);
        }
    }

    /// <summary>Lets go of all lines: what it drove is free and inactive.</summary>
    public void Dispose()
    {
        if (signalOnChange is not null) chip.Unwatch(this);
        IsConnected = false;
    }

    void ILineObserver.LineChanged(int index, bool? level) => signalOnChange!.Signal();

    private bool TryRead(int index, out bool isActive)
    {
        var level = isConnected ? chip.LevelOf(index) : null;
        isActive = level ?? false;
        return level is not null;
    }

    private sealed class Input(InMemoryGpio owner, int index) : IGpioInput
    {
        public bool TryRead(out bool isActive) => owner.TryRead(index, out isActive);
    }

    private sealed class Output(InMemoryGpio owner, int index) : IGpioOutput
    {
        public int Index => index;

        public bool IsClaimed { get; set; }

        public bool TryWrite(bool isActive) => IsClaimed && owner.chip.TryDrive(index, owner, isActive);

        public bool TryReadBack(out bool isActive)
        {
            isActive = false;
            return IsClaimed && owner.TryRead(index, out isActive);
        }
    }
}
