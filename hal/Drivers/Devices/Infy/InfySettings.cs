namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>How many modules of which kind, and how they are spoken to. Ratings come from the site file; the rest is
/// what the single source of each protocol does.</summary>
public sealed record InfySettings
{
    /// <summary>Ratings of one module; a BEG1K075G's data sheet says 200–1000 V, 73.3 A, 22 kW.</summary>
    public required StageRatings Ratings { get; init; }
    /// <summary>Rectifiers with the V1.13 protocol instead of bidirectional BEG1K075G.</summary>
    public bool IsRectifier { get; init; }
    /// <summary>Modules in parallel, all of one kind, at addresses one after the other.</summary>
    public int Modules { get; init; } = 1;
    /// <summary>Address of the first module.</summary>
    public byte FirstAddress { get; init; }
    /// <summary>A single bidirectional module is spoken to by its address too, not by broadcast as the source
    /// does.</summary>
    public bool IsAddressed { get; init; }
    /// <summary>A module that is out stops the stage; otherwise the others go on with less.</summary>
    public bool StopsWhenOneIsOut { get; init; }
    /// <summary>BEG1K075G: current is read and set for the whole system at each module, not for the module. No source
    /// says which for several.</summary>
    public bool IsCurrentOfSystem { get; init; }
    /// <summary>V1.13: the voltage of the outlet, after the module's diode, is read; otherwise the module's
    /// own.</summary>
    public bool HasOutletVoltage { get; init; } = true;
    /// <summary>A module that is not heard for so long has switched itself off (10 s by V1.13) and is left
    /// out.</summary>
    public TimeSpan OffForCertain { get; init; } = TimeSpan.FromSeconds(12);
    /// <summary>Group that a single module is asked in for status and mode (dial on the module).</summary>
    public byte Group { get; init; }
    /// <summary>Between two rounds of reading. The module switches itself off after 10 s without a message.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromMilliseconds(100);
    /// <summary>What is commanded is repeated at this interval.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMilliseconds(500);
    /// <summary>How long the current must be gone before the direction changes.</summary>
    public TimeSpan DirectionDwell { get; init; } = TimeSpan.FromMilliseconds(500);
    /// <summary>Current limit while only a voltage is asked for (insulation test).</summary>
    public Amperes VoltageModeCurrent { get; init; } = new(0.4);
    /// <summary>Oldest status and mode that still give a reading its sign and its faults.</summary>
    public TimeSpan StatusAge { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Throws when a number makes no sense.</summary>
    /// <exception cref="ArgumentException">Names the setting.</exception>
    public InfySettings Checked()
    {
        var r = Ratings;
        var range = r.MinVoltage.Value >= 0 && r.MinVoltage < r.MaxVoltage && r.MaxVoltage.Value <= 1000;
        var efficiency = r.MinEfficiency > 0.5 && r.MaxEfficiency >= r.MinEfficiency && r.MaxEfficiency <= 1;
        Require(range, "voltage range, within 0…1000 V");
        Require(r.MaxCurrent.Value is > 0 and <= 200, "current, 0…200 A");
        Require(r.MaxPower.Value is > 0 and <= 100_000, "power, 0…100 kW");
        Require(efficiency, "efficiency, 0.5…1 and in order");
        Require(Poll > TimeSpan.Zero, "poll, above 0");
        Require(Modules is >= 1 and <= 6, "modules, 1…6: more would fill a bus of 125 kbit/s");
        Require(FirstAddress + Modules <= InfyId.Broadcast, "addresses, 0…62");
        Require(OffForCertain > TimeSpan.FromSeconds(10), "off for certain, above the modules' own 10 s");
        Require(KeepAlive > TimeSpan.Zero && KeepAlive <= TimeSpan.FromSeconds(5), "keep-alive, 0…5 s");
        return this;
    }

    private static void Require(bool holds, string bound)
    {
        if (!holds) throw new ArgumentException($"Infy setting out of range: {bound}");
    }
}
