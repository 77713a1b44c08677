using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// A Wallbox Quasar 1 with the car behind it: its register file (<see cref="QuasarRegisters"/>), its measured times and
/// its habits. It does what its registers say and nothing of what the controller means.
/// <code>
///  Off ─supply─► Booting ─half its time─► Errors ("state 7") ─► Standing ◄─────────── current gone ── Ending
///                                                                  │ start              ▲ stop, no car, lock, idle
///                                                                  ▼                    │ timeout, set-point 0
///                                                              Starting ─ 11 s ─► Transferring
/// </code>
/// </summary>
public sealed class QuasarCharger : SimDevice
{
    private const double StoppingSeconds = 9.9, NoPower = 1;
    private static readonly TimeSpan Turn = 50.Milliseconds;
    // From the action to the first current: what the measured 21.9 s leave beside a settling of 10.9 s.
    private static readonly TimeSpan StartDelay = 11.Seconds, ContactorAfter = 8.Seconds;

    private readonly HomePlant plant;
    private readonly QuasarChargerSettings settings;
    private readonly QuasarRegisters registers;
    private readonly QuasarPower power;
    private readonly SplitMix64 random;
    private readonly IGpioInput? supplyLine;
    private readonly Func<bool> isStopLoopOpen;
    private readonly Action<bool> silence;
    // Takes what is written and does nothing of it (a scenario's fault).
    private bool isDeaf;
    private Phase phase = Phase.Standing;
    private TimeSpan since;
    private TimeSpan shownAt;
    private bool wasDriven;

    private enum Phase : byte
    {
        Off,
        Booting,
        Errors,
        Standing,
        Starting,
        Transferring,
        Ending,
    }

    /// <summary>Joins the home.</summary>
    /// <param name="plant">The home.</param>
    /// <param name="settings">How it is.</param>
    /// <param name="random">Its chance.</param>
    /// <param name="gpio">Its end of the lines, for the contactor in its supply.</param>
    /// <param name="isStopLoopOpen">The emergency stop has cut that contactor's coil.</param>
    /// <param name="silence">Told when its network goes and comes.</param>
    public QuasarCharger(
        HomePlant plant, QuasarChargerSettings settings, SplitMix64 random, IGpio gpio, Func<bool> isStopLoopOpen,
        Action<bool> silence)
    {
        (this.plant, this.settings, this.random) = (plant, settings, random);
        (this.isStopLoopOpen, this.silence) = (isStopLoopOpen, silence);
        supplyLine = gpio.OpenInput(Lines.Supply);
        registers = new(settings.HasPowerSetpoint, settings.MayExport, () => plant.Now);
        power = new(plant);
    }

    /// <summary>Its stage and its losses; the times of the AC side are this device's own.</summary>
    public static PowerStageSettings Stage { get; } = new()
    {
        Rating = new(8000), MaxCurrent = new(27), MaxVoltage = new(500), GrowAmperesPerSecond = 60,
        Reversal = TimeSpan.FromMilliseconds(300), IdleLoss = new(250), LinearLoss = 0.02, SquareLoss = 0,
    };

