namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>A PV inverter that is described by a map, read only.</summary>
public sealed class MapInverter : IInverter
{
    private readonly MapSettings settings;
    private readonly DeviceMap map;
    private readonly MapPoll poll;
    private readonly PacedModbus wire;
    private readonly MapField power;
    private readonly MapField? state, alarms;
    private uint sequence;

    /// <summary>Makes the driver; nothing is sent before the first <see cref="Read"/>.</summary>
    /// <exception cref="ArgumentException">Settings that do not fit the map.</exception>
    public MapInverter(IModbus bus, DeviceMap map, MapSettings settings)
    {
        settings.Require(map, MapKind.Inverter);
        (this.map, this.settings) = (map, settings);
        wire = PacedModbus.Over(bus, map.Times.MinimumGap);
        poll = new(map, settings);
        power = map.Find("powerW")!;
        (state, alarms) = (map.Find("state"), map.Find("alarms"));
    }

    /// <inheritdoc/>
    public Latest<Reading<InverterReading>> Readings { get; } = new();

    /// <summary>What is wrong at present; any thread.</summary>
    public MapTrouble Trouble => poll.Trouble;

    /// <inheritdoc/>
    public TimeSpan NextDue => poll.NextDue;

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        wire.Now = now;
        if (!poll.Turn(wire, now, null)) return false;
        var found = Decode(out var reading);
        poll.Judge(found);
        if (found != MapTrouble.None) return false;
        if (++sequence == 0) sequence = 1;
        Readings.Publish(new(reading, poll.TakenAt, sequence));
        return true;
    }

    /// <summary>Nothing is written.</summary>
    public void Write(TimeSpan now)
    {
    }

    private MapTrouble Decode(out InverterReading reading)
    {
        reading = default;
        if (!poll.IsTheDevice()) return MapTrouble.OtherDevice;
        if (poll.Value(power) is not { } watts) return MapTrouble.NoValue;
        if (Math.Abs(watts) > settings.MaxPower.Value) return MapTrouble.Implausible;
        // A state that the table does not know is no reason to believe that all is well.
        var isFaulted = state is not null && (poll.Value(state) is not { } number
            || !map.States.TryGetValue((long)number, out var known) || known.Session is null or EvseSession.Faulted);
        var bits = poll.Value(alarms) is { } raw and >= 0 and <= uint.MaxValue ? (uint)raw : 0;
        reading = new(new(watts), isFaulted, bits);
        return MapTrouble.None;
    }
}
