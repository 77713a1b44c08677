using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// One bus poller in virtual time. As its thread does, it waits on {command, wires, due time}, reads, lets the step
/// that the reading woke run first (at most 1 ms), and writes.
/// </summary>
internal sealed class PollerSlot(BusPoller poller, TimedModbus? modbus)
{
    public static readonly TimeSpan LongestWaitForStep = TimeSpan.FromMilliseconds(1);
    // A thread that a frame wakes runs a moment later, and takes what has come meanwhile along.
    private static readonly TimeSpan WakeUp = TimeSpan.FromMilliseconds(2);
    private readonly InMemoryCanEndpoint[] endpoints = [.. poller.Pollables.OfType<InMemoryCanEndpoint>()];
    private TimeSpan busyUntil;
    private TimeSpan wokenAt = TimeSpan.MaxValue;

    /// <summary>The bus in the site file.</summary>
    public string Name => poller.Name;

    /// <summary>Frames can arrive for it between its due times.</summary>
    public bool HearsFrames => endpoints.Length > 0;

    /// <summary>Has read something new and waits for the step that contains it.</summary>
    public bool IsWaitingForStep { get; set; }

    /// <summary>A command or an edge: a turn as soon as the wire is free.</summary>
    public void Wake(TimeSpan now) => wokenAt = now;

    /// <summary>When its next turn's answers are there.</summary>
    public TimeSpan NextRead
    {
        get
        {
            var due = poller.NextDue;
            if (modbus is not null) due += modbus.AnswerTime;
            foreach (var endpoint in endpoints)
                if (endpoint.NextArrival is { } arrival && arrival + WakeUp < due) due = arrival + WakeUp;
            if (wokenAt < due) due = wokenAt;
            return due > busyUntil ? due : busyUntil;
        }
    }

    /// <summary>
    /// Reads. A Modbus request left one transaction ago, so that the registers are those of now and the reading's time
    /// is that of the request.
    /// </summary>
    public bool Read(TimeSpan now)
    {
        wokenAt = TimeSpan.MaxValue;
        if (modbus is null) return poller.Read(now);
        var answer = modbus.AnswerTime;
        var left = now - answer;
        var isNew = poller.NextDue <= left && poller.Read(left);
        var more = modbus.TakeElapsed() - answer;
        if (more > TimeSpan.Zero) busyUntil = now + more;
        return isNew;
    }

    public void Write(TimeSpan now)
    {
        IsWaitingForStep = false;
        poller.Write(now);
    }
}
