using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// A node that has no business on the car's CAN bus. It joins when it first misbehaves, so that a bus without it is the
/// bus of before.
/// </summary>
internal sealed class CanIntruder(Func<ICanBus> join) : SimDevice
{
    private static readonly TimeSpan Babble = TimeSpan.FromMilliseconds(1), Cycle = TimeSpan.FromMilliseconds(100);
    private const uint HighestPriority = 0;
    // As many as would stand in a full sending queue; the bus refuses what does not fit.
    private const int MostAtOnce = 300;
    private ICanBus? bus;
    private string behaviour = "healthy";

    /// <inheritdoc/>
    public override TimeSpan NextDue { get; protected set; } = TimeSpan.MaxValue;

    /// <summary>What a scenario makes it do.</summary>
    public void Become(string value, TimeSpan now)
    {
        behaviour = value;
        NextDue = value == "healthy" ? TimeSpan.MaxValue : now;
        bus ??= join();
    }

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        while (bus!.TryReceive(out _, out _)) { /* It listens to nobody. */ }
        switch (behaviour)
        {
            case "babbling":
                for (var i = 0; i < MostAtOnce && bus.TrySend(new(HighestPriority, [1, 2, 3, 4, 5, 6, 7, 8])); i++) { }
                NextDue = now + Babble;
                break;
            // Another car, which asks for all there is.
            case "second_car":
                bus.TrySend(new CarRequest(2, new(450), new(120), CarFaults.None, CarStatus.Permitted, 100).Encode());
                NextDue = now + Cycle;
                break;
            default:
                bus.TrySend(new(ChademoId.ChargerStatus, [2, 0xC2, 1, 120, 0, 5, 60, 60]));
                NextDue = now + Cycle;
                break;
        }
    }
}
