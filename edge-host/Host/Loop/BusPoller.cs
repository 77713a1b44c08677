using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>
/// Visits the devices of one bus. A turn is: <see cref="Read"/>, the control step that it woke, <see cref="Write"/>.
/// Owned
/// by one blocking thread per bus; the simulator calls it inline.
/// </summary>
/// <param name="name">Name of the bus in the site file.</param>
/// <param name="devices">Its devices.</param>
/// <param name="pollables">Descriptors on which news can arrive between the due times.</param>
/// <param name="longestTurn">Longest that a turn may take when its devices do not answer.</param>
public sealed class BusPoller(
    string name, IReadOnlyList<IPolledDevice> devices, IReadOnlyList<IPollable> pollables, TimeSpan longestTurn)
{
    // What the thread may be late on top of its turn before it counts as stuck.
    private static readonly TimeSpan Slack = 1.Seconds;

    /// <summary>A thread that has not begun a turn for this long is stuck. A device that is silent is no
    /// reason.</summary>
    public TimeSpan AliveWithin { get; } = longestTurn + Slack;

    /// <summary>Name of the bus in the site file.</summary>
    public string Name { get; } = name;

    /// <summary>Descriptors on which news can arrive between the due times.</summary>
    public IReadOnlyList<IPollable> Pollables { get; } = pollables;

    /// <summary>When the first device wants a turn.</summary>
    public TimeSpan NextDue
    {
        get
        {
            var first = TimeSpan.MaxValue;
            for (var i = 0; i < devices.Count; i++)
                if (devices[i].NextDue < first) first = devices[i].NextDue;
            return first;
        }
    }

    /// <summary>
    /// Closes the wires that nobody will tend any more: digital outputs become inactive when their client is gone, and
    /// with them the contactor's supply.
    /// </summary>
    public void LetGo()
    {
        foreach (var wire in Pollables) (wire as IDisposable)?.Dispose();
    }

    /// <summary>Takes in what the wire holds; true when a reading is new and the control step should run.</summary>
    public bool Read(TimeSpan now)
    {
        var isNew = false;
        for (var i = 0; i < devices.Count; i++) isNew |= devices[i].Read(now);
        return isNew;
    }

    /// <summary>Writes what is commanded now.</summary>
    public void Write(TimeSpan now)
    {
        for (var i = 0; i < devices.Count; i++) devices[i].Write(now);
    }
}
