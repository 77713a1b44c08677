using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// A CHAdeMO car, V2H-capable or charge-only. Frames and times follow the recorded LEAF session
/// (<c>tests/data/chademo/v2x-evse_leaf24_start-charge-stop.candump.log</c>); discharge is built from protocol facts
/// only: no recording of one was at hand.
/// <code>
/// Away ─plug─► Asleep ─d1─► Waking ─0.2 s─► Exchanging ─charger's frames, 2.1 s─► Permitting ─1.8 s─► Waiting
///   Waiting ─lock and d2─► Closing ─1.2 s─► Asking ─1.7 s and charger's flags─► Transferring
///   any of these ─stop of either side─► Stopping ─current gone, 2 s─► WeldCheck ─0.9 s─► Ended ─d1 off─► Asleep
/// </code>
/// It waits for no fault bit of the charger: each phase has an end of its own (<see cref="IsLate"/>), and a lock that
/// is taken back ends the session, because one recorded charger gave up without any fault bit.
/// </summary>
public sealed class ChademoCar : SimDevice
{
    private static readonly TimeSpan Cycle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FrameGap = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ChargerSilence = TimeSpan.FromSeconds(1);
    private const double RampAmperesPerCycle = 2;
    private const int FramesPerCycle = 4;

    private readonly HomePlant plant;
    private readonly ICanBus can;
    private readonly IGpioInput sequence1;
    private readonly IGpioInput sequence2;
    private readonly IGpioOutput permission;
    private CarPhase phase = CarPhase.Away;
    private TimeSpan since;
    private TimeSpan cycleAt;
    private int frame;
    private TimeSpan heardAt;
    private TimeSpan deviatingSince = TimeSpan.MaxValue;
    private ChargerStatus status;
    private ChargerLimits limits;
    private ChargerDischarge discharge;
    private bool hasLimits;
    private bool hasStatus;
    private bool isPermitting;
    private bool wantsClosed;
    private bool reportsClosed;
    private CarFaults faults;
    private bool drivesPermission;
    private bool wasLocked;
    private double askedA;
    private double offeredA;

    /// <summary>Joins the bus and the lines.</summary>
    /// <param name="plant">The home.</param>
    /// <param name="can">The car's node on the CHAdeMO bus.</param>
    /// <param name="gpio">The car's end of the lines; used by it alone.</param>
    /// <param name="phaseShift">Where its 100 ms grid lies.</param>
    public ChademoCar(HomePlant plant, ICanBus can, IGpio gpio, TimeSpan phaseShift)
    {
        this.plant = plant;
        this.can = can;
        sequence1 = gpio.OpenInput(Lines.Sequence1);
        sequence2 = gpio.OpenInput(Lines.Sequence2);
        permission = gpio.OpenOutput(Lines.Permission);
        cycleAt = phaseShift;
        NextDue = phaseShift;
    }

    /// <summary>What is wrong with it.</summary>
    public CarTrouble Trouble { get; set; }

    /// <summary>Counts the edges it made.</summary>
    public long Edges { get; private set; }

