using ChargeScape.Edge.Firmware.Link;
using ChargeScape.Edge.Firmware.Supervisor;

namespace ChargeScape.Edge.Tests.Unit.Firmware.Supervisor;

/// <summary>
/// The logic with what stands around it: a host that answers at the deadlines of its own clock, a contactor that follows
/// after 30 ms, an external watchdog that holds the coil 100 ms after the last kick, a current that follows at once.
/// </summary>
internal sealed class Bench
{
    public const uint Hash = 0xC0FFEE01;
    private const uint ContactorMs = 30;
    private const uint WatchdogMs = 100;
    private readonly uint step;
    private uint hostAt;
    private uint kickedAt;
    private bool wasKicked;
    private Question? open;
    private uint coilSince;

    public Bench(uint step = 10, uint phase = 0, uint start = 0, StoredLatches? stored = null, uint commissioning = 1)
    {
        this.step = step;
        Now = start;
        hostAt = start + phase;
        Ceilings.Commissioning = commissioning;
        State = SupervisorState.PowerUp(
            start, 0xACE1, stored ?? new() { IsKnown = true, Commissioning = commissioning }, commissioning);
        Seen.IsEmergencyStopReleased = true;
        Seen.TemperatureDeciC = 300;
        Seen.SupplyMilliV = 5000;
    }

    public Ceilings Ceilings = new()
    {
        ConfigHash = Hash, ReactionMs = 1000, MaxChargeDeciA = 320, MaxDischargeDeciA = 200, MaxTemperatureDeciC = 850,
        MinSupplyMilliV = 4500,
    };

    public SupervisorState State;
    public SupervisorInputs Seen;
    public SupervisorOutputs Done;

    public uint Now { get; private set; }
    public bool IsHostAlive { get; set; } = true;
    public bool WantsClosed { get; set; }
    public short CommandDeciA { get; set; }
    /// <summary>Changes what the host is about to send.</summary>
    public Func<Answer, Answer> Host { get; set; } = answer => answer;
    public uint HostHash { get; set; } = Hash;
    public uint Cycle { get; set; } = 1000;
    /// <summary>Stuck where it is: welded, or jammed open.</summary>
    public bool? StuckContactor { get; set; }
    /// <summary>What flows through a closed contactor, 0.1 A; null for what is commanded.</summary>
    public int? Flows { get; set; }
    /// <summary>The external watchdog does its part.</summary>
    public bool IsWatchdogSound { get; set; } = true;

    public bool IsCoilOn => Done.DriveContactor && (IsReleased || !IsWatchdogSound);
    public bool IsClosed { get; private set; }
    public Fault Standing => State.Standing;
    public Fault Latched => State.Latched;
    private bool IsReleased => wasKicked && Now - kickedAt <= WatchdogMs;

    /// <summary>Power-up until the permit is there, the host saying "open".</summary>
    public static Bench WithPermit(uint step = 10, uint phase = 0, uint start = 0)
    {
        var bench = new Bench(step, phase, start);
        bench.RunUntil(() => bench.Done.Permit, 5000);
        return bench;
    }

    /// <summary>Closed, with 10 A into the car.</summary>
    public static Bench Charging(uint step = 10, uint phase = 0, uint start = 0)
    {
        var bench = WithPermit(step, phase, start);
        bench.Run(200);
        bench.WantsClosed = true;
        bench.RunUntil(() => bench.IsClosed, 1000);
        bench.CommandDeciA = 100;
        bench.Run(1000);
        Assert.Equal(Fault.None, bench.Standing | bench.Latched);
        return bench;
    }

    public void Run(uint milliseconds, Action? each = null)
    {
        for (uint passed = 0; passed < milliseconds; passed += step)
        {
            Tick();
            each?.Invoke();
        }
    }

    /// <summary>How long it took, ms; a failure when it takes longer than the bound.</summary>
    public uint RunUntil(Func<bool> reached, uint within)
    {
        var from = Now;
        while (!reached())
        {
            Assert.True(Now - from <= within, $"not within {within} ms: stands {Standing}, latched {Latched}");
            Tick();
        }
        return Now - from;
    }

    /// <summary>A person holds the button, and lets it go.</summary>
    public void PressClear(uint milliseconds = 1200)
    {
        Seen.IsClearPressed = true;
        Run(milliseconds);
        Seen.IsClearPressed = false;
        Run(100);
    }

    public void Tick()
    {
        Now = unchecked(Now + step);
        Answer();
        Plant();
        SupervisorLogic.Step(Seen, Ceilings, Now, ref State, out Done);
        if (Done.KickWatchdog) (kickedAt, wasKicked) = (Now, true);
        if (Done.Asks) open = Done.Question;
    }

    private void Answer()
    {
        Seen.HasAnswer = false;
        if (unchecked((int)(Now - hostAt)) < 0) return;
        hostAt = unchecked(hostAt + 100);
        Cycle++;
        if (!IsHostAlive || open is not { } question) return;
        open = null;
        Seen.HasAnswer = true;
        Seen.AnswerConfigHash = HostHash;
        Seen.Answer = Host(new()
        {
            Sequence = question.Sequence, Fold = Fold.Of(question.Nonce), Cycle = Cycle, CommandDeciA = CommandDeciA,
            WantsClosed = WantsClosed,
        });
    }

    private void Plant()
    {
        if (IsCoilOn != IsClosed) coilSince += step;
        else coilSince = 0;
        if (coilSince >= ContactorMs) IsClosed = IsCoilOn;
        IsClosed = StuckContactor ?? IsClosed;
        Seen.IsContactorClosed = IsClosed;
        Seen.CurrentDeciA = IsClosed ? Flows ?? CommandDeciA : 0;
        Seen.IsWatchdogReleased = IsReleased || !IsWatchdogSound;
    }
}
