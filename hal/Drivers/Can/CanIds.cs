namespace ChargeScape.Edge.Hal.Can;

/// <summary>Identifiers that belong together: one, or all that agree in the bits of a mask.</summary>
/// <param name="Id">11-bit or 29-bit identifier.</param>
/// <param name="Mask">The bits of <paramref name="Id"/> that count.</param>
/// <param name="IsExtended">29-bit identifiers.</param>
public sealed record CanIdRule(uint Id, uint Mask, bool IsExtended)
{
    private const uint AllStandard = 0x7FF, AllExtended = 0x1FFF_FFFF;

    /// <summary>
    /// How often its one source sends; zero = not periodic, or several sources (a mask over addresses). A periodic
    /// identifier that comes at more than 1.5 times its rate has two sources.
    /// </summary>
    public TimeSpan Period { get; init; }

    /// <summary>Frames per second beyond which the rest is dropped; a burst of 64 passes.</summary>
    public double MostPerSecond { get; init; } = 500;

    /// <summary>One 11-bit identifier.</summary>
    public static CanIdRule Standard(uint id, TimeSpan period = default) =>
        new(id, AllStandard, IsExtended: false) { Period = period };

    /// <summary>29-bit identifiers that agree in the bits of <paramref name="mask"/>.</summary>
    public static CanIdRule Extended(uint id, uint mask = AllExtended, TimeSpan period = default) =>
        new(id & mask, mask, IsExtended: true) { Period = period };

    /// <summary>The frame has one of these identifiers.</summary>
    public bool Fits(in CanFrame frame) => frame.IsExtended == IsExtended && (frame.Id & Mask) == (Id & Mask);
}

/// <summary>What a driver has to do with on its bus: nothing else reaches it, and it can send nothing else.</summary>
/// <param name="Heard">What it listens to.</param>
/// <param name="Sent">What it sends, and nobody else may.</param>
public sealed record CanIds(IReadOnlyList<CanIdRule> Heard, IReadOnlyList<CanIdRule> Sent)
{
    /// <summary>The first of <paramref name="rules"/> that fits a frame, or −1.</summary>
    internal static int Find(ReadOnlySpan<CanIdRule> rules, in CanFrame frame)
    {
        for (var i = 0; i < rules.Length; i++)
            if (rules[i].Fits(frame)) return i;
        return -1;
    }
}