    /// <summary>The registers, for the wire.</summary>
    public IModbusDevice Image => registers;

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        NextDue = now + Turn;
        var before = phase;
        var action = isDeaf ? null : registers.TakeAction();
        var startsByItself = registers.StartsByItself(plant.IsPlugged);
        phase = Next(now, startsByItself ? QuasarAction.Start : action);
        if (phase != before)
        {
            since = now;
            Enter(before);
        }
        Drive(now);
        if (now < shownAt + settings.Refresh) return;
        shownAt = now;
        Show(now);
    }

    /// <summary>What a scenario does to it; false when it does not know the word.</summary>
    public bool TryDo(string value)
    {
        switch (value)
        {
            case "healthy":
                registers.IsFrozen = registers.IsLocked = isDeaf = false;
                silence(phase is Phase.Off or Phase.Booting);
                return true;
            case "frozen":
                registers.IsFrozen = true;
                return true;
            case "ignores":
                isDeaf = true;
                return true;
            case "silent":
                silence(true);
                return true;
            case "locked":
                registers.IsLocked = true;
                return true;
            case "app_takes_control":
                registers.ReturnToUser();
                registers.AppWants(16);
                return true;
            case "app_stops":
                registers.AppWants(0);
                return true;
            case "restarts":
                (phase, since) = (Phase.Booting, plant.Now);
                Enter(Phase.Standing);
                return true;
            default:
                return false;
        }
    }

    private Phase Next(TimeSpan now, QuasarAction? action)
    {
        var held = now - since;
        if (!HasSupply) return Phase.Off;
        var mayGo = plant.IsPlugged && !registers.IsLocked;
        return phase switch
        {
            Phase.Off => Phase.Booting,
            Phase.Booting when held >= settings.Boot / 2 => Phase.Errors,
            Phase.Errors when held >= settings.Boot / 2 => Phase.Standing,
            _ when action == QuasarAction.Restart && phase > Phase.Errors => Phase.Booting,
            Phase.Standing when mayGo && action == QuasarAction.Start => Phase.Starting,
            Phase.Starting or Phase.Transferring when !plant.IsPlugged => Phase.Standing,
            Phase.Starting or Phase.Transferring when isDeaf && mayGo => phase,
            Phase.Starting or Phase.Transferring when !mayGo || action == QuasarAction.Stop || registers.IsIdle(now)
                || registers.WantedWatts(AcVolts) == 0 => Phase.Ending,
            Phase.Starting when held >= StartDelay => Phase.Transferring,
            Phase.Ending when !plant.IsPlugged || power.IsAtRest => Phase.Standing,
            _ => phase,
        };
    }

    // A home in service: until the controller has driven the line once, the supply is there.
    private bool HasSupply
    {
        get
        {
            var isDriven = supplyLine is not null && supplyLine.TryRead(out var level) && level;
            wasDriven |= isDriven;
            return (isDriven || !wasDriven) && !isStopLoopOpen();
        }
    }

    private double AcVolts => plant.Service.Voltage.L1.Value + plant.Service.Voltage.L2.Value is > 80 and var both
        ? both
        : plant.Service.Voltage.L1.Value;

    private void Enter(Phase before)
    {
        switch (phase)
        {
            case Phase.Off or Phase.Booting:
                power.Cut();
                registers.ReturnToUser();
                registers.IsFrozen = false;
                silence(true);
                break;
            case Phase.Errors:
                silence(false);
                break;
            case Phase.Standing when before != Phase.Errors:
                power.Cut();
                break;
            case Phase.Ending:
                power.GoTo(0, 1.0, StoppingSeconds);
                break;
        }
    }

    private void Drive(TimeSpan now)
    {
        // A hung server is no hung charger: it goes on with what it was told last, and takes nothing new.
        if (phase == Phase.Transferring && !registers.IsFrozen && !isDeaf)
            power.Follow(registers.WantedWatts(AcVolts), AcVolts);
        plant.IsContactorDriven = phase is Phase.Transferring or Phase.Ending
            || (phase == Phase.Starting && now - since >= ContactorAfter);
        power.Advance(Turn.TotalSeconds, phase is Phase.Transferring or Phase.Ending);
    }

    private void Show(TimeSpan now)
    {
        var flows = plant.IsContactorClosed;
        var watts = flows ? plant.Stage.AcPower.Value + 4 * random.Noise() : 0;
        registers.Show(
            State, Soc(now), watts, AcVolts + 0.6 * random.Noise(), flows ? plant.Stage.Voltage.Value : 0,
            flows ? plant.Stage.Current.Value : 0);
    }

    private QuasarState State => phase switch
    {
        Phase.Errors => QuasarState.ErrorOrOcpp,
        _ when !plant.IsPlugged => registers.IsLocked ? QuasarState.NoCarLocked : QuasarState.NoCar,
        Phase.Starting => QuasarState.WaitingForCar,
        Phase.Transferring or Phase.Ending => plant.Stage.Current.Value < 0 || power.Target < -NoPower
            ? QuasarState.Discharging
            : QuasarState.Charging,
        _ => QuasarState.Paused,
    };

    // 0 without a session, 1 for a while (a glitch that users report), then the car's own in whole per cent.
    private double Soc(TimeSpan now)
    {
        if (phase != Phase.Transferring) return 0;
        var held = now - since;
        if (held < settings.SocWake) return held < settings.SocWake / 2 ? 0 : 1;
        return Math.Round(plant.Battery.Soc.Percent);
    }
}
