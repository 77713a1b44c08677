using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Keeping;

/// <summary>
/// The thread that stores what the loop publishes: the newest, several changes in one, and again every few seconds when
/// the disk does not take it.
/// </summary>
internal sealed class KeepThread(KeptStore store, ControlExchange exchange) : IDisposable
{
    private static readonly TimeSpan Look = 50.Milliseconds;
    // A flash card is worn by writes: what comes together goes together.
    private static readonly TimeSpan Rest = 250.Milliseconds;
    private static readonly TimeSpan Retry = 5.Seconds;
    private static readonly TimeSpan PatienceForDisk = 5.Seconds;

    private readonly ManualResetEventSlim ends = new();
    private Thread? thread;
    private KeptState kept;
    private uint taken;

    /// <summary>Begins; the state that the loop began with has been stored.</summary>
    public void Start(in ControlState begin)
    {
        KeptState.Take(begin, out kept);
        exchange.Stored.Publish(store.Report);
        thread = new(Run) { Name = "keep", IsBackground = true };
        thread.Start();
    }

    /// <summary>Ends after the loop has; an ordered end is marked as one.</summary>
    public void End(bool isOrdered)
    {
        ends.Set();
        // A disk that hangs must not keep the process: then the end counts as none.
        if (thread is null || !thread.Join(PatienceForDisk)) return;
        exchange.Kept.TryReadUnseen(ref kept, ref taken);
        if (isOrdered) store.End(kept);
        else store.Commit(kept);
    }

    /// <summary>After the end.</summary>
    public void Dispose() => ends.Dispose();

    private void Run()
    {
        while (!ends.Wait(Look))
        {
            if (!exchange.Kept.TryReadUnseen(ref kept, ref taken) && !store.Report.IsFailing) continue;
            var report = store.Commit(kept);
            exchange.Stored.Publish(report);
            ends.Wait(report.IsFailing ? Retry : Rest);
        }
    }
}
