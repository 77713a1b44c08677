namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// SunSpec inverter, models 701, 101–103 and 111–113 (in this order of preference), read only. Generation is turned
/// into negative power. A power that is not implemented or impossible gives no reading: the last one ages.
/// </summary>
public sealed class SunSpecInverter : IInverter
{
    private static readonly ushort[][] Families = [[701], [101, 102, 103], [111, 112, 113]];
    private static readonly string[] Names = ["W", "InvSt", "St", "Alrm", "Evt1"];
    private const int W = 0, InvSt = 1, St = 2, Alrm = 3, Evt1 = 4;

    /// <summary>The value of a state point that means "fault": 701 numbers its states otherwise than 101–113.</summary>
    private const uint FaultOf701 = 6, FaultOf10x = 7;

    private readonly SunSpecLink link;
    private readonly SunSpecInverterSettings settings;
    private readonly double sign;
    private uint sequence;

    /// <summary>Makes the driver; nothing is sent before the first <see cref="Read"/>.</summary>
    /// <exception cref="ArgumentException">Settings that cannot be meant.</exception>
    public SunSpecInverter(IModbus bus, SunSpecInverterSettings settings)
    {
        if (settings.Period <= TimeSpan.Zero)
            throw new ArgumentException("the poll period must be above 0", nameof(settings));
        this.settings = settings;
        sign = settings.Sign == SunSpecSign.PositiveIsImport ? 1 : -1;
        link = new(bus, settings, Families, Names);
    }

    /// <inheritdoc/>
    public Latest<Reading<InverterReading>> Readings { get; } = new();

    /// <summary>What the family promises about time.</summary>
    public DeviceTiming Timing => settings.Timing;

    /// <summary>What is wrong at present; any thread.</summary>
    public SunSpecTrouble Trouble => link.Trouble;

    /// <summary>Who the device says it is; null until known. Any thread.</summary>
    public SunSpecIdentity? Identity => link.Identity;

    /// <inheritdoc/>
    public TimeSpan NextDue => link.NextDue;

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        if (!link.Turn(now)) return false;
        var found = Decode(link.Block, out var reading);
        link.Judge(found);
        if (found != SunSpecTrouble.None) return false;
        if (++sequence == 0) sequence = 1;
        Readings.Publish(new(reading, now, sequence));
        return true;
    }

    /// <summary>Nothing is written yet.</summary>
    public void Write(TimeSpan now)
    {
    }

    private SunSpecTrouble Decode(PollBlock block, out InverterReading reading)
    {
        reading = default;
        if (!block.TryNumber(W, out var power)) return SunSpecTrouble.NotImplemented;
        if (Math.Abs(power) > settings.MaxPower.Value) return SunSpecTrouble.Implausible;
        var isFaulted = link.Model == 701 ? block.Bits(InvSt) == FaultOf701 : block.Bits(St) == FaultOf10x;
        // The bits of 701.Alrm and of 101–113.Evt1 agree as far as the latter go (0…15).
        var alarms = (link.Model == 701 ? block.Bits(Alrm) : block.Bits(Evt1)) ?? 0;
        // Adding zero turns a negative zero into a plain one.
        reading = new(new(sign * power + 0.0), isFaulted, alarms);
        return SunSpecTrouble.None;
    }
}
