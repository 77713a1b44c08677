namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>A further model of the device that a driver reads now and then beside the one it polls.</summary>
/// <param name="Models">Model numbers that will do, best first.</param>
/// <param name="Names">Points to compile.</param>
/// <param name="Period">Time between two reads.</param>
/// <param name="IsWhole">The driver decodes registers itself, so as many as one request holds are read.</param>
internal sealed record SideSpec(
    IReadOnlyList<ushort> Models, IReadOnlyList<string> Names, TimeSpan Period, bool IsWhole = false);

/// <summary>
/// One of them at work. A device may lack it, refuse it or answer nonsense for it without harm to the polled model.
/// </summary>
internal sealed class SideBlock(SideSpec spec)
{
    private const int ScaleChangesUntilLearnt = 3;
    private TimeSpan dueAt;
    private bool mayScaleVary;
    private int scaleChanges;

    /// <summary>What was found; null when the device has none of the models.</summary>
    public PollBlock? Block { get; private set; }

    /// <summary>Model found; 0 = none.</summary>
    public ushort Model => Block?.Place.Model ?? 0;

    /// <summary>Monotonic time of the last good read; null before it, and again once it failed.</summary>
    public TimeSpan? TakenAt { get; private set; }

    /// <summary>It was read, well or not, since it was found.</summary>
    public bool WasAsked { get; private set; }

    /// <summary>Good reads so far, so that a driver sees which are new.</summary>
    public uint Count { get; private set; }

    /// <summary>What was wrong with the last read.</summary>
    public SunSpecTrouble Trouble { get; private set; }

    /// <summary>When it is next read.</summary>
    public TimeSpan DueAt => Block is null ? TimeSpan.MaxValue : dueAt;

    /// <summary>Binds it to the device that was found: its models, and nobody else's.</summary>
    public void Bind(IReadOnlyList<SunSpecPlace> models, bool mayScaleVary, TimeSpan now)
    {
        this.mayScaleVary = mayScaleVary;
        TakenAt = null;
        WasAsked = false;
        dueAt = now;
        var before = Block;
        Block = null;
        foreach (var number in spec.Models)
        {
            foreach (var place in models)
            {
                if (place.Model != number) continue;
                // The same instance keeps its scale factors, so that a change while it was away is noticed.
                Block = before?.Place == place ? before : New(place, mustLearnTwice: false);
                return;
            }
        }
    }

    /// <summary>Forgets what was read: it may be another device's by now.</summary>
    public void Forget() => TakenAt = null;

    /// <summary>Reads it. False when the device must be looked for again.</summary>
    public bool Read(IModbus bus, byte unit, TimeSpan now)
    {
        dueAt = now + spec.Period;
        WasAsked = true;
        Trouble = Block!.Poll(bus, unit, out _);
        if (Trouble == SunSpecTrouble.None)
        {
            TakenAt = now;
            Count++;
            scaleChanges = 0;
        }
        else
        {
            TakenAt = null;
            if (Trouble == SunSpecTrouble.ScaleChanged && ++scaleChanges % ScaleChangesUntilLearnt == 0)
                Block = New(Block.Place, mustLearnTwice: true);
        }
        return Trouble != SunSpecTrouble.HeaderMoved;
    }

    private PollBlock New(SunSpecPlace place, bool mustLearnTwice) =>
        new(place, spec.Names, mayScaleVary, mustLearnTwice, spec.IsWhole);
}
