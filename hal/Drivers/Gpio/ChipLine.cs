namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>The resistor that holds an open line.</summary>
public enum LineBias : byte
{
    /// <summary>As the board or the device tree has it.</summary>
    AsIs,
    /// <summary>None.</summary>
    None,
    /// <summary>Towards the supply.</summary>
    PullUp,
    /// <summary>Towards ground.</summary>
    PullDown,
}

/// <summary>
/// A line of a kernel GPIO chip as the site file describes it: where it is, by <see cref="Offset"/> or by the
/// <see cref="ChipName"/> that the device tree gives it, and how it is wired.
/// </summary>
/// <param name="Name">The name by which drivers open it.</param>
public sealed record ChipLine(string Name)
{
    /// <summary>Number on the chip; −1 = found by <see cref="ChipName"/>.</summary>
    public int Offset { get; init; } = -1;
    /// <summary>Its name on the chip; used when <see cref="Offset"/> is −1.</summary>
    public string ChipName { get; init; } = "";
    /// <summary>Active is the low voltage.</summary>
    public bool IsActiveLow { get; init; }
    /// <summary>Resistor; inputs and open drains.</summary>
    public LineBias Bias { get; init; }
    /// <summary>A level counts once it has stood so long; inputs. Zero: at once.</summary>
    public TimeSpan Debounce { get; init; }
}
