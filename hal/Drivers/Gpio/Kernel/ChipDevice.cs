using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio.Kernel;

/// <summary>
/// A kernel GPIO chip, opened for as long as it takes to claim a line: a chip that is unplugged and comes back is a
/// different file.
/// </summary>
internal sealed unsafe class ChipDevice : IDisposable
{
    private const int ReadWrite = 2;
    private const string Folder = "/dev", Prefix = "gpiochip";

    private readonly SafeDescriptor descriptor;
    private readonly string chip;
    private readonly uint count;

    private ChipDevice(SafeDescriptor descriptor, string chip, uint count) =>
        (this.descriptor, this.chip, this.count) = (descriptor, chip, count);

    /// <summary>Opens a chip by its path, its name (<c>gpiochip0</c>) or its label (<c>pinctrl-rp1</c>).</summary>
    /// <exception cref="GpioException">There is none, or several of that label, or it may not be opened.</exception>
    public static ChipDevice Open(string chip, string line)
    {
        if (chip.StartsWith('/')) return OpenPath(chip, chip, line);
        if (File.Exists(Path.Combine(Folder, chip)) && chip.StartsWith(Prefix, StringComparison.Ordinal))
            return OpenPath(Path.Combine(Folder, chip), chip, line);
        ChipDevice? found = null;
        GpioException? unopened = null;
        foreach (var path in Directory.GetFiles(Folder, Prefix + "*").Order(StringComparer.Ordinal))
        {
            try
            {
                var each = OpenPath(path, chip, line, out var label);
                if (label != chip)
                {
                    each.Dispose();
                    continue;
                }
                if (found is not null)
                {
                    each.Dispose();
                    found.Dispose();
                    throw GpioErrors.Unreachable(chip, line, "two chips have this label; name one by its path");
                }
                found = each;
            }
            catch (GpioException passedOver) when (found is null)
            {
                // It may be the one: say so if no other is.
                unopened = passedOver;
            }
        }
        return found ?? throw unopened ?? GpioErrors.Unreachable(
            chip, line, "there is no chip of this name or label; 'gpiodetect' lists those that are there");
    }

    /// <summary>Where a line is on this chip.</summary>
    /// <exception cref="GpioException">It is not there, or the name is there twice.</exception>
    public uint Find(ChipLine line)
    {
        if (line.Offset >= 0)
        {
            return line.Offset < count ? (uint)line.Offset
                : throw GpioErrors.NoSuchOffset(chip, line.Name, line.Offset, count);
        }
        var info = stackalloc byte[LineWire.InfoBytes];
        var found = -1L;
        for (var offset = 0u; offset < count; offset++)
        {
            if (!TryInfo(offset, info)) throw Refused(line.Name);
            if (LineWire.Name(new(info, LineWire.InfoBytes)) != line.ChipName) continue;
            if (found >= 0) throw GpioErrors.TwoLines(chip, line.Name, line.ChipName);
            found = offset;
        }
        return found >= 0 ? (uint)found : throw GpioErrors.NoSuchLine(chip, line.Name, line.ChipName);
    }

    /// <summary>Claims a line; <paramref name="hasEdges"/> says whether its changes are told.</summary>
    /// <exception cref="GpioException">It is busy, or cannot be what is asked.</exception>
    public SafeDescriptor Claim(ChipLine line, bool isOutput, string consumer, out bool hasEdges)
    {
        var offset = Find(line);
        Span<byte> request = stackalloc byte[LineWire.RequestBytes];
        hasEdges = !isOutput;
        if (isOutput) LineWire.WriteOutput(line, offset, consumer, request);
        else LineWire.WriteInput(line, offset, consumer, withEdges: true, request);
        var error = Ask(request);
        if (error == Libc.Enxio && !isOutput)
        {
            // A chip without interrupts (some I2C expanders): its inputs can be read, and nobody tells of changes.
            hasEdges = false;
            LineWire.WriteInput(line, offset, consumer, withEdges: false, request);
            error = Ask(request);
        }
        if (error == 0) return new SafeDescriptor(LineWire.Descriptor(request));
        throw error == Libc.Ebusy ? GpioErrors.Busy(chip, line.Name, UserOf(offset)) : Refused(line.Name, error);
    }

    public void Dispose() => descriptor.Dispose();

    private static ChipDevice OpenPath(string path, string chip, string line) => OpenPath(path, chip, line, out _);

    private static ChipDevice OpenPath(string path, string chip, string line, out string label)
    {
        var opened = Libc.Open(path, ReadWrite | Libc.SockCloexec);
        if (opened < 0)
        {
            throw GpioErrors.Unreachable(chip, line, Libc.LastError switch
            {
                Libc.Enoent => $"{path} does not exist; 'gpiodetect' lists the chips that are there",
                Libc.Eacces or Libc.Eperm => $"{path} may not be opened by this user (group gpio?)",
                var error => $"{path}: error {error}",
            });
        }
        var descriptor = new SafeDescriptor(opened);
        var info = stackalloc byte[LineWire.ChipBytes];
        if (Libc.Control(descriptor, LineWire.GetChip, info) != 0)
        {
            descriptor.Dispose();
            throw GpioErrors.Unreachable(chip, line, $"{path} is no GPIO chip");
        }
        var bytes = new ReadOnlySpan<byte>(info, LineWire.ChipBytes);
        label = LineWire.SecondName(bytes);
        return new(descriptor, chip, LineWire.LineCount(bytes));
    }

    private int Ask(Span<byte> request)
    {
        fixed (byte* first = request)
        {
            return Libc.Control(descriptor, LineWire.GetLine, first) == 0 ? 0 : Libc.LastError;
        }
    }

    private bool TryInfo(uint offset, byte* info)
    {
        LineWire.WriteInfoOffset(offset, new(info, LineWire.InfoBytes));
        return Libc.Control(descriptor, LineWire.GetLineInfo, info) == 0;
    }

    private string? UserOf(uint offset)
    {
        var info = stackalloc byte[LineWire.InfoBytes];
        if (!TryInfo(offset, info)) return null;
        var bytes = new ReadOnlySpan<byte>(info, LineWire.InfoBytes);
        return LineWire.IsUsed(bytes) && LineWire.SecondName(bytes) is { Length: > 0 } user ? user : null;
    }

    private GpioException Refused(string line, int? error = null) => GpioErrors.Unreachable(
        chip, line, $"the kernel refused it (error {error ?? Libc.LastError}): bias or direction that it cannot have?");
}
