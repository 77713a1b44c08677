using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Host.Bench.Replay;

/// <summary>A frame of a log and its time in it.</summary>
internal readonly record struct LoggedFrame(TimeSpan At, CanFrame Frame);

/// <summary>Plays the frames of a log on a bus, each at its time.</summary>
internal sealed class CanReplay(IReadOnlyList<LoggedFrame> frames, double speed)
{
    /// <summary>Frames sent so far.</summary>
    public int Sent { get; private set; }

    /// <summary>Frames that the bus did not take.</summary>
    public int Lost { get; private set; }

    /// <summary>Reads a <c>candump -L</c> log; what is no frame is counted.</summary>
    /// <param name="text">The log.</param>
    /// <param name="only">Identifiers to play; null for all.</param>
    /// <param name="errors">Lines that are none of such a log.</param>
    public static List<LoggedFrame> Read(string text, IReadOnlySet<uint>? only, out int errors)
    {
        var reader = new CandumpReader(new StringReader(text));
        var frames = new List<LoggedFrame>();
        errors = 0;
        for (CandumpLine line; (line = reader.Next()) != CandumpLine.End;)
        {
            if (line == CandumpLine.Bad) errors++;
            if (line != CandumpLine.Frame || only?.Contains(reader.Frame.Id) == false) continue;
            frames.Add(new(reader.At, reader.Frame));
        }
        return frames;
    }

    /// <summary>Plays to the end, or until stopped.</summary>
    public void Run(ICanBus bus, Action progressed, CancellationToken stop)
    {
        using var clock = new PollSet();
        using var wake = stop.Register(clock.Waker.Signal);
        var begun = MonotonicClock.Now;
        var told = TimeSpan.Zero;
        foreach (var (at, frame) in frames)
        {
            var due = begun + (at - frames[0].At) / speed;
            while (!stop.IsCancellationRequested && MonotonicClock.Now < due) clock.WaitUntil(due);
            if (stop.IsCancellationRequested) return;
            if (bus.TrySend(frame)) Sent++;
            else Lost++;
            // What others send is of no interest here, but must not fill the port.
            while (bus.TryReceive(out _, out _)) { }
            if (due - told < TimeSpan.FromMilliseconds(100)) continue;
            told = due;
            progressed();
        }
        progressed();
    }
}
