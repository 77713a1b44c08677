using ChargeScape.Edge.Hal;
using Microsoft.Win32.SafeHandles;

namespace ChargeScape.Edge.Tests.Kernel.Gpio;

/// <summary>
/// A chip of the kernel's gpio-sim, seen from behind: an input is moved by the file <c>pull</c>, an output is read from
/// the file <c>value</c>. The kernel's configfs makes and removes it.
/// </summary>
internal sealed class SimulatedChip : IGpio
{
    private readonly string folder;
    private readonly string[] names;
    private bool isLive;

    public SimulatedChip(string label, params string[] names)
    {
        Label = label;
        this.names = names;
        folder = $"/sys/kernel/config/gpio-sim/{label}";
        Shell.Do("mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config");
        Directory.CreateDirectory($"{folder}/bank");
        File.WriteAllText($"{folder}/bank/num_lines", $"{names.Length}");
        File.WriteAllText($"{folder}/bank/label", label);
        for (var i = 0; i < names.Length; i++)
        {
            Directory.CreateDirectory($"{folder}/bank/line{i}");
            File.WriteAllText($"{folder}/bank/line{i}/name", $"chip-{names[i]}");
        }
        IsLive = true;
    }

    /// <summary>The label by which drivers find it.</summary>
    public string Label { get; }

    /// <summary>The chip is there; without, it is as if it was unplugged.</summary>
    public bool IsLive
    {
        set
        {
            File.WriteAllText($"{folder}/live", value ? "1" : "0");
            isLive = value;
            if (!value) return;
            var device = File.ReadAllText($"{folder}/dev_name").Trim();
            var chip = File.ReadAllText($"{folder}/bank/chip_name").Trim();
            Device = $"/dev/{chip}";
            Lines = $"/sys/devices/platform/{device}/{chip}";
        }
    }

    /// <summary>Its character device, while it is there.</summary>
    public string Device { get; private set; } = "";

    public int Descriptor => -1;

    private string Lines { get; set; } = "";

    public IGpioInput OpenInput(string line) => new Line(this, IndexOf(line));

    public IGpioOutput OpenOutput(string line) => new Line(this, IndexOf(line));

    public void Refresh()
    {
        // The files are always of now.
    }

    public void Dispose()
    {
        if (isLive) IsLive = false;
        for (var i = 0; i < names.Length; i++) Directory.Delete($"{folder}/bank/line{i}");
        Directory.Delete($"{folder}/bank");
        Directory.Delete(folder);
    }

    private int IndexOf(string line) => Array.IndexOf(names, line);

    private sealed class Line(SimulatedChip chip, int index) : IGpioInput, IGpioOutput
    {
        private SafeFileHandle? pull;
        private string? pullOf;

        // Without allocating, so that what is measured around it is the driver's.
        public bool TryWrite(bool isActive)
        {
            if (!chip.isLive) return false;
            if (pullOf != chip.Lines)
            {
                pull?.Dispose();
                pull = File.OpenHandle($"{chip.Lines}/sim_gpio{index}/pull", FileMode.Open, FileAccess.Write);
                pullOf = chip.Lines;
            }
            RandomAccess.Write(pull!, isActive ? "pull-up"u8 : "pull-down"u8, 0);
            return true;
        }

        public bool TryReadBack(out bool isActive) => TryRead(out isActive);

        // What a chip that is gone drove is inactive.
        public bool TryRead(out bool isActive)
        {
            isActive = chip.isLive && File.ReadAllText($"{chip.Lines}/sim_gpio{index}/value").Trim() == "1";
            return true;
        }
    }
}
