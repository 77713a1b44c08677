namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>What the module has answered. Takes read answers to this controller only.</summary>
internal struct InfyInbox
{
    private static readonly TimeSpan DoubledFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RoundTime = TimeSpan.FromMilliseconds(200);
    private Reading<uint> millivolts;
    private Reading<uint> milliamperes;
    private Reading<uint> status;
    private Reading<uint> mode;
    private byte? source;
    private TimeSpan? doubledAt;

    /// <summary>Newest complete reading.</summary>
    public Reading<StageReading> Reading { get; private set; }

    /// <summary>The module's own word on its direction; null when never heard or too old.</summary>
    public readonly bool? IsInverter(TimeSpan maxAge, TimeSpan now) =>
        mode.Within(maxAge, now) is { } bits ? (bits & 1) != 0 : null;

    /// <summary>Takes a frame; true when it completed a new reading.</summary>
    public bool Take(in CanFrame frame, TimeSpan at, TimeSpan statusAge)
    {
        if (!InfyRegister.TryDecode(frame, out var id, out var address, out var value)) return false;
        if (id is not { Command: InfyId.Read, Destination: InfyId.Controller, Error: 0 }) return false;
        switch (address)
        {
            case InfyRegister.SystemVoltage:
                millivolts = new(value, at, 1);
                return false;
            case InfyRegister.Status:
                if (source is { } known && known != id.Source) doubledAt = at;
                source = id.Source;
                status = new(value & 0xFF_FFFF, at, 1);
                return false;
            case InfyRegister.InverterStatus:
                mode = new(value, at, 1);
                return false;
            case InfyRegister.SystemCurrent:
                milliamperes = new(value, at, 1);
                return Complete(at, statusAge);
            default:
                return false;
        }
    }

    /// <summary>Voltage precedes current in a round; a pair that is apart is no sample. Without sign or faults there
    /// is none either.</summary>
    private bool Complete(TimeSpan at, TimeSpan statusAge)
    {
        if (millivolts.Within(RoundTime, at) is not { } mv) return false;
        if (milliamperes.Within(TimeSpan.Zero, at) is not { } ma) return false;
        if (status.Within(statusAge, at) is not { } bits) return false;
        if (mode.Within(statusAge, at) is not { } inverter) return false;
        // Beyond what such a module can show: not a measurement.
        if (mv > 2_000_000 || ma > 1_000_000) return false;
        if (at - doubledAt <= DoubledFor) bits |= (uint)InfyStatus.IdRepeat;
        var magnitude = ma / 1000.0;
        var flags = (InfyStatus)bits;
        var reading = new StageReading(
            new(mv / 1000.0), new((inverter & 1) != 0 ? -magnitude : magnitude), (flags & InfyStatus.DcOff) == 0,
            (flags & InfyStatus.AnyFault) != 0, bits);
        var number = Reading.Sequence == uint.MaxValue ? 1 : Reading.Sequence + 1;
        Reading = new(reading, millivolts.TakenAt, number);
        return true;
    }
}
