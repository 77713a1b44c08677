using System.Globalization;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>What the tap (tap.c) stamped. Times are CLOCK_MONOTONIC in ns, taken by that process.</summary>
/// <param name="Kind">V visible at the meter, M handed to the host, C current commanded at the module.</param>
/// <param name="At">Nanoseconds.</param>
/// <param name="Value">Register value, or mA.</param>
internal readonly record struct WireEvent(char Kind, long At, long Value);

/// <summary>Runs the tap between a controller and the simulated home, and keeps what it says.</summary>
internal sealed class WireTap : IDisposable
{
    private readonly ReferenceProgram program;
    private readonly List<WireEvent> events = [];
    private readonly Lock gate = new();

    public WireTap(string tap, int meterPort, int modulePort, int unit, int register)
    {
        int[] arguments = [meterPort, modulePort, unit, register];
        program = new ReferenceProgram(tap, [.. arguments.Select(n => n.ToString(CultureInfo.InvariantCulture))]);
        var ports = program.ReadLine().Split(' ');
        (MeterPort, ModulePort) =
            (int.Parse(ports[1], CultureInfo.InvariantCulture), int.Parse(ports[2], CultureInfo.InvariantCulture));
        new Thread(Listen) { IsBackground = true, Name = "tap" }.Start();
    }

    /// <summary>Where the controller shall look for the meter.</summary>
    public int MeterPort { get; }
    /// <summary>Where the controller shall look for the module's bus.</summary>
    public int ModulePort { get; }

    /// <summary>All events so far.</summary>
    public WireEvent[] Events
    {
        get { lock (gate) return [.. events]; }
    }

    /// <summary>The newest event of a kind; null while there is none.</summary>
    public WireEvent? Newest(char kind)
    {
        lock (gate)
        {
            for (var i = events.Count - 1; i >= 0; i--)
                if (events[i].Kind == kind) return events[i];
            return null;
        }
    }

    /// <summary>Waits for the first event after a time that fits.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    public WireEvent First(char kind, long after, Func<long, bool> fits, TimeSpan patience, string what)
    {
        var deadline = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (true)
        {
            lock (gate)
            {
                foreach (var e in events)
                    if (e.Kind == kind && e.At > after && fits(e.Value)) return e;
            }
            if (Environment.TickCount64 > deadline)
                throw new TimeoutException($"the tap did not see {what} in {patience.TotalSeconds} s");
            Thread.Sleep(2);
        }
    }

    public void Dispose() => program.Dispose();

    private void Listen()
    {
        while (program.TryReadLine() is { } line)
        {
            var parts = line.Split(' ');
            var seen = new WireEvent(line[0], long.Parse(parts[1], CultureInfo.InvariantCulture),
                long.Parse(parts[2], CultureInfo.InvariantCulture));
            lock (gate) events.Add(seen);
        }
    }
}
