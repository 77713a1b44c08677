using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Sim.Serve;

/// <summary>
/// The home's end of the digital lines of the site file: lines on a Unix socket, or those of a gpio-sim chip where the
/// site says a kernel chip.
/// </summary>
internal sealed class LinesEnd : IDisposable
{
    private readonly string bus;
    private readonly string socket;
    private readonly InMemoryGpioChip? chip;
    private readonly GpioSimLines? kernel;
    private readonly Dictionary<string, IGpioInput> levels = [];
    private readonly List<IGpio> ends = [];
    private GpioSocketServer? server;

    /// <summary>Makes the lines; nobody can reach them before <see cref="Open"/>.</summary>
    /// <exception cref="GpioException">The chip is no gpio-sim chip, or lacks a line.</exception>
    public LinesEnd(BusConfig config, string socket)
    {
        (bus, this.socket) = (config.Name, socket);
        if (config.Link != BusLink.GpioChip)
        {
            chip = new("lines", Lines.All);
            return;
        }
        kernel = new(config.Chip);
        foreach (var line in Lines.All.Intersect(kernel.Names)) levels[line] = kernel.OpenInput(line);
    }

    /// <summary>One device's view.</summary>
    public IGpio Attach()
    {
        IGpio made = kernel is null ? chip!.Attach() : kernel;
        ends.Add(made);
        return made;
    }

    /// <summary>Lets controllers in.</summary>
    /// <exception cref="IOException">The socket cannot be opened.</exception>
    public void Open() => server = chip is null ? null : new GpioSocketServer(chip, socket);

    /// <summary>Where a controller finds them; null where its site file says so already.</summary>
    public ServedWire? Wire => chip is null ? null : new(bus, null, socket);

    /// <summary>Every line and its level; null when it cannot be read.</summary>
    public IEnumerable<(string Name, bool? Level)> Levels() =>
        chip is null
            ? levels.Select(line => (line.Key, LevelOf(line.Value)))
            : Lines.All.Select(line => (line, chip.Level(line)));

    /// <inheritdoc/>
    public void Dispose()
    {
        server?.Dispose();
        foreach (var end in ends) end.Dispose();
        kernel?.Dispose();
    }

    private static bool? LevelOf(IGpioInput line) => line.TryRead(out var isActive) ? isActive : null;
}
