using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>
/// Carries what a driver tells of the registers that it owns into the events of the control side. One in 100 ms, so
/// that two masters who fight over a register do not drown a trip; what the driver could not keep is counted as lost.
/// </summary>
internal sealed class OwnedNews(IPolledDevice? device, OwnedDevice who, EventRing<ControlEvent> events)
{
    private static readonly TimeSpan Pause = 100.Milliseconds;

    private readonly EventRing<OwnershipEvent>? told = (device as IOwnsRegisters)?.Ownership;
    private TimeSpan nextAt;
    private uint lost;

    /// <summary>Passes the oldest on, if it is time.</summary>
    public void PassOne(TimeSpan now, uint order)
    {
        if (told is null || now < nextAt || !TryPass(order)) return;
        nextAt = now + Pause;
    }

    /// <summary>Passes on what is left.</summary>
    public void PassAll()
    {
        while (TryPass(order: 0)) { }
    }

    private bool TryPass(uint order)
    {
        if (told is null || !told.TryTake(out var happened)) return false;
        events.Write(default(ControlEvent) with
        {
            At = happened.At, Kind = ControlEventKind.Ownership, Order = order, Device = who, Ownership = happened,
        });
        var dropped = told.Dropped;
        if (dropped != lost) events.CountDropped(dropped - lost);
        lost = dropped;
        return true;
    }
}
