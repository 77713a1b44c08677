using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.Benchmarks;

/// <summary>
/// One control step with every rule, none of them idle for want of a setting, in mid-discharge at the demo's rates: a
/// meter reading each 50 ms and an EVSE reading each 100 ms wake a step, and a deadline each 100 ms is one.
/// </summary>
public static class ControlBenchmarks
{
    private const int Steps = 400;
    private const double GoalNs = 1000;

    public static int Run()
    {
        var folder = Directory.CreateTempSubdirectory("chargescape-figures-").FullName;
        // In this process: the assembly under test is built already, and a second build would need its own settings.
        var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default)
            .AddLogger(NullLogger.Instance).WithArtifactsPath(folder);
        var report = BenchmarkRunner.Run<ControlStep>(config).Reports.Single();
        Directory.Delete(folder, recursive: true);

        var times = report.ResultStatistics!;
        var allocated = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase);
        var verdict = times.Median <= GoalNs ? "met" : "missed";
        Console.WriteLine(FormattableString.Invariant(
            $"ControlCycle.Step, every rule: median {times.Median:0} ns, best {times.Min:0} ns of {times.N} runs"));
        Console.WriteLine($"goal: a median of at most {GoalNs} ns: {verdict}");
        Console.WriteLine($"allocated: {allocated} bytes/step (goal 0)");
        Console.WriteLine($"state: {Unsafe.SizeOf<ControlState>()} bytes");
        return 0;
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
            new(9600), new(-9600), new(9000), new(-9000), EvseFaults.None)
        {
            StageTemperature = new(40), OutletTemperature = new(35),
            InverterCharge = new(9600), InverterDischarge = new(-9600),
        };
        var evseNumber = (uint)(phase == 0 ? cycle + 1 : cycle + 2);
        var battery = new HomeBatteryReading
        {
            Soc = new(56), Current = new(-4), Voltage = new(51), Power = new(-204), ChargeLimit = new(100),
            DischargeLimit = new(-80),
        };
        return new(now, new(meter, meterAt, (uint)(2 * cycle + phase / 2 + 1)),
            new(evse, evseAt, evseNumber), new(new(false, true), start, (uint)(cycle + 1)))
        {
            HomeBattery = new(battery, start, (uint)(cycle + 1)),
            GridOperator = new(start, new(new(12_000), true, TimeSpan.Zero, null), null),
            Settings = new(new GridAgreement(true, 0, default), start, (uint)(cycle + 1)),
            Departure = new(TimeSpan.FromHours(12), new(80)),
        };
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
        Cable = new(50),
        HomeBatteryChargeMax = new(5000),
        HomeBatteryMaxAge = TimeSpan.FromSeconds(5),
        DailyDischarge = new(20_000),
        Departure = new(new(60_000), 0.9, TimeSpan.FromMinutes(30)),
        Island = null,
        GridOperator = new(
            IsOfSite: true, new(4200), new(new(4200), new(0), TimeSpan.FromHours(2), IsForGood: false), []),
        Grid = new(AtOnce(UtilityProfiles.All["ieee1547-cat-iii"].Profile), IsOptedIn: true, SettingsProof.ReadBack),
        StageDerate = new(new(60), new(80), 5, new(90), TimeSpan.FromMinutes(5), 0.5),
        OutletDerate = new(new(60), new(80), 5, new(90), TimeSpan.FromMinutes(5), 0.5),
        Feeder = new(new(80), new(20), new(20)),
        Busbar = new(new(200), 1.2, 1.25, new(30), null),
        ImportLegCap = new Watts(9000),
        ExportLegCap = new Watts(4000),
        ImportCap = new Watts(18_000),
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
        IsMeterStated = true,
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

    // Twenty seconds of story are too short for a delay of 300 s.
    private static UtilityProfile AtOnce(UtilityProfile profile) => profile with
    {
        EnterService = profile.EnterService with { Delay = TimeSpan.Zero, Ramp = TimeSpan.Zero },
    };

    private static DeviceTiming Times(int periodMs, int refreshMs, int settlingMs) => new(
        TimeSpan.FromMilliseconds(periodMs), TimeSpan.FromMilliseconds(refreshMs), TimeSpan.FromSeconds(1),
        TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(settlingMs), TimeSpan.FromSeconds(25),
        TimeSpan.FromSeconds(5));

    /// <summary>Four hundred steps, ten seconds of the story, from the same state each time.</summary>
    public class ControlStep
    {
        private Snapshot[] seen = [];
        private ControlState start;
        private Plan plan;

        [GlobalSetup]
        public void Tell() => (seen, start, plan) = Story();

        [Benchmark(OperationsPerInvoke = Steps)]
        public ModeKind Step()
        {
            // As the loop does: the newest state and the one before it take turns.
            var (state, other) = (start, start);
            for (var i = 0; i < seen.Length; i += 2)
            {
                ControlCycle.Step(seen[i], plan, Site, state, default, RuleSet.All, out other);
                ControlCycle.Step(seen[i + 1], plan, Site, other, default, RuleSet.All, out state);
            }
            if (state.Mode != ModeKind.Transferring || state.Setpoint >= Watts.Zero)
                throw new InvalidOperationException($"the story ended {state.Mode} at {state.Setpoint}");
            return state.Mode;
        }
    }
}
