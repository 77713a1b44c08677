using System.Diagnostics;
using System.Net.Sockets;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>How to scan.</summary>
/// <param name="Units">Unit ids asked behind each port that answers.</param>
/// <param name="Timeout">Longest wait for a connection and for each answer.</param>
/// <param name="Parallel">Targets asked at a time.</param>
internal sealed record ScanOptions(IReadOnlyList<int> Units, TimeSpan Timeout, int Parallel);

/// <summary>
/// Looks behind many TCP ports at a time: a bounded number of threads, each with one target and one connection, since
/// many devices admit one client only. Reads only.
/// </summary>
internal sealed class TcpScan(IReadOnlyList<ScanTarget> targets, ScanOptions options, CancellationToken stop)
{
    private const int StackBytes = 256 * 1024;
    // The master's own back-off would take a lost connection for a closed port.
    private static readonly TimeSpan ShortBackOff = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan BeforeReconnect = TimeSpan.FromMilliseconds(5);
    private int next;
    private int done;

    /// <summary>Targets that are through.</summary>
    public int Done => Volatile.Read(ref done);

    /// <summary>Scans until all is done or stopped. The calls come from several threads, one at a time.</summary>
    public void Run(Action<ScanFinding> found, Action progressed)
    {
        var gate = new Lock();
        var threads = new List<Thread>();
        for (var i = 0; i < Math.Min(options.Parallel, targets.Count); i++)
        {
            var thread = new Thread(Work, StackBytes) { IsBackground = true, Name = $"scan {i}" };
            thread.Start();
            threads.Add(thread);
        }
        foreach (var thread in threads) thread.Join();

        void Work()
        {
            while (!stop.IsCancellationRequested && Interlocked.Increment(ref next) - 1 is var i && i < targets.Count)
            {
                IReadOnlyList<ScanFinding> findings;
                try
                {
                    findings = Look(targets[i]);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
                lock (gate)
                {
                    Interlocked.Increment(ref done);
                    foreach (var finding in findings) found(finding);
                    progressed();
                }
            }
        }
    }

    private List<ScanFinding> Look(ScanTarget target)
    {
        using var master = new ModbusTcpMaster(new(target.Host, target.Port)
        {
            Timeout = options.Timeout, ConnectTimeout = options.Timeout,
            BackOff = ShortBackOff, MaxBackOff = ShortBackOff,
        });
        var findings = new List<ScanFinding>();
        var isOpen = false;
        foreach (var unit in options.Units)
        {
            var begun = Stopwatch.GetTimestamp();
            var outcome = UnitProbe.Run(master, (byte)unit, target.Host, stop);
            if (outcome.Last == ModbusStatus.Disconnected && isOpen)
            {
                Thread.Sleep(BeforeReconnect);
                outcome = UnitProbe.Run(master, (byte)unit, target.Host, stop);
            }
            if (outcome.Last == ModbusStatus.Disconnected && !isOpen)
            {
                // What was refused or never answered is closed; what closes an open connection is worth a line.
                var isQuick = Stopwatch.GetElapsedTime(begun) < options.Timeout;
                return isQuick && Connects(target) ? [Port(ScanAnswer.HangsUp, target)] : [];
            }
            if (outcome.Last == ModbusStatus.BadReply) return [.. findings, Port(ScanAnswer.NotModbus, target)];
            isOpen = true;
            if (outcome.Finding is { } finding) findings.Add(finding with { Port = target.Port });
        }
        return findings.Count == 0 ? [Port(ScanAnswer.Silent, target)] : SameDevice.Merge(findings);
    }

    private bool Connects(ScanTarget target)
    {
        using var socket = new TcpClient();
        try
        {
            return socket.ConnectAsync(target.Host, target.Port).Wait(options.Timeout);
        }
        catch (AggregateException)
        {
            return false;
        }
    }

    private static ScanFinding Port(ScanAnswer answer, ScanTarget target) =>
        new(answer) { Host = target.Host, Port = target.Port };
}
