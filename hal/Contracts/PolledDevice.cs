namespace ChargeScape.Edge.Hal;

/// <summary>
/// A device that its bus's poller visits. <see cref="Read"/> and <see cref="Write"/> are called on the poller's
/// thread, in this order, with the control step that the reading woke in between; in the simulator they are called
/// inline.
/// </summary>
public interface IPolledDevice
{
    /// <summary>Monotonic time at which the device next wants a turn even if nothing arrives.</summary>
    TimeSpan NextDue { get; }

    /// <summary>Takes in what the wire holds and publishes readings; true when something new was published. Bounded
    /// by the bus timeout.</summary>
    bool Read(TimeSpan now);

    /// <summary>Writes what is commanded: nothing when nothing changed and no refresh is due.</summary>
    void Write(TimeSpan now);
}

/// <summary>A polled device that takes something over and gives it back at an orderly end (design §8).</summary>
public interface IHandsBack
{
    /// <summary>
    /// Restores what stood before us, after power is zero and the contactor open. Called on the poller's thread, in
    /// place of <see cref="IPolledDevice.Write"/>, until it returns true or the end cannot wait any longer.
    /// </summary>
    bool HandBack(TimeSpan now);
}
