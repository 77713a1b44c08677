using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Packages.Gpio;

/// <summary>
/// Digital lines over System.Device.Gpio (libgpiod, Debian package libgpiod2). The library knows lines by offset and
/// no debounce: a site file that asks for a line by name or for debounce is refused. A level is asked of the kernel
/// when it is read. Edges are not used: when a chip goes away the library's own thread ends the process, so there is no
/// descriptor and a device that uses the lines looks at them at its own period.
/// </summary>
public sealed class DeviceGpio : IGpio
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private readonly string chip;
    private readonly IReadOnlyList<ChipLine> lines;
    private readonly List<Claim> claims = [];
    private readonly Backoff backoff = new(FirstDelay, LongestDelay, new Random());
    private GpioController? controller;
    private bool isDisposed;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="chip">Path, name (<c>gpiochip0</c>) or label (<c>pinctrl-rp1</c>) of the chip.</param>
    /// <param name="lines">The lines that can be opened.</param>
    /// <exception cref="ArgumentException">A line asks for what the library cannot do.</exception>
    public DeviceGpio(string chip, IReadOnlyList<ChipLine> lines)
    {
        foreach (var line in lines)
            if (line.Offset < 0 || line.Debounce > TimeSpan.Zero)
                throw new ArgumentException(
                    $"gpio chip '{chip}': line '{line.Name}' needs an offset and no debounce with System.Device.Gpio",
                    nameof(lines));
        this.chip = chip;
        this.lines = lines;
    }

    /// <inheritdoc/>
    public int Descriptor => -1;

    /// <inheritdoc/>
    public IGpioInput OpenInput(string line)
    {
        var known = claims.Find(claim => claim.Line.Name == line);
        if (known is not null) return new Input(this, known);
        return new Input(this, Open(new Claim(Find(line), isOutput: false)));
    }

    /// <inheritdoc/>
    public IGpioOutput OpenOutput(string line)
    {
        var found = Find(line);
        var known = claims.Find(claim => claim.Line.Name == line);
        if (known is { IsOutput: true }) throw GpioErrors.Busy(chip, line);
        if (known is not null)
        {
            controller?.ClosePin(found.Offset);
            claims.Remove(known);
        }
        return new Output(this, Open(new Claim(found, isOutput: true)));
    }

    /// <inheritdoc/>
    public void Refresh()
    {
        if (isDisposed || controller is not null || claims.Count == 0 || !backoff.IsDue(MonotonicClock.Now)) return;
        try
        {
            foreach (var claim in claims) Take(claim);
            backoff.Reset();
        }
        catch (GpioException)
        {
            Lose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        Lose();
    }

    private ChipLine Find(string line)
    {
        foreach (var one in lines)
            if (one.Name == line) return one;
        throw GpioErrors.NoSuchLine(chip, line);
    }

    private Claim Open(Claim claim)
    {
        Take(claim);
        claims.Add(claim);
        return claim;
    }

    private void Take(Claim claim)
    {
        var (line, inactive) = (claim.Line, Level(claim.Line, isActive: false));
        try
        {
            controller ??= new GpioController(new LibGpiodDriver(FindChip()));
            if (claim.IsOutput)
            {
                controller.OpenPin(line.Offset, PinMode.Output, inactive);
                return;
            }
            controller.OpenPin(line.Offset, line.Bias switch
            {
                LineBias.PullUp => PinMode.InputPullUp,
                LineBias.PullDown => PinMode.InputPullDown,
                _ => PinMode.Input,
            });
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            if (trouble.Message.Contains("busy", StringComparison.OrdinalIgnoreCase)
                || trouble.Message.Contains("error code: 16", StringComparison.OrdinalIgnoreCase))
                throw GpioErrors.Busy(chip, line.Name);
            throw GpioErrors.Unreachable(chip, line.Name, trouble.Message);
        }
    }

    // Each time anew: a chip that was away can have another number when it is back.
    private GpioChipInfo FindChip()
    {
        foreach (var info in LibGpiodDriver.GetAvailableChips())
            if (chip == info.Name || chip == info.Label || chip == $"/dev/{info.Name}") return info;
        throw new IOException("there is no such chip");
    }

    private bool TryRead(Claim claim, out bool isActive)
    {
        isActive = false;
        if (controller is null) return false;
        try
        {
            isActive = controller.Read(claim.Line.Offset) != Level(claim.Line, isActive: false);
            return true;
        }
        catch (Exception lost) when (lost is not OutOfMemoryException)
        {
            Lose();
            return false;
        }
    }

    private bool TryWrite(Claim claim, bool isActive)
    {
        if (controller is null) return false;
        try
        {
            controller.Write(claim.Line.Offset, Level(claim.Line, isActive));
            return true;
        }
        catch (Exception lost) when (lost is not OutOfMemoryException)
        {
            Lose();
            return false;
        }
    }

    private void Lose()
    {
        backoff.Failed(MonotonicClock.Now);
        try
        {
            controller?.Dispose();
        }
        catch (Exception gone) when (gone is not OutOfMemoryException)
        {
            // The chip took its lines along.
        }
        controller = null;
    }

    private static PinValue Level(ChipLine line, bool isActive) =>
        isActive != line.IsActiveLow ? PinValue.High : PinValue.Low;

    private sealed class Claim(ChipLine line, bool isOutput)
    {
        public ChipLine Line { get; } = line;
        public bool IsOutput { get; } = isOutput;
    }

    private sealed class Input(DeviceGpio gpio, Claim claim) : IGpioInput
    {
        public bool TryRead(out bool isActive) => gpio.TryRead(claim, out isActive);
    }

    private sealed class Output(DeviceGpio gpio, Claim claim) : IGpioOutput
    {
        public bool TryWrite(bool isActive) => gpio.TryWrite(claim, isActive);
        public bool TryReadBack(out bool isActive) => gpio.TryRead(claim, out isActive);
    }
}
