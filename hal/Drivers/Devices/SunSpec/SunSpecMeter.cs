namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// SunSpec meter, models 201–204 and 211–214. The sign of W is turned round as the settings say. A value that is not
/// implemented, impossible or in contradiction with another one gives no reading: the last one ages.
/// </summary>
public sealed class SunSpecMeter : SunSpecReader<MeterReading>, IMeter
{
    private static readonly ushort[][] Families = [[201, 202, 203, 204], [211, 212, 213, 214]];

    private static readonly string[] Names =
    [
        "W", "Hz", "A", "PhV",
        "WphA", "WphB", "WphC", "PhVphA", "PhVphB", "PhVphC", "AphA", "AphB", "AphC",
    ];

    private const int W = 0, Hz = 1, A = 2, PhV = 3, WphA = 4, PhVphA = 7, AphA = 10;

    /// <summary>Active power may exceed V·I by this share before the reading is not believed.</summary>
    private const double Tolerance = 0.10;
    /// <summary>And by this much, in W, as values within one block need not be of one instant.</summary>
    private const double PowerFloor = 100;

    private readonly SunSpecMeterSettings settings;
    private readonly double sign;

    /// <summary>Makes the driver; nothing is sent before the first read.</summary>
    /// <exception cref="ArgumentException">Settings that cannot be meant.</exception>
    public SunSpecMeter(IModbus bus, SunSpecMeterSettings settings)
        : base(bus, settings, Families, Names)
    {
        if (settings.Sign is not (SunSpecSign.PositiveIsImport or SunSpecSign.PositiveIsExport))
            throw new ArgumentException("the sign of the meter's W must be stated", nameof(settings));
        if (settings.Legs.Count is < 1 or > 3) throw new ArgumentException("a service has 1…3 legs", nameof(settings));
        this.settings = settings;
        sign = settings.Sign == SunSpecSign.PositiveIsImport ? 1 : -1;
    }

    private protected override SunSpecTrouble Decode(PollBlock block, TimeSpan now, out MeterReading reading)
    {
        reading = default;
        Span<double> power = stackalloc double[3], voltage = stackalloc double[3], current = stackalloc double[3];
        power.Clear();
        voltage.Clear();
        current.Clear();
        if (!block.TryNumber(W, out var total)) return SunSpecTrouble.NotImplemented;
        for (var leg = 0; leg < settings.Legs.Count; leg++)
        {
            var phase = (int)settings.Legs[leg];
            if (!TryLeg(block, WphA + phase, W, out power[leg])
                || !TryLeg(block, PhVphA + phase, PhV, out voltage[leg])
                || !TryLeg(block, AphA + phase, A, out current[leg])) return SunSpecTrouble.NotImplemented;
        }
        reading = new(
            Turned(total),
            new(Turned(power[0]), Turned(power[1]), Turned(power[2])),
            new(new(voltage[0]), new(voltage[1]), new(voltage[2])),
            new(new(Math.Abs(current[0])), new(Math.Abs(current[1])), new(Math.Abs(current[2]))),
            block.TryNumber(Hz, out var frequency) ? new Hertz(frequency) : null);
        return Judge(block, reading);
    }

    /// <summary>In the product's sign; a turned zero is a plain zero.</summary>
    private Watts Turned(double power) => new(sign * power + 0.0);

    /// <summary>A leg's value; with a single leg the total or the average will do.</summary>
    private bool TryLeg(PollBlock block, int point, int whole, out double value) =>
        block.TryNumber(point, out value) || (settings.Legs.Count == 1 && block.TryNumber(whole, out value));

    /// <summary>
    /// Inside the physical range, the legs add up to the total, and no leg carries more active power than V·I: more
    /// would be a wrong unit or scale. Less is no contradiction, since reactive current also flows.
    /// </summary>
    private SunSpecTrouble Judge(PollBlock block, in MeterReading seen)
    {
        var range = settings.Range;
        var sum = 0.0;
        var ofCurrent = block.Resolution(AphA);
        for (var leg = 0; leg < settings.Legs.Count; leg++)
        {
            var (p, u, i) = (seen.LegPower[leg].Value, seen.LegVoltage[leg].Value, seen.LegCurrent[leg].Value);
            if (Math.Abs(p) > range.MaxPower.Value || u < 0 || u > range.MaxVoltage.Value || i > range.MaxCurrent.Value)
                return SunSpecTrouble.Implausible;
            if (Math.Abs(p) > (1 + Tolerance) * u * i + u * ofCurrent + PowerFloor) return SunSpecTrouble.Implausible;
            sum += p;
        }
        var total = seen.Power.Value;
        if (Math.Abs(total) > range.MaxPower.Value) return SunSpecTrouble.Implausible;
        var slack = Tolerance * Math.Max(Math.Abs(total), Math.Abs(sum)) + PowerFloor * settings.Legs.Count;
        if (Math.Abs(total - sum) > slack) return SunSpecTrouble.Implausible;
        return seen.Frequency is { Value: < 40 or > 70 } ? SunSpecTrouble.Implausible : SunSpecTrouble.None;
    }
}
