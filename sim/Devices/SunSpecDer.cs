using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// A bidirectional inverter with the car behind it. On the wire injection is positive. It obeys the permit to serve
/// (703), then a set-point (704, or 124 in an older one) with the timer of <see cref="Reversion"/>; without a set-point
/// it idles. Where it is built so, model 64990 makes it form a grid in a home that is dead instead.
/// <code>
/// Off ──plug──► Standby ──permit, delay──► Starting ──contactor──► Running
///                  ▲                                                   │ permit gone
///                  └──────────────── no current ──── ShuttingDown ◄────┘
/// </code>
/// </summary>
public sealed class SunSpecDer : SimDevice
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WriteLatency = TimeSpan.FromMilliseconds(100);

    // Below this share of the voltage for so long it protects itself.
    private const double LowestFormed = 0.85;
    private static readonly TimeSpan LetsGoAfter = TimeSpan.FromMilliseconds(1000);

    private readonly HomePlant plant;
    private readonly DerSettings settings;
    private readonly DerImage image;
    private readonly Reversion reversion;
    private DerState state;
    private TimeSpan since;
    private TimeSpan permittedAt;
    private bool wasPermitted;
    private readonly Queue<(double Watts, TimeSpan At)> underWay = new();
    private double obeyedW;
    private double newestW;
    private TimeSpan formingUntil;
    private TimeSpan heldAt;
    private bool hasLetGo;
    private bool isHeld;

    /// <summary>Builds the register image.</summary>
    public SunSpecDer(HomePlant plant, DerSettings settings, byte unit)
    {
        this.plant = plant;
        this.settings = settings;
        image = new(settings, plant.Settings.Protection, unit);
        reversion = settings.IsOlder ? Reversion.Of124(image.Image) : Reversion.Of704(image.Image, "WSet");
        image.Image.Written = Written;
    }

    /// <summary>The registers.</summary>
    public SunSpecImage Image => image.Image;

    /// <summary>What is wrong with it.</summary>
    public DerTrouble Trouble { get; set; }

    /// <summary>What its cabinet shows.</summary>
    public Celsius Temperature { get; set; } = new(30);

    /// <summary>How often its reversion timer expired.</summary>
    public int Expiries => reversion.Expiries;

    /// <summary>Somebody on its network writes again and again that it shall inject all it can.</summary>
    public bool HasRogueMaster { get; set; }

    /// <summary>Somebody else writes a set-point, as another master on its network would. Positive injects.</summary>
    public void WriteAsAnother(double watts)
    {
        var (start, registers) = image.RegistersFor(watts);
        Image.Write(Image.Unit, start, registers);
    }

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        NextDue = now + Period;
        if (HasRogueMaster) WriteAsAnother(settings.RatingW);
        lock (Image.Gate)
        {
            reversion.Advance(now);
            MoveForming(now);
            Move(now);
            Obey(now);
            image.Show(plant, state, Trouble, Temperature.Value, reversion);
        }
    }

    private byte Written(SunSpecImage written, in ImageWrite write)
    {
        if (Trouble == DerTrouble.Clamps) image.Halve(write);
        reversion.Written(write, plant.Now);
        if (image.OrdersForming(write)) formingUntil = plant.Now + image.FormingLease;
        return 0;
    }

    // It makes no grid where one is, and lets go of one that it cannot hold; then only a new order starts it again.
    private void MoveForming(TimeSpan now)
    {
        if (settings.FormsW is not { } most) return;
        if (image.IsFormingOrdered && now >= formingUntil) image.LapseForming();
        if (!image.IsFormingOrdered) (hasLetGo, isHeld) = (false, false);
        var isForming = plant.Forms is not null;
        if (!isForming || plant.HomeVoltage >= LowestFormed) heldAt = now;
        hasLetGo |= now - heldAt >= LetsGoAfter;
        isHeld = image.IsFormingOrdered && !hasLetGo && (isHeld || plant.HomeVoltage < 0.1);
        plant.Forms = isHeld && state == DerState.Running ? new(most) : null;
    }

    private void Move(TimeSpan now)
    {
        var isPermitted = image.IsPermitted;
        if (isPermitted && !wasPermitted) permittedAt = now + settings.EnterService;
        wasPermitted = isPermitted;
        var mayServe = isPermitted && plant.IsPlugged && Trouble != DerTrouble.Faulted
            && (isHeld || (now >= permittedAt && !plant.Protection.IsTripped && !image.IsFormingOrdered));
        var next = state switch
        {
            _ when Trouble == DerTrouble.Faulted => DerState.Fault,
            DerState.Fault => DerState.Standby,
            DerState.Off when plant.IsPlugged => DerState.Standby,
            DerState.Standby when !plant.IsPlugged => DerState.Off,
            DerState.Standby when mayServe => DerState.Starting,
            DerState.Starting when !mayServe => DerState.ShuttingDown,
            DerState.Starting when now - since >= settings.Precharge => DerState.Running,
            DerState.Running when !mayServe => DerState.ShuttingDown,
            DerState.ShuttingDown when Math.Abs(plant.Stage.Current.Value) < 0.5 => DerState.Standby,
            _ => state,
        };
        if (next != state) (state, since) = (next, now);
        plant.IsLocked = state is DerState.Starting or DerState.Running or DerState.ShuttingDown;
        plant.IsContactorDriven = state is DerState.Running or DerState.ShuttingDown;
    }

    // A new set-point reaches the converter a moment after its registers, each after its own moment: a ramp arrives as
    // late as its steps and not never.
    private void Obey(TimeSpan now)
    {
        var ignores = Trouble is DerTrouble.Ignores or DerTrouble.Echoes or DerTrouble.Lies;
        if (state != DerState.Running || ignores)
        {
            underWay.Clear();
            if (state != DerState.Running) obeyedW = 0;
            newestW = obeyedW;
            Drive(obeyedW);
            return;
        }
        var setW = -(image.Setpoint(reversion) ?? 0);
        if (setW != newestW) underWay.Enqueue((newestW = setW, now + WriteLatency));
        while (underWay.TryPeek(out var next) && now >= next.At)
            obeyedW = Math.Clamp(underWay.Dequeue().Watts, -settings.RatingW, settings.RatingW);
        Drive(obeyedW);
    }

    private void Drive(double acW)
    {
        var stage = plant.Stage;
        var dcW = DcFor(acW, stage.Settings);
        var volts = Math.Max(1, plant.Battery.Rest.Value);
        stage.IsInverting = dcW < 0;
        stage.SetVoltage = dcW < 0 ? plant.Battery.Empty : plant.Battery.Full;
        var most = dcW < 0 ? plant.Battery.Settings.MaxDischarge : plant.Battery.ChargeAcceptance;
        stage.CurrentLimit = new(Math.Min(Math.Abs(dcW) / volts, most.Value));
        stage.IsOn = state is DerState.Starting or DerState.Running && dcW != 0;
    }

    // The stage's losses turned round: what must flow on the DC side for so much on the AC side.
    private static double DcFor(double acW, PowerStageSettings stage)
    {
        if (Math.Abs(acW) < 1) return 0;
        var dcW = acW;
        for (var i = 0; i < 8; i++)
        {
            var magnitude = Math.Abs(dcW);
            dcW = acW - stage.IdleLoss.Value - magnitude * stage.LinearLoss - magnitude * magnitude * stage.SquareLoss;
        }
        return acW > 0 ? Math.Max(0, dcW) : Math.Min(0, dcW);
    }
}

/// <summary>States of a simulated DER, numbered as 701.InvSt does.</summary>
internal enum DerState : byte
{
    Off = 0,
    Starting = 2,
    Running = 3,
    ShuttingDown = 5,
    Fault = 6,
    Standby = 7,
}
