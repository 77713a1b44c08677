namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>A PV inverter that is described by a map, read only.</summary>
public sealed class MapInverter : MapReadings<InverterReading>, IInverter
{
    private readonly MapSettings settings;
    private readonly DeviceMap map;
    private readonly MapField power;
    private readonly MapField? state, alarms;

    /// <summary>Makes the driver; nothing is sent before the first <see cref="IPolledDevice.Read"/>.</summary>
    /// <exception cref="ArgumentException">Settings that do not fit the map.</exception>
    public MapInverter(IModbus bus, DeviceMap map, MapSettings settings)
        : base(bus, map, settings, MapKind.Inverter)
    {
        (this.map, this.settings) = (map, settings);
        power = map.Find("powerW")!;
        (state, alarms) = (map.Find("state"), map.Find("alarms"));
    }

    private protected override MapTrouble Decode(out InverterReading reading)
    {
        reading = default;
        if (Poll.Value(power) is not { } watts) return MapTrouble.NoValue;
        if (Math.Abs(watts) > settings.MaxPower.Value) return MapTrouble.Implausible;
        // A state that the table does not know, or only assumes, is no reason to believe that all is well.
        var isFaulted = state is not null && (Poll.Value(state) is not { } number
            || !map.States.TryGetValue((long)number, out var known) || known.Session is null or EvseSession.Faulted
            || (known.Sure == Sureness.Assumed && !settings.AcceptsAssumed));
        var bits = Poll.Value(alarms) is { } raw and >= 0 and <= uint.MaxValue ? (uint)raw : 0;
        reading = new(new(watts), isFaulted, bits);
        return MapTrouble.None;
    }
}
