using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>How sure a fact about a device is.</summary>
public enum Sureness : byte
{
    /// <summary>R: seen in a real recording.</summary>
    Recorded,
    /// <summary>2: two or more independent sources.</summary>
    Confirmed,
    /// <summary>1: one source.</summary>
    SingleSource,
    /// <summary>?: inferred or weak; never applied.</summary>
    Weak,
    /// <summary>X: sources disagree; never applied.</summary>
    Disputed,
}

/// <summary>A fact about the devices of a maker, with where it comes from.</summary>
/// <param name="Maker">How Mn begins; "*" = every maker.</param>
/// <param name="Device">How Md begins; "" = every device.</param>
/// <param name="Name">What differs.</param>
/// <param name="Value">How, as the file says it.</param>
/// <param name="Sure">How sure it is.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Setting">Field of the site file that decides when it is too unsure to be applied; null
/// otherwise.</param>
public sealed record DeviceFact(
    string Maker, string Device, string Name, string Value, Sureness Sure, string Source, string? Setting)
{
    /// <summary>Sure enough to act on without being told by the site file.</summary>
    public bool IsApplied => Sure <= Sureness.SingleSource;
}

/// <summary>What is applied to one device, and every fact known of it. Source: <c>quirks.json</c>.</summary>
public sealed record DeviceQuirks
{
    /// <summary>Set-points cannot be read back; only the effect confirms a write.</summary>
    public bool CannotReadBack { get; init; }

    /// <summary>Functions for writing.</summary>
    public WriteFunction Writes { get; init; }

    /// <summary>Scale factors may change while the device runs.</summary>
    public bool MayScaleVary { get; init; }

    /// <summary>Lowest percentage to write as a limit; below it the device may switch itself off.</summary>
    public double MinimumLimitPercent { get; init; }

    /// <summary>A negative discharge rate forces charging (124).</summary>
    public bool NegativeRateCharges { get; init; }

    /// <summary>Time between two polls, at least.</summary>
    public TimeSpan LeastPeriod { get; init; }

    /// <summary>Exception codes that pass by themselves.</summary>
    public IReadOnlyList<int> TransientExceptions { get; init; } = [];

    /// <summary>Every fact known, applied or not.</summary>
    public IReadOnlyList<DeviceFact> Facts { get; init; } = [];

    /// <summary>A device of which nothing is known.</summary>
    public static DeviceQuirks None { get; } = new();

    /// <summary>What holds for every device.</summary>
    public static DeviceQuirks Everyone { get; } = Of(new("", "", "", ""));

    /// <summary>What is known of a device.</summary>
    public static DeviceQuirks Of(SunSpecIdentity identity) => QuirkBook.Shipped.For(identity);
}
