using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>
/// A home that moves near its bounds, devices that tell of it badly, a cloud that asks for anything. Each step shows
/// two snapshots: <see cref="Raw"/> as it came, and <see cref="Clean"/>, in which what is nonsense, late or from the
/// future never came.
/// </summary>
internal sealed partial class Story
{
    public static readonly TimeSpan Begin = TimeSpan.FromSeconds(1000);
    // Readings that come faster are merged in the controller's history, which only makes its sets wider.
    private static readonly TimeSpan LeastEvsePeriod = TimeSpan.FromMilliseconds(170);

    private static readonly GridRelays Idle =
        new(LineLevel.Inactive, LineLevel.Inactive, LineLevel.Inactive, LineLevel.Inactive);

    private readonly Case told;
    private readonly SiteLimits site;
    private readonly Dice dice;
    private readonly StoryCar car;
    private readonly double[] house = new double[3];
    private TimeSpan meterSilentUntil, evseSilentUntil, linesSilentUntil, frozenUntil;
    private LinesReading lines = new(false, true) { Relays = Idle };
    private GridOperatorSignal rawSignal, cleanSignal;
    private Reading<HomeBatteryReading> rawBattery, cleanBattery;
    private DepartureWish? rawDeparture, cleanDeparture;
    private double batteryPower;
    private TimeSpan batterySilentUntil;
    private readonly int lie;
    private bool isLate;
    private bool isDiskFull;
    private uint sequence;
    private uint orders;

    public Story(Case told) : this(told, Begin)
    {
    }

    public Story(Case told, TimeSpan begin)
    {
        this.told = told;
        site = Homes.All[told.Site];
        dice = new((ulong)told.Seed * 31 + (ulong)told.Site);
        car = new(dice, site, told);
        lie = told.Has(Trouble.LyingMeter) ? 1 + told.Seed % 4 : 0;
        Now = begin;
        Settle();
        lastMeter = Measured();
        if (begin != Begin) return;
        // Goes on where the warm start left off.
        sequence = 1000;
        if (told.Has(Trouble.ColdStart)) return;
        var last = Homes.Warm[told.Site].Tail[^1];
        (rawMeter, rawEvse, toldLines) = (last.Meter, last.Evse, last.Lines);
        (cleanMeter, cleanEvse) = (rawMeter, rawEvse);
    }

    public SiteLimits Site => site;
    public TimeSpan Now { get; private set; }
    public Snapshot Raw { get; private set; }
    public Snapshot Clean { get; private set; }
    public Plan Plan;
    public Requests Requests { get; private set; }
    /// <summary>The process starts again before this step.</summary>
    public bool Restarts { get; private set; }
    /// <summary>How the last restart began.</summary>
    public Beginning BeganAfter { get; private set; }
    /// <summary>The good reading that came with this step, if one did.</summary>
    public Reading<MeterReading>? NewMeter { get; private set; }
    /// <summary>The same of the EVSE.</summary>
    public Reading<EvseReading>? NewEvse { get; private set; }

    /// <summary>Where a run begins.</summary>
    public ControlState Start => told.Has(Trouble.ColdStart) ? ControlState.PowerUp : Homes.Warm[told.Site].State;

    /// <summary>Orders last, and keep their ramp, until the next plan.</summary>
    public bool EntriesLast { get; set; }

    /// <summary>Keep the EVSE's power where it is, whatever it is told.</summary>
    public bool HoldsPower { get => car.HoldsPower; set => car.HoldsPower = value; }

    /// <summary>Time goes on by a step in which everything may move; the car saw the last command.</summary>
    public void Next(in ControlState last)
    {
        var elapsed = Elapsed();
        isLate = told.Has(Trouble.Stalls) && elapsed > 500.Milliseconds;
        Now += elapsed;
        Restarts = told.Has(Trouble.Restarts) && dice.Chance(0.005);
        MoveHouse();
        car.Move(last.Command, Now, elapsed);
        MoveLines();
        MoveOperator();
        MoveBattery();
        MoveDriver();
        Tell();
        MovePlan();
        Requests = told.Has(Trouble.Requests) && dice.Chance(0.1) ? Ask(last) : default;
    }

