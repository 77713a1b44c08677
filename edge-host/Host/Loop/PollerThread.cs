using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Host.Loop;

/// <summary>
/// Drives one <see cref="BusPoller"/>: waits on {command, wires, due time}, reads, lets the step that the reading woke
/// run first (at most 1 ms), writes. A poller that throws is a bug: it ends, and the process with it.
/// </summary>
internal sealed class PollerThread : IDisposable
{
    private static readonly TimeSpan LongestWaitForStep = 1.Milliseconds;
    // A wire that stays readable without news, or a due time that does not move, must not hold a real-time thread.
    private static readonly TimeSpan RestWithoutNews = TimeSpan.FromMicroseconds(500);
    // The alive stamp must stay young even when nothing is due.
    private static readonly TimeSpan LongestWait = 100.Milliseconds;

    private static readonly TimeSpan LongestHandBack = 1.Seconds;
    private static readonly TimeSpan HandBackPause = 5.Milliseconds;

    private readonly BusPoller poller;
    private readonly StepSignal steps;
    private readonly PollSet idle;
    private readonly PollSet step = new();
    private readonly Thread thread;
    private long aliveAt;
    private volatile bool isWaitingForStep;
    private volatile bool mustEnd;
    private volatile bool mustHandBack;

    public PollerThread(BusPoller poller, StepSignal steps, Action<Exception> failed)
    {
        this.poller = poller;
        this.steps = steps;
        idle = new([.. poller.Pollables]);
        aliveAt = MonotonicClock.Now.Ticks;
        thread = new(() =>
        {
            try
            {
                Run();
            }
            catch (Exception bug)
            {
                // Not handled: passed on to end the process in order. That takes seconds, and from here on nobody tells
                // the devices of this bus anything, not even zero.
                poller.LetGo();
                failed(bug);
            }
        })
        { Name = $"poll {poller.Name}", IsBackground = true };
    }

    /// <summary>Name of the bus.</summary>
    public string Name => poller.Name;

    /// <summary>When the thread last took a turn.</summary>
    public TimeSpan AliveAt => new(Volatile.Read(ref aliveAt));

    /// <summary>Without a turn for this long the thread is stuck.</summary>
    public TimeSpan AliveWithin => poller.AliveWithin;

    public void Start() => thread.Start();

    /// <summary>The loop has finished a step.</summary>
    public void StepFinished(bool isCommandNew)
    {
        if (isWaitingForStep || isCommandNew) step.Waker.Signal();
        if (isCommandNew) idle.Waker.Signal();
    }

    /// <summary>
    /// Ends the thread after its present turn, giving back what its devices took over when <paramref name="handBack"/>;
    /// false when a wire keeps it longer than <paramref name="patience"/>.
    /// </summary>
    public bool End(TimeSpan patience, bool handBack)
    {
        mustHandBack = handBack;
        mustEnd = true;
        idle.Waker.Signal();
        return !thread.IsAlive || thread.Join(patience);
    }

    public void Dispose()
    {
        idle.Dispose();
        step.Dispose();
    }

    private void Run()
    {
        RealTime.TryEnter(RealTime.PollerPriority);
        while (!mustEnd)
        {
            var now = MonotonicClock.Now;
            Volatile.Write(ref aliveAt, now.Ticks);
            var isNew = poller.Read(now);
            if (isNew) WaitForStep();
            poller.Write(MonotonicClock.Now);
            if (!isNew) step.WaitUntil(now + RestWithoutNews);
            var due = poller.NextDue;
            var longest = MonotonicClock.Now + LongestWait;
            idle.WaitUntil(due < longest ? due : longest);
        }
        if (mustHandBack) HandBack();
    }

    private void HandBack()
    {
        var deadline = MonotonicClock.Now + LongestHandBack;
        while (!poller.HandBack(MonotonicClock.Now) && MonotonicClock.Now < deadline)
            step.WaitUntil(MonotonicClock.Now + HandBackPause);
    }

    private void WaitForStep()
    {
        isWaitingForStep = true;
        var wanted = steps.Ask();
        var deadline = MonotonicClock.Now + LongestWaitForStep;
        // A signal left over from an earlier step ends the wait too soon, so look again.
        while (!steps.HasFinished(wanted) && step.WaitUntil(deadline) != WaitOutcome.TimedOut) { }
        isWaitingForStep = false;
    }
}
