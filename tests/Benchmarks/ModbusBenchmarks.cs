using System.Diagnostics;
using System.Globalization;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>
/// Reading 125 holding registers, one request after the other: our masters against libmodbus called from C, in the same
/// run, against the same small C server, in rounds that alternate so that both see the same machine. TCP over loopback;
/// RTU over a pty each, with no silence before a request, because libmodbus keeps none either.
/// </summary>
internal static class ModbusBenchmarks
{
    private const int Rounds = 15;
    private const int Requests = 20_000;
    private const double Goal = 0.9;

    private readonly record struct Round(double PerSecond, double P50Us, double P99Us);

    public static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("chargescape-figures-");
        try
        {
            var reference = ReferenceProgram.Compile(
                "modbus_reference.c", folder.FullName, "-I/usr/include/modbus", "-lmodbus");
            CompareTcp(reference);
            CompareRtu(reference);
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void CompareTcp(string reference)
    {
        using var server = new ReferenceProgram(reference, "server");
        var port = int.Parse(server.ReadLine(), CultureInfo.InvariantCulture);
        using var libmodbus = new ReferenceProgram(reference, "client", port.ToString(CultureInfo.InvariantCulture));
        using var master = new ModbusTcpMaster(new("127.0.0.1", port));
        Compare("ModbusTcpMaster", master, libmodbus);
    }

    private static void CompareRtu(string reference)
    {
        using var server = new ReferenceProgram(reference, "line");
        var (ourTty, theirTty) = (server.ReadLine(), server.ReadLine());
        using var libmodbus = new ReferenceProgram(reference, "client", theirTty);
        using var master = new ModbusRtuMaster(new(new(ourTty, 115_200)) { Silence = TimeSpan.Zero });
        Compare("ModbusRtuMaster", master, libmodbus);
    }

    private static void Compare(string name, IModbus master, ReferenceProgram libmodbus)
    {
        var ours = new List<Round>();
        var theirs = new List<Round>();
        long allocated = 0;
        for (var i = -2; i < Rounds; i++)
        {
            // Who begins takes turns; the first rounds warm up the JIT and the caches.
            var first = i % 2 == 0 ? Ask(master, out allocated) : Ask(libmodbus);
            var second = i % 2 == 0 ? Ask(libmodbus) : Ask(master, out allocated);
            if (i < 0) continue;
            ours.Add(i % 2 == 0 ? first : second);
            theirs.Add(i % 2 == 0 ? second : first);
        }
        Print(name, ours);
        Print("libmodbus (C)", theirs);
        var ratio = Median(ours.Zip(theirs, (a, b) => a.PerSecond / b.PerSecond));
        var verdict = ratio >= Goal ? "met" : "missed";
        Console.WriteLine(FormattableString.Invariant(
            $"ratio of requests/s, median of {Rounds} pairs: {ratio:0.00} (goal ≥ {Goal}: {verdict})"));
        Console.WriteLine(FormattableString.Invariant(
            $"allocated: {(double)allocated / Requests:0.###} bytes/request (goal 0)"));
    }

    private static Round Ask(IModbus master, out long allocated)
    {
        var into = new ushort[125];
        var each = new long[Requests];
        allocated = GC.GetAllocatedBytesForCurrentThread();
        var begun = Stopwatch.GetTimestamp();
        var before = begun;
        for (var i = 0; i < Requests; i++)
        {
            if (!master.ReadHolding(1, 0, into).IsOk) throw new InvalidOperationException("the server did not answer");
            var after = Stopwatch.GetTimestamp();
            each[i] = after - before;
            before = after;
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Array.Sort(each);
        return From(before - begun, each[Requests / 2], each[Requests / 100 * 99], Stopwatch.Frequency);
    }

    private static Round Ask(ReferenceProgram libmodbus)
    {
        libmodbus.WriteLine(Requests.ToString(CultureInfo.InvariantCulture));
        long[] said = [.. libmodbus.ReadLine().Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        return From(said[0], said[1], said[2], 1_000_000_000);
    }

    private static Round From(long all, long p50, long p99, long frequency) =>
        new(Requests * (double)frequency / all, p50 * 1e6 / frequency, p99 * 1e6 / frequency);

    private static void Print(string who, List<Round> rounds)
    {
        var rate = Median(rounds.Select(r => r.PerSecond));
        var p50 = Median(rounds.Select(r => r.P50Us));
        var p99 = Median(rounds.Select(r => r.P99Us));
        Console.WriteLine(FormattableString.Invariant(
            $"{who,-16} {rate,9:0} requests/s   p50 {p50,6:0.0} µs   p99 {p99,6:0.0} µs"));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
