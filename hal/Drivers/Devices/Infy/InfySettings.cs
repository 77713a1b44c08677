namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>One BEG1K075G. Ratings come from the site file; the rest is what the single source does.</summary>
public sealed record InfySettings
{
    /// <summary>Ratings; the data sheet's are 200–1000 V, 73.3 A, 22 kW.</summary>
    public required StageRatings Ratings { get; init; }
    /// <summary>Destination of writes and of system readings.</summary>
    public byte Address { get; init; } = InfyId.Broadcast;
    /// <summary>Group that is asked for status and mode (dial on the module).</summary>
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
        Require(KeepAlive > TimeSpan.Zero && KeepAlive <= TimeSpan.FromSeconds(5), "keep-alive, 0…5 s");
        return this;
    }

    private static void Require(bool holds, string bound)
    {
        if (!holds) throw new ArgumentException($"Infy setting out of range: {bound}");
    }
}
