using ChargeScape.Edge.Hal;
using Microsoft.Win32.SafeHandles;

namespace ChargeScape.Edge.Sim.Serve;

/// <summary>
/// The home's end of the lines of a gpio-sim chip (Linux): what the controller drives is read from a line's
/// <c>value</c>, what it reads is driven through the line's <c>pull</c>. So the controller holds its lines as on a
/// board, and the home moves them from the other side. Nothing tells of changes here: whoever reads has to look.
/// Source: the kernel's admin-guide/gpio/gpio-sim. One thread at a time.
/// </summary>
public sealed class GpioSimLines : IGpio
{
    private const string Chips = "/sys/kernel/config/gpio-sim";
    private const string Devices = "/sys/devices/platform";
    private readonly string chip;
    private readonly Dictionary<string, string> folders;
    private readonly List<IDisposable> opened = [];

    /// <summary>Finds the chip and its named lines.</summary>
    /// <param name="chip">Its label, its name (<c>gpiochip0</c>) or its path.</param>
    /// <exception cref="GpioException">There is no gpio-sim chip of this label, name or path.</exception>
    public GpioSimLines(string chip)
    {
        this.chip = chip;
        folders = Find(chip) ?? throw new GpioException($"gpio chip '{chip}' is no gpio-sim chip of this machine");
    }

    /// <summary>None: look again.</summary>
    public int Descriptor => -1;

    /// <summary>Names of the lines.</summary>
    public IReadOnlyCollection<string> Names => folders.Keys;

    /// <inheritdoc/>
    public IGpioInput OpenInput(string line) => Keep(new Value(Open(line, "value", FileAccess.Read)));

    /// <inheritdoc/>
    public IGpioOutput OpenOutput(string line)
    {
        var pull = Keep(new Pull(Open(line, "pull", FileAccess.Write), Open(line, "value", FileAccess.Read)));
        pull.TryWrite(false);
        return pull;
    }

    /// <summary>Does nothing: an input reads the line.</summary>
    public void Refresh()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in opened) file.Dispose();
    }

    private static Dictionary<string, string>? Find(string chip)
    {
        if (!Directory.Exists(Chips)) return null;
        foreach (var bank in Directory.GetDirectories(Chips).SelectMany(Directory.GetDirectories))
        {
            var name = Word(bank, "chip_name");
            if (chip != name && chip != $"/dev/{name}" && chip != Word(bank, "label")) continue;
            var device = Path.Combine(Devices, Word(Path.GetDirectoryName(bank)!, "dev_name"), name);
            return Directory.GetDirectories(bank, "line*").ToDictionary(
                line => Word(line, "name"), line => Path.Combine(device, $"sim_gpio{Path.GetFileName(line)[4..]}"));
        }
        return null;
    }

    private static string Word(string folder, string file) => File.ReadAllText(Path.Combine(folder, file)).Trim();

    private T Keep<T>(T line)
        where T : IDisposable
    {
        opened.Add(line);
        return line;
    }

    private SafeFileHandle Open(string line, string file, FileAccess access)
    {
        if (!folders.TryGetValue(line, out var folder))
            throw new GpioException($"gpio chip '{chip}' has no line '{line}'");
        return File.OpenHandle(Path.Combine(folder, file), FileMode.Open, access, FileShare.ReadWrite);
    }

    private static bool TryRead(SafeFileHandle value, out bool isActive)
    {
        Span<byte> text = stackalloc byte[4];
        isActive = false;
        try
        {
            var count = RandomAccess.Read(value, text, 0);
            isActive = count > 0 && text[0] == '1';
            return count > 0;
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private sealed class Value(SafeFileHandle value) : IGpioInput, IDisposable
    {
        public bool TryRead(out bool isActive) => GpioSimLines.TryRead(value, out isActive);

        public void Dispose() => value.Dispose();
    }

    private sealed class Pull(SafeFileHandle pull, SafeFileHandle value) : IGpioOutput, IDisposable
    {
        public bool TryWrite(bool isActive)
        {
            try
            {
                RandomAccess.Write(pull, isActive ? "pull-up"u8 : "pull-down"u8, 0);
                return true;
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                return false;
            }
        }

        public bool TryReadBack(out bool isActive) => GpioSimLines.TryRead(value, out isActive);

        public void Dispose()
        {
            pull.Dispose();
            value.Dispose();
        }
    }
}
