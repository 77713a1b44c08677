using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.BatteryCan;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>
/// A CAN frame as a line of an slcan adapter on TCP: from the moment it is sent until the driver's reading is published
/// (wait, strict reader, guard, driver, mailbox), against a bare blocking read loop that only takes the bytes. A frame
/// every 3 ms, rounds that alternate so that both see the same machine.
/// </summary>
internal static class CanBenchmarks
{
    private const int Rounds = 7;
    private const int Frames = 300;
    private const double Goal = 2;

    private readonly record struct Round(double P50Us, double P99Us);

    public static int Run()
    {
        var ours = new List<Round>();
        var bare = new List<Round>();
        long allocated = 0;
        for (var i = -1; i < Rounds; i++)
        {
            // Who begins takes turns; the first round warms up the JIT and the caches.
            var first = i % 2 == 0 ? Published(out allocated) : Bare();
            var second = i % 2 == 0 ? Bare() : Published(out allocated);
            if (i < 0) continue;
            ours.Add(i % 2 == 0 ? first : second);
            bare.Add(i % 2 == 0 ? second : first);
        }
        Print("reading published", ours);
        Print("bare read loop", bare);
        var ratio = Median(ours.Zip(bare, (a, b) => a.P50Us / b.P50Us));
        var isMet = ratio <= Goal ? "met" : "missed";
        Console.WriteLine(FormattableString.Invariant(
            $"ratio of p50, median of {Rounds} pairs: {ratio:0.00} (goal ≤ {Goal}: {isMet})"));
        Console.WriteLine(FormattableString.Invariant(
            $"allocated: {(double)allocated / Frames:0.###} bytes/frame (goal 0)"));
        return 0;
    }

    private static Round Published(out long allocated)
    {
        using var adapter = new Adapter();
        using var bus = new SlcanTcpBus(adapter.EndPoint, 500_000);
        using var guarded = new GuardedCanBus(bus, BatteryCanId.Ids(sendsAlive: false));
        var battery = new CanBattery(
            guarded, new() { SendsAlive = false, MaxVoltage = new(60), MaxCurrent = new(100), MaxAge = 5.Seconds });
        using var idle = new PollSet(bus);
        adapter.Accept();
        var times = new long[Frames];
        adapter.Start();
        allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Frames;)
        {
            idle.Wait(100.Milliseconds);
            if (!battery.Read(MonotonicClock.Now)) continue;
            times[i++] = adapter.Taken();
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return From(times);
    }

    private static Round Bare()
    {
        using var adapter = new Adapter();
        using var socket =
            new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(adapter.EndPoint);
        adapter.Accept();
        var times = new long[Frames];
        var bytes = new byte[4096];
        adapter.Start();
        for (var i = 0; i < Frames; i++)
        {
            if (socket.Receive(bytes) == 0) throw new InvalidOperationException("the adapter hung up");
            times[i] = adapter.Taken();
        }
        return From(times);
    }

    private static Round From(long[] times)
    {
        Array.Sort(times);
        return new(Us(times[times.Length / 2]), Us(times[times.Length / 100 * 99]));
    }

    private static double Us(long stamps) => stamps * 1e6 / Stopwatch.Frequency;

    private static void Print(string who, List<Round> rounds)
    {
        var (p50, p99) = (Median(rounds.Select(r => r.P50Us)), Median(rounds.Select(r => r.P99Us)));
        Console.WriteLine(FormattableString.Invariant($"{who,-18} p50 {p50,6:0.0} µs   p99 {p99,6:0.0} µs"));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    /// <summary>Sends a frame, and the next one 3 ms after it was taken.</summary>
    private sealed class Adapter : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly Thread sender;
        private Socket? client;
        private long sentAt;
        private readonly AutoResetEvent taken = new(false);

        public Adapter()
        {
            listener.Start();
            sender = new(Send) { IsBackground = true };
        }

        public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

        public void Accept()
        {
            client = listener.AcceptSocket();
            client.NoDelay = true;
        }

        public void Start() => sender.Start();

        /// <summary>How long ago the newest frame was sent.</summary>
        public long Taken()
        {
            var passed = Stopwatch.GetTimestamp() - Volatile.Read(ref sentAt);
            taken.Set();
            return passed;
        }

        public void Dispose()
        {
            sender.Join();
            client?.Dispose();
            listener.Dispose();
            taken.Dispose();
        }

        private void Send()
        {
            // SoC 50 %, health 100 %: a new reading each time.
            byte[] line = [.. "t355432006400\r"u8];
            for (var i = 0; i < Frames; i++)
            {
                // Slower than the guard's cap: a frame that it drops would be waited for without end.
                Thread.Sleep(3);
                Volatile.Write(ref sentAt, Stopwatch.GetTimestamp());
                client!.Send(line);
                // Not a spin: on a busy machine it would take the processor from whom it waits for.
                taken.WaitOne();
            }
        }
    }
}
