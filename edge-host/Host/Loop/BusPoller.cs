using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>A device of a bus, as its poller visits it.</summary>
/// <param name="Device">The device.</param>
/// <param name="Share">What it may take of the bus, if it is a Modbus bus; on other wires nobody waits for
/// answers.</param>
/// <param name="Others">Its shares of other Modbus buses, such as that of the power stage behind it.</param>
/// <param name="AsksForStep">What it reads is looked at by a rule; of other news the next step will do.</param>
public sealed record BusVisit(
    IPolledDevice Device, BusShare? Share, bool AsksForStep = true, params IReadOnlyList<BusShare> Others)
{
    private readonly BusShare[] others = [.. Others];

    /// <summary>Begins a turn on every bus that the device uses.</summary>
    public void Begin()
    {
        Share?.BeginTurn();
        foreach (var other in others) other.BeginTurn();
    }

    /// <summary>Ends it.</summary>
    public void End()
    {
        Share?.EndTurn();
        foreach (var other in others) other.EndTurn();
    }
}

/// <summary>
/// Visits the devices of one bus. A turn is: <see cref="Read"/>, the control step that it woke, <see cref="Write"/>.
/// A device with a share is read only when it is due and not left alone, and only one of them in a turn, so that the
/// writes of all go before the next one's read: the one that has waited longest, allowing for its priority. Owned by
/// one blocking thread per bus; the simulator calls it inline.
/// </summary>
/// <param name="name">Name of the bus in the site file.</param>
/// <param name="visits">Its devices.</param>
/// <param name="pollables">Descriptors on which news can arrive between the due times.</param>
/// <param name="longestTurn">Longest that a turn may take when its devices do not answer.</param>
[SkipLocalsInit]
public sealed class BusPoller(
    string name, IReadOnlyList<BusVisit> visits, IReadOnlyList<IPollable> pollables, TimeSpan longestTurn)
{
    // What the thread may be late on top of its turn before it counts as stuck.
    private static readonly TimeSpan Slack = 1.Seconds;

    private readonly BusVisit[] visits = [.. visits];
    private readonly TimeSpan[] visitedAt = new TimeSpan[visits.Count];

    /// <summary>A thread that has not begun a turn for this long is stuck. A device that is silent is no
    /// reason.</summary>
    public TimeSpan AliveWithin { get; } = longestTurn + Slack;

    /// <summary>Name of the bus in the site file.</summary>
    public string Name { get; } = name;

    /// <summary>Descriptors on which news can arrive between the due times.</summary>
    public IReadOnlyList<IPollable> Pollables { get; } = pollables;

    /// <summary>When the first device wants a turn and may have it.</summary>
    public TimeSpan NextDue
    {
        get
        {
            var first = TimeSpan.MaxValue;
            for (var i = 0; i < visits.Length; i++)
            {
                var due = DueAt(visits[i]);
                if (due < first) first = due;
            }
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

    /// <summary>Takes in what the wire holds; true when news should have its control step at once.</summary>
    public bool Read(TimeSpan now)
    {
        var isNew = false;
        var (chosen, first) = (-1, TimeSpan.MaxValue);
        for (var i = 0; i < visits.Length; i++)
        {
            if (visits[i].Share is not { } share)
            {
                isNew |= ReadOne(visits[i], now);
                continue;
            }
            var due = DueAt(visits[i]);
            if (due > now) continue;
            // One that is always due must not come before one that has waited since its last turn.
            var since = (due > visitedAt[i] ? due : visitedAt[i]) + Patience(share.Priority);
            if (since < first) (chosen, first) = (i, since);
        }
        if (chosen < 0) return isNew;
        visitedAt[chosen] = now;
        return isNew | ReadOne(visits[chosen], now);
    }

    /// <summary>Writes what is commanded now, on every device.</summary>
    public void Write(TimeSpan now)
    {
        for (var i = 0; i < visits.Length; i++)
        {
            visits[i].Begin();
            visits[i].Device.Write(now);
            visits[i].End();
        }
    }

    /// <summary>Gives back what the devices took over; to be called until it returns true or time is up.</summary>
    public bool HandBack(TimeSpan now)
    {
        var isDone = true;
        for (var i = 0; i < visits.Length; i++)
        {
            if (visits[i].Device is not IHandsBack owner) continue;
            visits[i].Begin();
            isDone &= owner.HandBack(now);
            visits[i].End();
        }
        return isDone;
    }

    private static bool ReadOne(BusVisit visit, TimeSpan now)
    {
        visit.Begin();
        var isNew = visit.Device.Read(now);
        visit.End();
        return isNew && visit.AsksForStep;
    }

    private static TimeSpan DueAt(BusVisit visit)
    {
        var due = visit.Device.NextDue;
        return visit.Share is { } share && share.RestsUntil > due ? share.RestsUntil : due;
    }

    private static TimeSpan Patience(SharePriority priority) => priority switch
    {
        SharePriority.High => TimeSpan.Zero,
        SharePriority.Normal => 100.Milliseconds,
        _ => 1.Seconds,
    };
}