    /// <summary>What a process that starts again begins with, after the last state of the one before.</summary>
    public ControlState Restarted(in ControlState last)
    {
        KeptState.Take(last, out var kept);
        return Restarted(kept);
    }

    /// <summary>The same, with what was stored.</summary>
    public ControlState Restarted(in KeptState kept)
    {
        BeganAfter = dice.OneOf(Beginning.Ordered, Beginning.Ordered, Beginning.Crash, Beginning.StateLost);
        return ControlState.Begin(BeganAfter, isNewVersion: dice.Chance(0.1), kept, TimeSpan.Zero, Now);
    }

    /// <summary>Time goes on by 100 ms in which nothing unusual happens and charging is asked.</summary>
    public void Calm(in ControlState last)
    {
        Now += TimeSpan.FromMilliseconds(100);
        car.Move(last.Command, Now, TimeSpan.FromMilliseconds(100), isCalm: true);
        Array.Clear(house);
        TellAll();
        (Plan.Sequence, Plan.Count) = (1, 1);
        var power = Now < Begin - 20.Seconds ? site.EvseChargeRating : Watts.Zero;
        Plan.Entries[0] = new(
            1, OrderKind.Setpoint, power, power, TimeSpan.Zero, TimeSpan.MaxValue, 0, OnExpire.Zero, null);
    }

