using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Limits;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>
/// A home in a few lines around the step: a house, an EVSE that follows its command one step later, a meter that sees
/// both. Everything can be held, spoiled or silenced by the test.
/// </summary>
internal sealed class Rig
{
    private readonly SiteLimits site;
    private readonly RuleSet rules;
    private uint sequence;
    private Plan plan;
    private TimeSpan meterAnswersAt;
    private Reading<MeterReading> meter;
    private Reading<EvseReading> evse;
    private Reading<LinesReading> lines;
    private Reading<GridAgreement> settings;
    private Reading<HomeBatteryReading> battery;

    public Rig(SiteLimits? site = null, RuleSet? rules = null)
    {
        this.site = site ?? Sites.Exact;
        this.rules = rules ?? RuleSet.All;
    }

    public SiteLimits Site => site;
    public TimeSpan Now { get; private set; } = 10.Seconds;
    public TimeSpan Period { get; set; } = 100.Milliseconds;
    public ControlState State { get; private set; } = ControlState.PowerUp;
    public ControlState Before { get; private set; }
    public Plan PlanNow => plan;
    public Snapshot Seen { get; private set; }

    public PerLeg<Watts> House { get; set; }
    public PerLeg<Amperes> Reactive { get; set; }
    /// <summary>Voltage of every leg; null = nominal.</summary>
    public Volts? LegVoltage { get; set; }
    public Hertz? Frequency { get; set; } = new(60);
    public GridAgreement? Settings { get; set; }
    public bool TellsSettings { get; set; } = true;
    public bool MeterSpeaks { get; set; } = true;
    /// <summary>It shows the same values while nothing changes; a real one shows some noise in some value.</summary>
    public bool IsMeterQuiet { get; set; }
    /// <summary>From the request, which is the reading's time, to the answer. The meter is asked again at once.</summary>
    public TimeSpan MeterAnswersAfter { get; set; }
    public bool EvseSpeaks { get; set; } = true;
    public bool LinesSpeak { get; set; } = true;
    public bool IsPlugged { get; set; } = true;
    public bool StartsWhenAsked { get; set; } = true;
    public bool Follows { get; set; } = true;
    public double Gain { get; set; } = 1;
    public Soc? Soc { get; set; } = 60.Percent;
    public Watts StageLimit { get; set; } = 11.kW;
    public Watts CarCharge { get; set; } = 11.kW;
    public Watts CarDischarge { get; set; } = -11.kW;
    public Watts? InverterCharge { get; set; }
    public Watts? InverterDischarge { get; set; }
    public Celsius? StageTemperature { get; set; }
    public Celsius? OutletTemperature { get; set; }
    public EvseFaults Faults { get; set; }
    public EvseSession? ForcedSession { get; set; }
    public GridRelays Relays { get; set; }
    public GridOperatorSignal GridOperator { get; set; }
    public DepartureWish? Departure { get; set; }
    /// <summary>What the home battery tells; null = it is silent.</summary>
    public HomeBatteryReading? HomeBattery { get; set; }
    public bool IsPressed { get; set; }
    public bool IsPermitted { get; set; } = true;
    public LineLevel Button { get; set; }
    public LineLevel ContactorFeedback { get; set; }
    /// <summary>Where the transfer switch says that it stands.</summary>
    public TransferPosition Transfer { get; set; }
    /// <summary>Home and grid are apart: the meter sees nothing of the home.</summary>
    public bool IsApart { get; set; }
    /// <summary>The EVSE can form a grid, and does as it is told.</summary>
    public bool CanForm { get; set; }
    /// <summary>It has let go of the home.</summary>
    public bool LetsGo { get; set; }

    /// <summary>The inverter goes on forming a grid although it is not told to any more.</summary>
    public bool KeepsForming { get; set; }
    public bool IsLoopLate { get; set; }
    public bool IsStoreFailing { get; set; }
    public Watts Power { get; set; }
    public Requests Requests { get; set; }
    public Func<MeterReading, MeterReading> SpoilMeter { get; set; } = reading => reading;
    public Func<EvseReading, EvseReading> SpoilEvse { get; set; } = reading => reading;

    public Watts HouseTotal { set => House = new(value / 2, value / 2, Watts.Zero); }

    /// <summary>In service, in transfer, nothing asked that moves power, every hold over.</summary>
    public static Rig Transferring(SiteLimits? site = null, RuleSet? rules = null)
    {
        var rig = new Rig(site, rules);
        rig.Order(Watts.Zero, 8000.Seconds);
        rig.RunFor(2.Seconds);
        rig.Ask(rig.Site.EvseChargeRating);
        rig.RunUntil(ModeKind.Transferring);
        rig.Ask(Watts.Zero);
        rig.RunFor(4.Seconds);
        return rig;
    }

    public void Ask(Watts power) => Order(power, 8000.Seconds);

    public void Order(Watts power, TimeSpan lasts, OnExpire then = OnExpire.Zero, Soc? floor = null, double ramp = 0) =>
        Put(new PlanEntry(plan.Sequence + 1, OrderKind.Setpoint, power, power, Now, Now + lasts, ramp, then, floor));

