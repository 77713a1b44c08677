namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// The wire side of a device in the home. It gets a turn whenever it is due; it reads the plant, acts on it and talks
/// on its wire. In virtual time the world calls it in order, on real wires one thread does. A class and no interface:
/// with as many kinds as here a virtual call takes a fraction of an interface's time, and there are millions in a day.
/// </summary>
public abstract class SimDevice
{
    /// <summary>When it next wants a turn.</summary>
    public virtual TimeSpan NextDue { get; protected set; }

    /// <summary>Takes its turn; the plant stands at <paramref name="now"/>.</summary>
    public abstract void Advance(TimeSpan now);
}
