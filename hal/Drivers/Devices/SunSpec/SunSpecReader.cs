using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// What every SunSpec driver does: finds its model, polls it in one request, and publishes what the driver makes of it.
/// What cannot be true is no reading: the last one ages.
/// </summary>
/// <typeparam name="TReading">What the driver publishes.</typeparam>
[SkipLocalsInit]
public abstract class SunSpecReader<TReading> : IPolledDevice where TReading : unmanaged
{
    private readonly SunSpecSettings settings;
    private uint sequence;

    /// <summary>Makes the driver; nothing is sent before the first <see cref="Read"/>.</summary>
    /// <exception cref="ArgumentException">Settings that cannot be meant.</exception>
    private protected SunSpecReader(
        IModbus bus, SunSpecSettings settings, IReadOnlyList<ushort[]> families, IReadOnlyList<string> names,
        params IReadOnlyList<SideSpec> sides)
    {
        this.settings = settings;
        Link = new(bus, settings, families, names, sides);
    }

    /// <summary>Newest reading.</summary>
    public Latest<Reading<TReading>> Readings { get; } = new();

    /// <summary>What the family promises about time.</summary>
    public DeviceTiming Timing => settings.Timing;

    /// <summary>What is wrong at present; any thread.</summary>
    public SunSpecTrouble Trouble => Link.Trouble;

    /// <summary>Who the device says it is; null until known. Any thread.</summary>
    public SunSpecIdentity? Identity => Link.Identity;

    /// <summary>What is known of devices of this maker; null until known. Any thread.</summary>
    public DeviceQuirks? Quirks => Link.Quirks;

    /// <inheritdoc/>
    public virtual TimeSpan NextDue => Link.NextDue;

    private protected SunSpecLink Link { get; }

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        if (!Link.Turn(now)) return false;
        var found = Decode(Link.Block, now, out var reading);
        Link.Judge(found);
        if (found != SunSpecTrouble.None) return false;
        if (++sequence == 0) sequence = 1;
        Readings.Publish(new(reading, now, sequence));
        return true;
    }

    /// <summary>Nothing, unless the driver writes.</summary>
    public virtual void Write(TimeSpan now)
    {
    }

    /// <summary>Makes a reading of what was polled, or says why there is none.</summary>
    private protected abstract SunSpecTrouble Decode(PollBlock block, TimeSpan now, out TReading reading);
}
