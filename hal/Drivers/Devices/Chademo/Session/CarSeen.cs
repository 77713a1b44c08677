namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>The newest of each frame of the car and when it came. Every other identifier is ignored.</summary>
public readonly record struct CarSeen
{
    private static readonly TimeSpan CountedFor = TimeSpan.FromSeconds(2);
    // 20 are due in 2 s; a bridge that stalls for a second delivers 30 at most, two sources deliver 40.
    private const int MostInCount = 32;

    /// <summary>0x100.</summary>
    public Reading<CarLimits> Limits { get; init; }
    /// <summary>0x101.</summary>
    public Reading<CarCapacity> Capacity { get; init; }
    /// <summary>0x102.</summary>
    public Reading<CarRequest> Request { get; init; }
    /// <summary>0x110.</summary>
    public Reading<CarExtended> Extended { get; init; }
    /// <summary>0x200.</summary>
    public Reading<CarDischarge> Discharge { get; init; }
    /// <summary>0x201.</summary>
    public Reading<CarDischargeTimes> DischargeTimes { get; init; }

    /// <summary>0x102 comes far more often than one car sends it: two sources.</summary>
    public bool IsDoubled { get; private init; }
    private TimeSpan CountSince { get; init; }
    private int Count { get; init; }

    /// <summary>All that limits need is there: 100, 101 and 102.</summary>
    public bool HasIntroducedItself => Limits.Sequence != 0 && Capacity.Sequence != 0 && Request.Sequence != 0;

    /// <summary>What is seen after a frame; unchanged for one that is none of the car's.</summary>
    public CarSeen With(in CanFrame frame, TimeSpan at)
    {
        switch (frame.Id)
        {
            case ChademoId.CarLimits when CarLimits.TryDecode(frame, out var limits):
                return this with { Limits = Limits.Then(limits, at) };
            case ChademoId.CarCapacity when CarCapacity.TryDecode(frame, out var capacity):
                return this with { Capacity = Capacity.Then(capacity, at) };
            case ChademoId.CarRequest when CarRequest.TryDecode(frame, out var request):
                return Counted(at) with { Request = Request.Then(request, at) };
            case ChademoId.CarExtended when CarExtended.TryDecode(frame, out var extended):
                return this with { Extended = Extended.Then(extended, at) };
            case ChademoId.CarDischarge when CarDischarge.TryDecode(frame, out var discharge):
                return this with { Discharge = Discharge.Then(discharge, at) };
            case ChademoId.CarDischargeTimes when CarDischargeTimes.TryDecode(frame, out var times):
                return this with { DischargeTimes = DischargeTimes.Then(times, at) };
            default:
                return this;
        }
    }

    private CarSeen Counted(TimeSpan at) =>
        Count == 0 || at < CountSince || at - CountSince >= CountedFor
            ? this with { CountSince = at, Count = 1, IsDoubled = false }
            : this with { Count = Count + 1, IsDoubled = IsDoubled || Count + 1 > MostInCount };
}

/// <summary>Successive readings of one source.</summary>
internal static class ReadingSequence
{
    extension<T>(Reading<T> before) where T : unmanaged
    {
        /// <summary>The next reading; the number wraps past 0, which means "never seen".</summary>
        public Reading<T> Then(in T value, TimeSpan at) =>
            new(value, at, before.Sequence == uint.MaxValue ? 1 : before.Sequence + 1);
    }
}