    public void Put(params ReadOnlySpan<PlanEntry> entries)
    {
        plan.Sequence++;
        plan.Count = entries.Length;
        for (var i = 0; i < entries.Length; i++) plan.Entries[i] = entries[i];
    }

    public void RunFor(TimeSpan time)
    {
        for (var end = Now + time; Now < end;) Step();
    }

    public void RunUntil(ModeKind mode)
    {
        for (var end = Now + 60.Seconds; State.Mode != mode;)
        {
            Assert.True(Now < end, $"{mode} was not reached; the mode is {State.Mode}");
            Step();
        }
    }

    public void Step() => Step(Period);

    public void Step(TimeSpan after)
    {
        Now += after;
        sequence++;
        Measure();
        if (TellsSettings && Settings is { } told) settings = new(told, Now, sequence);
        Seen = new(Now, meter, evse, lines)
        {
            IsLoopLate = IsLoopLate, IsStoreFailing = IsStoreFailing, GridOperator = GridOperator,
            Settings = settings,
            HomeBattery = battery, Departure = Departure,
        };
        Before = State;
        State = ControlCycle.Step(Seen, plan, site, State, Requests, rules);
        Requests = default;
        if (Follows) Power = Forms ? -(House.L1 + House.L2 + House.L3) : State.Setpoint * Gain;
    }

    /// <summary>The process begins anew with what was kept; after another boot the clock begins anew too.</summary>
    public void Restart(Beginning after, bool isNewVersion = false, bool isNewBoot = false)
    {
        KeptState.Take(State, out var kept);
        var ended = Now;
        if (isNewBoot) Now = 20.Seconds;
        State = ControlState.Begin(after, isNewVersion, kept, isNewBoot ? Now - ended : TimeSpan.Zero, Now);
        Before = State;
    }

    /// <summary>Presses the clear button for a time and lets go.</summary>
    public void Press(TimeSpan time)
    {
        Button = LineLevel.Active;
        RunFor(time);
        Button = LineLevel.Inactive;
        RunFor(300.Milliseconds);
    }

    public TripState Trip(TripId id) => State.Trips[id];

    public Envelope Contribution(LimitId id) =>
        AllLimits.Contribution(id, site, State);

    private bool Forms => CanForm && !LetsGo
        && (KeepsForming || State.Command is { FormsGrid: true, Connection: Connection.Close });

    private void Measure()
    {
        var sample = SpoilMeter(MeterNow());
        if (MeterSpeaks && Now >= meterAnswersAt)
        {
            meter = new(sample, Now - MeterAnswersAfter, sequence);
            meterAnswersAt = Now + MeterAnswersAfter;
        }
        if (EvseSpeaks) evse = new(SpoilEvse(EvseNow()), Now, sequence);
        if (HomeBattery is { } told) battery = new(told, Now, sequence);
        if (!LinesSpeak) return;
        var levels = new LinesReading(IsPressed, IsPermitted)
        {
            ClearButton = Button, ContactorFeedback = ContactorFeedback, Relays = Relays, Transfer = Transfer,
        };
        lines = new(levels, Now, sequence);
    }

    private MeterReading MeterNow()
    {
        Watts Leg(int leg) => IsApart ? Watts.Zero : House[leg] + Power * site.EvseShare(leg);
        var power = new PerLeg<Watts>(Leg(0), Leg(1), Leg(2));
        var one = LegVoltage ?? site.NominalLegVoltage;
        var volts = new PerLeg<Volts>(one, one, one);
        Amperes Current(int leg) => volts[leg].Value == 0
            ? default : new(double.Hypot((power[leg] / volts[leg]).Value, Reactive[leg].Value));
        var current = new PerLeg<Amperes>(Current(0), Current(1), Current(2));
        return new(power.L1 + power.L2 + power.L3, power, volts, current,
            Frequency is { } hertz && !IsMeterQuiet ? new Hertz(hertz.Value + 1e-6 * (sequence % 7)) : Frequency);
    }

    private EvseReading EvseNow()
    {
        var isClosed = State.Command.Connection == Connection.Close && StartsWhenAsked;
        var session = ForcedSession ?? (!IsPlugged ? EvseSession.Unplugged
            : isClosed ? EvseSession.Energised : EvseSession.PluggedIn);
        var isInSession = session == EvseSession.Energised;
        if (!isInSession && Follows) Power = Watts.Zero;
        return new(Power, Power, Power, 360.V, new(Power.Value / 360), session, isInSession, Soc,
            StageLimit, -StageLimit, isInSession ? CarCharge : Watts.Zero, isInSession ? CarDischarge : Watts.Zero,
            Faults)
        {
            Forming = !CanForm ? GridForming.NotMapped : Forms ? GridForming.On : GridForming.Off,
            InverterCharge = InverterCharge,
            InverterDischarge = InverterDischarge,
            StageTemperature = StageTemperature,
            OutletTemperature = OutletTemperature,
        };
    }
}
