namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// The wire side of a device in the home. It gets a turn whenever it is due; it reads the plant, acts on it and talks
/// on its wire. In virtual time the world calls it in order, on real wires one thread does.
/// </summary>
public interface ISimDevice
{
    /// <summary>When it next wants a turn.</summary>
    TimeSpan NextDue { get; }

    /// <summary>Takes its turn; the plant stands at <paramref name="now"/>.</summary>
    void Advance(TimeSpan now);
}
