namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>
/// A meter that is described by a map. A value that is not there, cannot be true or contradicts another one gives no
/// reading: the last one ages.
/// </summary>
public sealed class MapMeter : MapReadings<MeterReading>, IMeter
{
    // As for SunSpec meters: values of one round need not be of one instant.
    private const double Tolerance = 0.10, PowerFloor = 100;

    private readonly MapMeterSettings settings;
    private readonly MapField total;
    private readonly MapField? frequency;
    private readonly MapField?[] power, voltage, current;

    /// <summary>Makes the driver; nothing is sent before the first <see cref="IPolledDevice.Read"/>.</summary>
    /// <exception cref="ArgumentException">Settings that do not fit the map.</exception>
    public MapMeter(IModbus bus, DeviceMap map, MapMeterSettings settings)
        : base(bus, map, settings, MapKind.Meter)
    {
        this.settings = settings;
        total = map.Find("powerW")!;
        frequency = map.Find("frequencyHz");
        power = [.. settings.Phases.Select(phase => map.Find($"powerL{phase}W"))];
        voltage = [.. settings.Phases.Select(phase => map.Find($"voltageL{phase}V"))];
        current = [.. settings.Phases.Select(phase => map.Find($"currentL{phase}A"))];
        if (power.Contains(null)) throw new ArgumentException("the map does not have all of the phases that are named");
    }

    private protected override MapTrouble Decode(out MeterReading reading)
    {
        reading = default;
        if (Poll.Value(total) is not { } watts) return MapTrouble.NoValue;
        Span<double> p = stackalloc double[3], u = stackalloc double[3], i = stackalloc double[3];
        p.Clear();
        u.Clear();
        i.Clear();
        for (var leg = 0; leg < power.Length; leg++)
        {
            if (Poll.Value(power[leg]) is not { } legPower || Poll.Value(voltage[leg]) is not { } legVoltage
                || Poll.Value(current[leg]) is not { } legCurrent) return MapTrouble.NoValue;
            (p[leg], u[leg], i[leg]) = (legPower, legVoltage, Math.Abs(legCurrent));
        }
        reading = new(
            new(watts), new(new(p[0]), new(p[1]), new(p[2])), new(new(u[0]), new(u[1]), new(u[2])),
            new(new(i[0]), new(i[1]), new(i[2])), Poll.Value(frequency) is { } hertz ? new Hertz(hertz) : null);
        return Judge(reading);
    }

    // Within the physical range, legs add up to the total, and no leg carries more active power than V·I.
    private MapTrouble Judge(in MeterReading seen)
    {
        var sum = 0.0;
        for (var leg = 0; leg < power.Length; leg++)
        {
            var (p, u, i) = (seen.LegPower[leg].Value, seen.LegVoltage[leg].Value, seen.LegCurrent[leg].Value);
            if (Math.Abs(p) > settings.MaxPower.Value || u < 0 || u > settings.MaxVoltage.Value
                || i > settings.MaxCurrent.Value || Math.Abs(p) > (1 + Tolerance) * u * i + PowerFloor)
            {
                return MapTrouble.Implausible;
            }
            sum += p;
        }
        var watts = seen.Power.Value;
        var slack = Tolerance * Math.Max(Math.Abs(watts), Math.Abs(sum)) + PowerFloor * power.Length;
        if (Math.Abs(watts) > settings.MaxPower.Value || Math.Abs(watts - sum) > slack) return MapTrouble.Implausible;
        return seen.Frequency is { Value: < 40 or > 70 } ? MapTrouble.Implausible : MapTrouble.None;
    }
}