    /// <summary>Where it stands.</summary>
    public CarPhase Phase => phase;

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        var isD1 = sequence1.TryRead(out var d1) && d1;
        var isD2 = sequence2.TryRead(out var d2) && d2;
        Hear(now);
        var before = phase;
        phase = Next(now, isD1, isD2);
        if (phase != before)
        {
            since = now;
            Enter(before);
        }
        plant.IsContactorDriven = wantsClosed && isD1 && isD2;
        var isPermitted = isPermitting && !Has(CarTrouble.LineWithoutFlag) && IsAwake;
        if (isPermitted != drivesPermission && permission.TryWrite(isPermitted))
        {
            drivesPermission = isPermitted;
            Edges++;
        }
        Speak(now);
    }

    // V1 without discharge: neither 102.5.7 nor frame 200.
    private bool IsChargeOnly => plant.Battery.Settings.IsChargeOnly;

    private bool IsAwake => phase is >= CarPhase.Exchanging and <= CarPhase.WeldCheck;

    private bool MayFlow =>
        (status.State & (ChargerState.Charging | ChargerState.StopControl)) == ChargerState.Charging;

    // Times of our own: no source has the car's. A recorded car without them asked for 177 s.
    private bool IsLate(TimeSpan held) => phase switch
    {
        CarPhase.Exchanging => held >= 10.Seconds,
        CarPhase.Waiting => held >= 40.Seconds,
        CarPhase.Asking => held >= 10.Seconds,
        _ => false,
    };

    private CarPhase Next(TimeSpan now, bool d1, bool d2)
    {
        if (!plant.IsPlugged) return CarPhase.Away;
        var held = now - since;
        if (IsAwake && phase < CarPhase.Stopping && (ShouldStop(now, d1, d2) || IsLate(held))) return CarPhase.Stopping;
        return phase switch
        {
            CarPhase.Away => CarPhase.Asleep,
            CarPhase.Asleep when d1 => CarPhase.Waking,
            CarPhase.Waking when !d1 => CarPhase.Asleep,
            CarPhase.Waking when held >= 200.Milliseconds => CarPhase.Exchanging,
            CarPhase.Exchanging when held >= 2100.Milliseconds && hasLimits && hasStatus => CarPhase.Permitting,
            CarPhase.Permitting when held >= 1800.Milliseconds => CarPhase.Waiting,
            CarPhase.Waiting when d2 && IsLocked && !Has(CarTrouble.NeverCloses) => CarPhase.Closing,
            CarPhase.Closing when held >= 1200.Milliseconds => CarPhase.Asking,
            CarPhase.Asking when held >= 1700.Milliseconds && MayFlow => CarPhase.Transferring,
            CarPhase.Stopping when HasStopped(held) => CarPhase.WeldCheck,
            CarPhase.WeldCheck when HasChecked(held) => CarPhase.Ended,
            CarPhase.Ended when !d1 && held >= 100.Milliseconds => CarPhase.Asleep,
            _ => phase,
        };
    }

    private bool IsLocked => (status.State & ChargerState.Locked) != 0;

    private bool Has(CarTrouble trouble) => (Trouble & trouble) != 0;

    private bool ShouldStop(TimeSpan now, bool d1, bool d2)
    {
        const ChargerState malfunction =
            ChargerState.ChargerMalfunction | ChargerState.SystemMalfunction | ChargerState.BatteryIncompatible;
        if (Has(CarTrouble.Hot)) faults |= CarFaults.HighTemperature;
        if (!d1 || (phase > CarPhase.Closing && !d2)) return true;
        if (Has(CarTrouble.WantsStop) || faults != CarFaults.None) return true;
        if (hasStatus && (status.State & malfunction) != 0) return true;
        if (hasStatus && now - heardAt > ChargerSilence) return true;
        if (wasLocked && !IsLocked) return true;
        return phase == CarPhase.Transferring && (status.State & ChargerState.StopControl) != 0;
    }

    // The contactor opens without current; after 2.5 s with current it opens all the same and the car reports a fault.
    private bool HasStopped(TimeSpan held)
    {
        if (!wantsClosed) return held >= 200.Milliseconds;
        if (Math.Abs(plant.Stage.Current.Value) < 1) return held >= 2.0.Seconds;
        if (held < 2.5.Seconds) return false;
        faults |= CarFaults.CurrentDeviation;
        return true;
    }

    private bool HasChecked(TimeSpan held)
    {
        if (!reportsClosed) return true;
        if (held < 900.Milliseconds) return false;
        if (plant.Stage.Voltage.Value < 0.25 * plant.Battery.Rest.Value) return true;
        return held >= 4.Seconds;
    }

    private void Enter(CarPhase before)
    {
        switch (phase)
        {
            case CarPhase.Away or CarPhase.Asleep or CarPhase.Waking:
                (hasLimits, hasStatus, isPermitting, wantsClosed, reportsClosed) = (false, false, false, false, false);
                (askedA, offeredA, faults, wasLocked) = (0, 0, CarFaults.None, false);
                break;
            case CarPhase.Permitting:
                isPermitting = true;
                break;
            case CarPhase.Closing:
                wantsClosed = true;
                break;
            case CarPhase.Asking:
                reportsClosed = true;
                break;
            case CarPhase.Stopping:
                (isPermitting, askedA, offeredA) = (false, 0, 0);
                break;
            case CarPhase.WeldCheck:
                wantsClosed = false;
                break;
            case CarPhase.Ended when before == CarPhase.WeldCheck && plant.IsContactorClosed:
                // Welded: it goes on saying "closed".
                break;
            case CarPhase.Ended:
                reportsClosed = false;
                break;
        }
    }

    private void Hear(TimeSpan now)
    {
        while (can.TryReceive(out var heard, out _))
        {
            if (phase < CarPhase.Exchanging || Has(CarTrouble.Silent)) continue;
            if (ChargerStatus.TryDecode(heard, out var newStatus))
            {
                (status, hasStatus, heardAt) = (newStatus, true, now);
                wasLocked |= IsLocked;
            }
            else if (ChargerLimits.TryDecode(heard, out var newLimits))
            {
                (limits, hasLimits) = (newLimits, true);
            }
            else if (ChargerDischarge.TryDecode(heard, out var newDischarge))
            {
                discharge = newDischarge;
            }
        }
    }

    private void Speak(TimeSpan now)
    {
        var isTalking = phase >= CarPhase.Exchanging && !Has(CarTrouble.Silent);
        if (!isTalking)
        {
            while (cycleAt <= now) cycleAt += Cycle;
            frame = 0;
            // As in a session, it looks at its lines once a cycle.
            NextDue = cycleAt;
            return;
        }
        while (cycleAt + frame * FrameGap <= now)
        {
            if (frame == 0) Ramp(now);
            var sent = FrameNow();
            can.TrySend(sent);
            if (++frame < (IsChargeOnly ? FramesPerCycle - 1 : FramesPerCycle)) continue;
            frame = 0;
            cycleAt += Cycle;
        }
        NextDue = cycleAt + frame * FrameGap;
    }

    // Once per cycle: the request follows what battery and charger allow, 2 A at a time up, at once down.
    private void Ramp(TimeSpan now)
    {
        var isAsking = phase is CarPhase.Asking or CarPhase.Transferring && !Has(CarTrouble.NeverAsks)
            && now - since >= (phase == CarPhase.Asking ? 1700.Milliseconds : TimeSpan.Zero);
        var most = isAsking ? Math.Min(plant.Battery.ChargeAcceptance.Value, limits.AvailableCurrent.Value) : 0;
        askedA = Math.Min(askedA + RampAmperesPerCycle, Math.Floor(most));
        var mostOffered = phase == CarPhase.Transferring && discharge.LowerThreshold.Value > 0
            && !Has(CarTrouble.NeverAsks) && !IsChargeOnly
            ? plant.Battery.DischargeAcceptance.Value
            : 0;
        offeredA = Math.Min(offeredA + RampAmperesPerCycle, Math.Floor(mostOffered));
        WatchDeviation(now);
    }

    // 10 A or more away from the request for 5 s: the car gives up.
    private void WatchDeviation(TimeSpan now)
    {
        var isCharging = status.ChargeCurrent.Value > 0 || discharge.Current.Value <= 0;
        var isDeviating = phase == CarPhase.Transferring && isCharging
            && Math.Abs(askedA - status.ChargeCurrent.Value) >= 10;
        if (!isDeviating) deviatingSince = TimeSpan.MaxValue;
        else if (deviatingSince == TimeSpan.MaxValue) deviatingSince = now;
        else if (now - deviatingSince >= 5.Seconds) faults |= CarFaults.CurrentDeviation;
    }

    private CanFrame FrameNow() => frame switch
    {
        0 => new CarLimits(
            default, default, default, Has(CarTrouble.Implausible) ? default : MaxVoltage, 200).Encode(),
        1 => new CarCapacity(
            IsSettled ? 60.Minutes : TimeSpan.Zero, IsSettled ? 60.Minutes : TimeSpan.Zero,
            new(plant.Battery.Settings.CapacityKwh * 1000)).Encode(),
        2 => new CarRequest(2, TargetVoltage, new(askedA), faults, Status, Rate).Encode(),
        _ => new CarDischarge(
            new(offeredA), plant.Battery.Empty, MinLevel: IsSettled ? (byte)5 : (byte)0xFF,
            MaxRemainingCapacity: IsSettled ? (byte)200 : (byte)0xFF).Encode(),
    };

    private Volts MaxVoltage => new(Math.Ceiling(plant.Battery.Full.Value) + 30);

    private Volts TargetVoltage => new(Math.Ceiling(plant.Battery.Full.Value) + 5);

    private bool IsSettled => phase >= CarPhase.Permitting;

    // Before k the rate is rubbish, as recorded.
    private byte Rate => IsSettled ? (byte)Math.Round((plant.Battery.Soc.Percent + Dither) * 2) : (byte)1;
    private double Dither =>
        !Trouble.HasFlag(CarTrouble.SocDithers) ? 0 : plant.Now.TotalSeconds % 4 < 2 ? 1 : -1;

    private CarStatus Status =>
        (IsChargeOnly ? 0 : CarStatus.DischargeCompatible) | CarStatus.LegacyDynamicControl
        | (isPermitting && phase >= CarPhase.Waiting ? CarStatus.Permitted : 0)
        | (reportsClosed && plant.IsCoilHolding ? 0 : CarStatus.ContactorOpen)
        | (phase == CarPhase.Ended && plant.IsContactorClosed ? CarStatus.SystemFault : 0);
}
