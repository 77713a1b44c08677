using System.Collections.Concurrent;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Serve;

/// <summary>
/// The one thread that moves a served home in real time: the plant at absolute deadlines of CLOCK_MONOTONIC (a late one
/// is made up for, so the plant's clock never drifts from the machine's), devices when they are due, and whatever is
/// asked from outside in between.
/// </summary>
internal sealed class HomeThread : IDisposable
{
    private readonly ServedHome served;
    private readonly IReadOnlyList<TimedEvent> timeLine;
    private readonly TruthWriter? truth;
    private readonly ConcurrentQueue<Wanted> wanted = new();
    private readonly PollSet news;
    private readonly Thread thread;
    private TimeSpan begunAt;
    private int nextEvent;
    private volatile bool mustStop;

    private sealed record Wanted(Action<TimeSpan> Act, TaskCompletionSource Done);

    /// <summary>Starts to move the home.</summary>
    /// <param name="served">The home.</param>
    /// <param name="timeLine">What happens by itself, in order of time.</param>
    /// <param name="truth">Where the true plant is written; null for nowhere.</param>
    public HomeThread(ServedHome served, IReadOnlyList<TimedEvent> timeLine, TruthWriter? truth)
    {
        this.served = served;
        this.timeLine = timeLine;
        this.truth = truth;
        news = served.ModuleNews is { } frames ? new PollSet(frames) : new PollSet();
        thread = new Thread(Run) { Name = "home", IsBackground = true };
        thread.Start();
    }

    /// <summary>Does something to the home between two of its steps; the time is the plant's.</summary>
    public Task Do(Action<TimeSpan> act)
    {
        var asked = new Wanted(act, new(TaskCreationOptions.RunContinuationsAsynchronously));
        wanted.Enqueue(asked);
        news.Waker.Signal();
        return asked.Done.Task;
    }

    /// <summary>Stops the home where it stands.</summary>
    public void Dispose()
    {
        mustStop = true;
        news.Waker.Signal();
        thread.Join();
        news.Dispose();
    }

    private void Run()
    {
        begunAt = MonotonicClock.Now;
        while (!mustStop)
        {
            var now = MonotonicClock.Now - begunAt;
            while (wanted.TryDequeue(out var asked)) Act(asked);
            for (; nextEvent < timeLine.Count && timeLine[nextEvent].At <= now; nextEvent++)
                Happen(timeLine[nextEvent].Event);
            MovePlant(now);
            foreach (var device in served.Devices)
                if (device.NextDue <= now) device.Advance(now);
            // It takes what has come and does nothing when there is nothing.
            served.Home.Module?.Advance(now);
            news.WaitUntil(begunAt + NextDue());
        }
    }

    private void MovePlant(TimeSpan now)
    {
        var plant = served.Home.Plant;
        while (plant.Now + World.PlantStep <= now)
        {
            plant.Advance(World.PlantStep);
            truth?.See(Truth.Of(plant));
        }
    }

    private TimeSpan NextDue()
    {
        var next = served.Home.Plant.Now + World.PlantStep;
        foreach (var device in served.Devices)
            if (device.NextDue < next) next = device.NextDue;
        return nextEvent < timeLine.Count && timeLine[nextEvent].At < next ? timeLine[nextEvent].At : next;
    }

    private void Act(Wanted asked)
    {
        asked.Act(served.Home.Plant.Now);
        asked.Done.SetResult();
    }

    private void Happen(ScenarioEvent happening)
    {
        truth?.Did(happening.ToString()!);
        if (happening is ScenarioEvent.NewSun sun) served.Home.Plant.Pv.Sun = sun.Sun;
        else if (happening is ScenarioEvent.Change change) served.Home.TryDo(change.What, change.Value);
    }
}