    private TimeSpan Elapsed()
    {
        var milliseconds = told.Has(Trouble.SlowTime) ? dice.Between(200, 1000)
            : told.Has(Trouble.Stalls) && dice.Chance(0.03) ? dice.Between(200, 4000)
            : dice.Between(5, 150);
        return TimeSpan.FromTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));
    }

    private void Settle()
    {
        // Near the import bound, near the export bound, or in between.
        var most = site.MainBreaker.Value * site.BreakerContinuousShare * site.NominalLegVoltage.Value;
        var import = (site.ImportCap?.Value ?? most * site.Legs) - dice.Between(-1000, 9000);
        var export = -(site.ExportCap?.Value ?? most * site.Legs) + dice.Between(-1000, 9000);
        var total = dice.OneOf(import, export, dice.Between(-3000, 6000));
        for (var leg = 0; leg < site.Legs; leg++) house[leg] = total / site.Legs + dice.Between(-500, 500);
        if (dice.Chance(0.3)) house[dice.Below(site.Legs)] = dice.OneOf(1, -1) * (most - dice.Between(-500, 4000));
    }

    private void MoveHouse()
    {
        for (var leg = 0; leg < site.Legs; leg++) house[leg] += dice.Between(-40, 40);
        if (!dice.Chance(0.03)) return;
        if (dice.Chance(0.3)) Settle();
        else house[dice.Below(site.Legs)] += dice.Between(-5000, 5000);
    }

    private void MoveBattery()
    {
        if (dice.Chance(0.02)) batteryPower = dice.Between(-4000, 4500);
        if (dice.Chance(0.01)) batterySilentUntil = Now + TimeSpan.FromSeconds(dice.Between(1, 6));
        if (Now < batterySilentUntil || !dice.Chance(0.3)) return;
        sequence++;
        if (told.Has(Trouble.Nonsense) && dice.Chance(0.1))
            rawBattery = new(
                new() { Power = new(dice.OneOf(double.NaN, 1e9, double.NegativeInfinity)) }, Now, sequence);
        else
            rawBattery = cleanBattery = new(new() { Power = new(batteryPower) }, Now, sequence);
    }

    private void MoveDriver()
    {
        if (dice.Chance(0.03))
            rawDeparture = cleanDeparture = new(
                Now + TimeSpan.FromSeconds(dice.Between(-5, 600)), new(dice.OneOf(0, dice.Between(20, 90))));
        else if (told.Has(Trouble.Nonsense) && dice.Chance(0.02))
            rawDeparture = new(Now, new(dice.OneOf(double.NaN, -5, 200)));
    }

    // A beat or a write, never both in one step: which of them came first would be nobody's to say.
    private void MoveOperator()
    {
        if (dice.Chance(0.02)) rawSignal = cleanSignal = cleanSignal with { HeartbeatAt = Now };
        else if (dice.Chance(0.04)) rawSignal = cleanSignal = Written(new(dice.Between(0, 11000)), dice.Chance(0.6));
        else if (told.Has(Trouble.Nonsense) && dice.Chance(0.02))
            rawSignal = Written(new(dice.OneOf(double.NaN, -5, double.PositiveInfinity)), true);
    }

    private GridOperatorSignal Written(Watts limit, bool isActive)
    {
        var written = new GridOperatorLimit(limit, isActive, Now, null);
        return dice.Chance(0.5)
            ? cleanSignal with { Consumption = written }
            : cleanSignal with { Production = written };
    }

    private void MoveLines()
    {
        if (dice.Chance(0.02))
            lines = lines with
            {
                Relays = Idle with { First = dice.OneOf(LineLevel.Inactive, LineLevel.Active, LineLevel.Unknown) },
            };
        if (told.Has(Trouble.Requests)) MoveButton();
        if (told.Has(Trouble.Restarts) && dice.Chance(0.02)) isDiskFull = !isDiskFull;
        if (!told.Has(Trouble.Lines)) return;
        var pressed = lines.IsEmergencyStopPressed ? !dice.Chance(0.2) : dice.Chance(0.004);
        var permitted = lines.HasSupervisorPermit ? !dice.Chance(0.006) : dice.Chance(0.2);
        lines = lines with { IsEmergencyStopPressed = pressed, HasSupervisorPermit = permitted };
    }

    private void MoveButton()
    {
        var isDown = lines.ClearButton == LineLevel.Active ? !dice.Chance(0.05) : dice.Chance(0.02);
        lines = lines with { ClearButton = isDown ? LineLevel.Active : LineLevel.Inactive };
    }

    private Requests Ask(in ControlState last)
    {
        var id = (TripId)dice.Below(TripMemory.Count + 2);
        var occurrence = last.Trips[id].Occurrence;
        var asked = dice.Chance(0.7) ? occurrence : occurrence + (uint)dice.Below(3) - 1;
        return new(id, asked) { IsService = dice.Chance(0.3) };
    }

    private void MovePlan()
    {
        if (Plan.Sequence != 0 && !dice.Chance(0.05)) return;
        Plan = new() { Sequence = ++orders + 1, Count = 1 + dice.Below(2) };
        for (var i = 0; i < Plan.Count; i++)
        {
            orders++;
            Plan.Entries[i] = told.Has(Trouble.HostilePlans) && dice.Chance(0.3) ? Hostile() : Sensible();
        }
        if (told.Has(Trouble.HostilePlans) && dice.Chance(0.05))
            Plan.Count = dice.OneOf(-1, 9, int.MaxValue, int.MinValue);
    }

    private PlanEntry Sensible()
    {
        var power = new Watts(
            dice.OneOf(0, dice.Between(-13000, 13000), dice.Between(-13000, 13000), dice.Between(-700, 700)));
        var other = new Watts(dice.Between(-12000, 12000));
        var kind = dice.Chance(0.8) ? OrderKind.Setpoint : dice.Chance(0.8) ? OrderKind.Envelope : OrderKind.Idle;
        var (lower, upper) = kind == OrderKind.Envelope
            ? (Watts.Min(power, other), Watts.Max(power, other)) : (power, power);
        var length = dice.Chance(0.8) || EntriesLast ? 1.Hours : TimeSpan.FromSeconds(dice.Between(0.2, 5));
        var ramp = dice.Chance(0.2) && !EntriesLast ? dice.Between(50, 5000) : 0;
        return new(orders, kind, lower, upper, Now, Now + length, ramp,
            (OnExpire)dice.Below(4), dice.Chance(0.1) ? new Soc(dice.Between(0, 100)) : null);
    }

    private PlanEntry Hostile() => new(
        orders, (OrderKind)dice.Below(6), AnyPower(), AnyPower(), AnyTime(), AnyTime(),
        dice.OneOf(double.NaN, -5, double.PositiveInfinity, 0), (OnExpire)dice.Below(9),
        new Soc(dice.OneOf(double.NaN, -7, 300, double.NegativeInfinity)));

    private Watts AnyPower() => new(dice.OneOf(
        double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, -1e12, 5000, -5000, 0.0,
        double.Epsilon));

    private TimeSpan AnyTime() => dice.OneOf(TimeSpan.MinValue, TimeSpan.MaxValue, Now, Now - 1.Hours, Now + 1.Hours);
}
