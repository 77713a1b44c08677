using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>The newest of each frame of the car and when it came. Every other identifier is ignored.</summary>
[SkipLocalsInit]
public record struct CarSeen
{
    private static readonly TimeSpan CountedFor = TimeSpan.FromSeconds(2);
    // 20 are due in 2 s; a bridge that stalls for a second delivers 30 at most, two sources deliver 40.
    private const int MostInCount = 32;

    /// <summary>0x100.</summary>
    public Reading<CarLimits> Limits { readonly get; set; }
    /// <summary>0x101.</summary>
    public Reading<CarCapacity> Capacity { readonly get; set; }
    /// <summary>0x102.</summary>
    public Reading<CarRequest> Request { readonly get; set; }
    /// <summary>0x110.</summary>
    public Reading<CarExtended> Extended { readonly get; set; }
    /// <summary>0x200.</summary>
    public Reading<CarDischarge> Discharge { readonly get; set; }
    /// <summary>0x201.</summary>
    public Reading<CarDischargeTimes> DischargeTimes { readonly get; set; }

    /// <summary>0x102 comes far more often than one car sends it: two sources.</summary>
    public bool IsDoubled { readonly get; private set; }
    private TimeSpan countSince;
    private int count;

    /// <summary>All that limits need is there: 100, 101 and 102.</summary>
    public readonly bool HasIntroducedItself => Limits.Sequence != 0 && Capacity.Sequence != 0 && Request.Sequence != 0;

    /// <summary>Takes in a frame; one that is none of the car's changes nothing.</summary>
    public void Take(in CanFrame frame, TimeSpan at)
    {
        switch (frame.Id)
        {
            case ChademoId.CarLimits when CarLimits.TryDecode(frame, out var limits):
                Limits = Limits.Then(limits, at);
                break;
            case ChademoId.CarCapacity when CarCapacity.TryDecode(frame, out var capacity):
                Capacity = Capacity.Then(capacity, at);
                break;
            case ChademoId.CarRequest when CarRequest.TryDecode(frame, out var request):
                Count(at);
                Request = Request.Then(request, at);
                break;
            case ChademoId.CarExtended when CarExtended.TryDecode(frame, out var extended):
                Extended = Extended.Then(extended, at);
                break;
            case ChademoId.CarDischarge when CarDischarge.TryDecode(frame, out var discharge):
                Discharge = Discharge.Then(discharge, at);
                break;
            case ChademoId.CarDischargeTimes when CarDischargeTimes.TryDecode(frame, out var times):
                DischargeTimes = DischargeTimes.Then(times, at);
                break;
        }
    }

    private void Count(TimeSpan at)
    {
        if (count == 0 || at < countSince || at - countSince >= CountedFor)
            (countSince, count, IsDoubled) = (at, 1, false);
        else if (++count > MostInCount)
            IsDoubled = true;
    }
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
