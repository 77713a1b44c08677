using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>How the control threads ended.</summary>
/// <param name="Failure">The bug that ended them; null after an ordered stop.</param>
/// <param name="IsCurrentGone">No current flowed any more, by the EVSE's own reading.</param>
internal sealed record LoopEnd(Exception? Failure, bool IsCurrentGone);

/// <summary>
/// The thread of the control loop, and the pollers around it. It steps at absolute deadlines and when woken, never
/// catches in a step, and whatever ends it, its last command is zero and open.
/// </summary>
internal sealed class ControlThread : IDisposable
{
    private static readonly TimeSpan EndPeriod = 20.Milliseconds;
    private static readonly TimeSpan PatienceForPoller = 2.Seconds;
    private static readonly TimeSpan PatienceForZero = 500.Milliseconds;

    private readonly ControlLoop loop;
    private readonly TimeSpan period;
    private readonly TimeSpan patience;
    private readonly PollSet wake = new();
    private readonly StepSignal steps;
    private readonly List<PollerThread> pollers = [];
    private readonly TaskCompletionSource<LoopEnd> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread thread;
    private readonly ManualResetEventSlim begun = new();
    private Exception? pollerFailure;
    private EvseCommand announced;
    private long completedAt;
    private volatile bool mustStop;

    /// <summary>Prepares the threads.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="buses">One per bus; each gets a thread of its own.</param>
    /// <param name="period">Period of the deadlines.</param>
    /// <param name="stopTime">From "open" until the EVSE's current is gone, worst case.</param>
    public ControlThread(ControlLoop loop, IReadOnlyList<BusPoller> buses, TimeSpan period, TimeSpan stopTime)
    {
        this.loop = loop;
        this.period = period;
        patience = stopTime + 1.Seconds < 15.Seconds ? stopTime + 1.Seconds : 15.Seconds;
        steps = new(wake.Waker);
        foreach (var poller in buses) pollers.Add(new(poller, steps, PollerFailed));
        thread = new(Run) { Name = "control loop", IsBackground = true, Priority = ThreadPriority.Highest };
    }

    /// <summary>Ends with the threads.</summary>
    public Task<LoopEnd> Ended => ended.Task;

    /// <summary>The loop thread has real-time priority; known once <see cref="Start"/> has returned.</summary>
    public bool IsRealTime { get; private set; }

    /// <summary>When the last step completed whose outputs also have live pollers; zero = none yet.</summary>
    public TimeSpan CompletedAt => new(Volatile.Read(ref completedAt));

    /// <summary>Every poller has taken a turn within its bound.</summary>
    public bool ArePollersAlive
    {
        get
        {
            var now = MonotonicClock.Now;
            foreach (var poller in pollers)
                if (now - poller.AliveAt > poller.AliveWithin) return false;
            return true;
        }
    }

    /// <summary>Starts pollers and loop.</summary>
    public void Start()
    {
        foreach (var poller in pollers) poller.Start();
        thread.Start();
        begun.Wait();
    }

    /// <summary>A plan or a request has been put into the exchange.</summary>
    public void Wake() => wake.Waker.Signal();

    /// <summary>Asks for the ordered end: zero, open, wait for the current to go, end. <see cref="Ended"/> tells
    /// when.</summary>
    public void Stop()
    {
        mustStop = true;
        wake.Waker.Signal();
    }

    /// <summary>After the end.</summary>
    public void Dispose()
    {
        foreach (var poller in pollers) poller.Dispose();
        wake.Dispose();
        begun.Dispose();
    }

    private void Run()
    {
        IsRealTime = RealTime.TryEnter(RealTime.LoopPriority);
        begun.Set();
        Exception? failure = null;
        try
        {
            Cycle();
        }
        catch (Exception bug)
        {
            // Nothing is handled here: the bug is carried out to end the process, after the last commands.
            failure = bug;
        }
        failure ??= Volatile.Read(ref pollerFailure);
        var isGone = failure is null ? End(patience, patience) : End(PatienceForZero, PatienceForZero + 1.Seconds);
        // Only at an ordered end with no current left: before, what stood in the devices could let power flow again.
        foreach (var poller in pollers) poller.End(PatienceForPoller, handBack: failure is null && isGone);
        loop.TellRest();
        ended.SetResult(new(failure, isGone));
    }

    private void Cycle()
    {
        var pace = new LoopPace(period, MonotonicClock.Now);
        var isAsked = false;
        while (!mustStop)
        {
            isAsked |= wake.WaitUntil(isAsked ? pace.EarliestWoken : pace.Deadline) != WaitOutcome.TimedOut;
            if (mustStop) return;
            var now = MonotonicClock.Now;
            if (now < (isAsked ? pace.EarliestWoken : pace.Deadline)) continue;
            isAsked = false;
            var isDeadline = pace.Begin(now);
            steps.Begin();
            loop.Step(now, pace.Overruns, pace.IsTooLate);
            steps.End();
            Announce();
            if (isDeadline && ArePollersAlive) Volatile.Write(ref completedAt, now.Ticks);
        }
    }

    private void Announce()
    {
        var command = loop.State.Command;
        var isNew = command.Setpoint != announced.Setpoint || command.Connection != announced.Connection
            || command.Session != announced.Session || command.FormsGrid != announced.FormsGrid;
        announced = command;
        foreach (var poller in pollers) poller.StepFinished(isNew);
    }

    // Ordered first; what still flows after the patience is interrupted.
    private bool End(TimeSpan ordered, TimeSpan total)
    {
        var begun = MonotonicClock.Now;
        while (true)
        {
            var now = MonotonicClock.Now;
            var isGone = loop.StepToEnd(now, now - begun < ordered ? Connection.Open : Connection.OpenNow);
            foreach (var poller in pollers) poller.StepFinished(isCommandNew: true);
            if (isGone || now - begun >= total) return isGone;
            wake.WaitUntil(now + EndPeriod);
        }
    }

    private void PollerFailed(Exception bug)
    {
        Interlocked.CompareExchange(ref pollerFailure, bug, null);
        Stop();
    }
}
