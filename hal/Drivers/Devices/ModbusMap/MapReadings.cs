namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>
/// A device with a map that is only read: rounds of reading, each judged as a whole. A round that is not believed gives
/// no reading, so the last one ages.
/// </summary>
/// <typeparam name="T">What it shows.</typeparam>
public abstract class MapReadings<T> : IPolledDevice where T : unmanaged
{
    private readonly PacedModbus wire;
    private uint sequence;

    private protected MapReadings(IModbus bus, DeviceMap map, MapSettings settings, MapKind kind)
    {
        settings.Require(map, kind);
        wire = PacedModbus.Over(bus, map.Times.MinimumGap);
        Poll = new(map, settings);
    }

    /// <summary>Newest reading.</summary>
    public Latest<Reading<T>> Readings { get; } = new();

    /// <summary>What is wrong at present; any thread.</summary>
    public MapTrouble Trouble => Poll.Trouble;

    /// <inheritdoc/>
    public TimeSpan NextDue => Poll.NextDue;

    private protected MapPoll Poll { get; }

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        wire.Now = now;
        if (!Poll.Turn(wire, now, null)) return false;
        var reading = default(T);
        var found = Poll.IsTheDevice() ? Decode(out reading) : MapTrouble.OtherDevice;
        Poll.Judge(found);
        if (found != MapTrouble.None) return false;
        if (++sequence == 0) sequence = 1;
        Readings.Publish(new(reading, Poll.TakenAt, sequence));
        return true;
    }

    /// <summary>Nothing is written.</summary>
    public void Write(TimeSpan now)
    {
    }

    /// <summary>The round that has just ended; anything but <see cref="MapTrouble.None"/> gives no reading.</summary>
    private protected abstract MapTrouble Decode(out T reading);
}
