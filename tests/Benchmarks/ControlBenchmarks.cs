using System.Diagnostics;
using System.Runtime.CompilerServices;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>
/// One control step with every rule, in mid-discharge at the demo's rates: a meter reading each 50 ms and an EVSE
/// reading each 100 ms wake a step, and a deadline each 100 ms is one.
/// </summary>
internal static class ControlBenchmarks
{
    private const int Steps = 400;
    // Short rounds, so that few of them are interrupted by something else on the machine.
    private const int StepsPerRound = 200;
    private const int Passes = 3000;
    private const int WarmUpPasses = 1000;
    private const double GoalNs = 250;

    public static int Run()
    {
        var (seen, start, plan) = Story();
        var each = new List<double>(Steps / StepsPerRound * Passes);
        var (state, other) = (start, start);
        long allocated = 0;
        for (var pass = -WarmUpPasses; pass < Passes; pass++)
        {
            state = start;
            for (var from = 0; from < Steps; from += StepsPerRound)
            {
                var round = seen.AsSpan(from, StepsPerRound);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var begun = Stopwatch.GetTimestamp();
                // As the loop does: the newest state and the one before it take turns.
                for (var i = 0; i < round.Length; i += 2)
                {
                    ControlCycle.Step(round[i], plan, Site, state, default, RuleSet.All, out other);
                    ControlCycle.Step(round[i + 1], plan, Site, other, default, RuleSet.All, out state);
                }
                var elapsed = Stopwatch.GetElapsedTime(begun);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                if (pass >= 0) each.Add(elapsed.TotalNanoseconds / StepsPerRound);
            }
        }
        each.Sort();
        var (best, median) = (each[0], each[each.Count / 2]);
        var verdict = median <= GoalNs ? "met" : "missed";
        Console.WriteLine(FormattableString.Invariant(
            $"ControlCycle.Step, all rules: median {median:0} ns, best {best:0} ns (goal ≤ {GoalNs}: {verdict})"));
        Console.WriteLine(FormattableString.Invariant(
            $"allocated: {(double)allocated / (Steps * (Passes + WarmUpPasses)):0.###} bytes/step (goal 0)"));
        Console.WriteLine($"state: {Unsafe.SizeOf<ControlState>()} bytes; ended {state.Mode} at {state.Setpoint}");
        return state.Mode == ModeKind.Transferring ? 0 : 1;
    }

    private static (Snapshot[] Seen, ControlState Start, Plan Plan) Story()
    {
        var plan = new Plan { Sequence = 1, Count = 1 };
        var (power, forever) = (new Watts(-5000), TimeSpan.FromDays(1));
        plan.Entries[0] = new(1, OrderKind.Setpoint, power, power, default, forever, 0, OnExpire.Zero, null);
        var state = ControlState.PowerUp;
        // Twenty seconds to start and to reach the order; then what is measured.
        for (var i = 0; i < 800; i++)
            state = ControlCycle.Step(SnapshotAt(i, state), plan, Site, state, default, RuleSet.All);
        var seen = new Snapshot[Steps];
        var ahead = state;
        for (var i = 0; i < seen.Length; i++)
        {
            seen[i] = SnapshotAt(800 + i, ahead);
            ahead = ControlCycle.Step(seen[i], plan, Site, ahead, default, RuleSet.All);
        }
        return (seen, state, plan);
    }

    /// <summary>Four steps in 100 ms: meter, EVSE, meter, deadline.</summary>
    private static Snapshot SnapshotAt(int step, in ControlState state)
    {
        var (cycle, phase) = (step / 4, step % 4);
        var start = TimeSpan.FromMilliseconds(1000 + 100 * cycle);
        var now = start + TimeSpan.FromMilliseconds(25 * phase);
        var meterAt = phase < 2 ? start : start + TimeSpan.FromMilliseconds(50);
        var evseAt = phase == 0 ? start - TimeSpan.FromMilliseconds(75) : start + TimeSpan.FromMilliseconds(25);
        var isClosed = state.Command.Connection == Connection.Close;
        var power = state.Setpoint;
        var leg = new Watts(1200 + 30 * Math.Sin(step * 0.1)) + power / 2;
        var current = Amperes.Abs(leg / new Volts(120));
        var volts = new PerLeg<Volts>(new(120), new(120), default);
        var meter = new MeterReading(
            leg * 2, new(leg, leg, default), volts, new(current, current, default), new Hertz(60));
        var evse = new EvseReading(
            power, power - new Watts(50), power + new Watts(50), new(360), new(power.Value / 360),
            isClosed ? EvseSession.Energised : EvseSession.PluggedIn, isClosed, new Soc(60),
            new(9600), new(-9600), new(9000), new(-9000), EvseFaults.None);
        var evseNumber = (uint)(phase == 0 ? cycle + 1 : cycle + 2);
        return new(now, new(meter, meterAt, (uint)(2 * cycle + phase / 2 + 1)), default,
            new(evse, evseAt, evseNumber), new(new(false, true), start, (uint)(cycle + 1)));
    }

    private static readonly SiteLimits Site = new()
    {
        Service = Wiring.SplitPhase,
        NominalLegVoltage = new(120),
        EvseWiring = Wiring.SplitPhase,
        EvseLeg = 0,
        MainBreaker = new(100),
        BreakerContinuousShare = 0.8,
        EvseBreaker = new(60),
        ImportCap = null,
        ExportCap = new Watts(5000),
        CapAim = 0.97,
        EvseChargeRating = new(9600),
        EvseDischargeRating = new(9600),
        Reserve = new(30),
        UpperSoc = new(90),
        HouseLoadMax = new(24000),
        SourcesMax = new(7600),
        HouseSlewWattsPerSecond = 2000,
        MeterError = new(100),
        RampWattsPerSecond = 2000,
        ReversalDwell = TimeSpan.FromSeconds(1),
        SetpointStep = new(10),
        MinimumPower = new(500),
        WideningHold = TimeSpan.FromSeconds(2),
        SilenceFloor = Watts.Zero,
        MinimumConnected = TimeSpan.Zero,
        MinimumDisconnected = TimeSpan.Zero,
        MeterTiming = Times(periodMs: 50, refreshMs: 50, settlingMs: 0),
        EvseTiming = Times(periodMs: 100, refreshMs: 0, settlingMs: 5000),
        LinesMaxAge = TimeSpan.FromMilliseconds(500),
    };

    private static DeviceTiming Times(int periodMs, int refreshMs, int settlingMs) => new(
        TimeSpan.FromMilliseconds(periodMs), TimeSpan.FromMilliseconds(refreshMs), TimeSpan.FromSeconds(1),
        TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(settlingMs), TimeSpan.FromSeconds(25),
        TimeSpan.FromSeconds(5));
}
