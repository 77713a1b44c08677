namespace ChargeScape.Edge.Tests.Kernel;

/// <summary>
/// A chip of the kernel's gpio-sim with named lines: what a program of ours drives is read from <c>value</c>, what it
/// reads is moved by <c>pull</c>. Gone when disposed.
/// </summary>
internal sealed class SimulatedLines : IDisposable
{
    private const string Chips = "/sys/kernel/config/gpio-sim";
    private readonly string folder;
    private readonly string[] lines;
    private readonly string device;

    /// <summary>Makes the chip.</summary>
    public SimulatedLines(string label, params string[] lines)
    {
        this.lines = lines;
        folder = $"{Chips}/{label}";
        Directory.CreateDirectory($"{folder}/bank0");
        File.WriteAllText($"{folder}/bank0/num_lines", $"{lines.Length}");
        File.WriteAllText($"{folder}/bank0/label", label);
        for (var i = 0; i < lines.Length; i++)
        {
            Directory.CreateDirectory($"{folder}/bank0/line{i}");
            File.WriteAllText($"{folder}/bank0/line{i}/name", lines[i]);
        }
        IsLive = true;
        Chip = Word($"{folder}/bank0/chip_name");
        device = $"/sys/devices/platform/{Word($"{folder}/dev_name")}/{Chip}";
        Label = label;
    }

    /// <summary>For example "gpiochip0".</summary>
    public string Chip { get; }

    /// <summary>Its label.</summary>
    public string Label { get; }

    /// <summary>False takes the chip away, as if its adapter were unplugged; the kernel forgets its pulls.</summary>
    public bool IsLive { set => File.WriteAllText($"{folder}/live", value ? "1" : "0"); }

    /// <summary>The level of a line as the wire has it.</summary>
    public bool this[string line] => Word($"{Line(line)}/value") == "1";

    /// <summary>Drives a line from outside.</summary>
    public void Pull(string line, bool up) => File.WriteAllText($"{Line(line)}/pull", up ? "pull-up" : "pull-down");

    /// <inheritdoc/>
    public void Dispose()
    {
        IsLive = false;
        for (var i = 0; i < lines.Length; i++) Directory.Delete($"{folder}/bank0/line{i}");
        Directory.Delete($"{folder}/bank0");
        Directory.Delete(folder);
    }

    private string Line(string name) => $"{device}/sim_gpio{Array.IndexOf(lines, name)}";

    private static string Word(string file) => File.ReadAllText(file).Trim();
}
