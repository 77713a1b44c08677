using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// One or several Infy modules in parallel on their CAN bus, of either kind: answers reads, takes writes, and each
/// switches its output off when it has heard nothing for the keep-alive time. Each protocol has a single source
/// (EVerest's drivers); the answer to a write is our reading of it.
/// </summary>
public sealed class InfyModule : SimDevice
{
    // Our guess of what a module's firmware takes to look at its inbox; no source says it.
    private static readonly TimeSpan Turnaround = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromMilliseconds(500);
    private readonly HomePlant plant;
    private readonly ICanBus can;
    private readonly Func<TimeSpan?> nextArrival;
    private readonly TimeSpan keepAlive;
    private readonly bool isRectifier;
    private readonly InfySlot[] slots;
    private TimeSpan watchAt = WatchPeriod;

    /// <summary>Joins the bus.</summary>
    /// <param name="plant">The home.</param>
    /// <param name="can">The modules' node.</param>
    /// <param name="nextArrival">When the next frame is there, if the wire can tell; otherwise it looks every 5
    /// ms.</param>
    /// <param name="address">Address of the first module, 0…0x3E.</param>
    /// <param name="keepAlive">Silence after which an output goes off (10 s).</param>
    /// <param name="modules">How many there are.</param>
    /// <param name="isRectifier">V1.13 rectifiers instead of BEG1K075G.</param>
    public InfyModule(
        HomePlant plant, ICanBus can, Func<TimeSpan?>? nextArrival, byte address, TimeSpan keepAlive, int modules = 1,
        bool isRectifier = false)
    {
        this.plant = plant;
        this.can = can;
        this.nextArrival = nextArrival ?? (() => plant.Now + 5.Milliseconds);
        this.keepAlive = keepAlive;
        this.isRectifier = isRectifier;
        slots = [.. Enumerable.Range(0, modules).Select(i => new InfySlot((byte)(address + i)))];
    }

    /// <summary>They do what they are told but never answer (a scenario's fault).</summary>
    public bool IsMute { get; set; }

    /// <summary>What is wrong with the last of several modules.</summary>
    public SlotTrouble LastTrouble
    {
        get => slots[^1].Trouble;
        set
        {
            slots[^1].Trouble = value;
            Apply();
        }
    }

    /// <inheritdoc/>
    public override TimeSpan NextDue =>
        nextArrival() is { } arrival && arrival + Turnaround < watchAt ? arrival + Turnaround : watchAt;

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        while (can.TryReceive(out var frame, out _))
            foreach (var slot in slots)
                if (slot.Trouble != SlotTrouble.Dead) Take(slot, frame, now);
        if (now < watchAt) return;
        watchAt = now + WatchPeriod;
        foreach (var slot in slots)
            if (slot.Watch(now, keepAlive)) Apply();
    }

    private void Take(InfySlot slot, in CanFrame frame, TimeSpan now)
    {
        var id = InfyId.Parse(frame.Id);
        if (!frame.IsExtended || (id.Destination != slot.Address && id.Destination != InfyId.Broadcast
            && id.Device != InfyId.Group)) return;
        slot.Hear(now);
        var answer = isRectifier ? AnswerOfRectifier(slot, frame) : AnswerOfBidirectional(slot, frame);
        if (!IsMute && answer is { } known) can.TrySend(known);
    }

    // The modules together are the plant's stage.
    private void Apply()
    {
        var stage = plant.Stage;
        var (limit, volts, isOn) = (0.0, 0.0, false);
        foreach (var slot in slots)
        {
            if (!slot.Conducts) continue;
            (limit, isOn) = (limit + slot.Limit.Value, true);
            volts = Math.Max(volts, slot.SetVoltage.Value);
        }
        (stage.IsOn, stage.IsInverting) = (isOn && !stage.IsFaulted, slots[0].IsInverting);
        if (!isOn && slots.Length > 1) return;
        (stage.CurrentLimit, stage.SetVoltage) = isOn
            ? (new(limit), new(volts)) : (slots[0].Limit, slots[0].SetVoltage);
    }

    /// <summary>The share of the stage's current that flows through a module, magnitude.</summary>
    private Amperes Share(InfySlot of)
    {
        var current = Math.Abs(plant.Stage.Current.Value);
        if (slots.Length == 1) return new(current);
        var limit = 0.0;
        foreach (var slot in slots)
            if (slot.Conducts) limit += slot.Limit.Value;
        return limit > 0 ? new(of.Conducts ? current * of.Limit.Value / limit : 0) : new(current / slots.Length);
    }

    private CanFrame? AnswerOfBidirectional(InfySlot slot, in CanFrame frame)
    {
        if (!InfyRegister.TryDecode(frame, out var id, out var register, out var value)) return null;
        var isKnown = id.Command switch
        {
            InfyId.Read => TryRead(slot, register, out value),
            InfyId.Write => TryWrite(slot, register, value),
            _ => false,
        };
        var answer = new InfyId(isKnown ? (byte)0 : (byte)2, id.Device, id.Command, id.Source, slot.Address);
        return InfyRegister.Frame(answer, register, value);
    }

    private bool TryRead(InfySlot slot, ushort register, out uint value)
    {
        var stage = plant.Stage;
        value = register switch
        {
            InfyRegister.SystemVoltage => (uint)Math.Round(Math.Max(0, stage.Voltage.Value) * 1000),
            // The module gives the magnitude; its direction is the working mode's.
            InfyRegister.SystemCurrent => (uint)Math.Round(Share(slot).Value * 1000),
            InfyRegister.ModuleCount => (uint)slots.Length,
            InfyRegister.Status => (uint)slot.Status(stage.IsFaulted),
            InfyRegister.InverterStatus => slot.IsInverting != stage.IsReversed ? 1u : 0u,
            _ => 0,
        };
        return register is InfyRegister.SystemVoltage or InfyRegister.SystemCurrent or InfyRegister.ModuleCount
            or InfyRegister.Status or InfyRegister.InverterStatus;
    }

    private bool TryWrite(InfySlot slot, ushort register, uint value)
    {
        var most = plant.Stage.Settings;
        switch (register)
        {
            case InfyRegister.SystemVoltage when value <= most.MaxVoltage.Value * 1000:
                slot.SetVoltage = new(value / 1000.0);
                break;
            case InfyRegister.SystemCurrent when value <= most.MaxCurrent.Value * 1000:
                slot.Limit = new(value / 1000.0);
                break;
            case InfyRegister.Status when value is InfyRegister.On or InfyRegister.Off:
                slot.IsOn = value == InfyRegister.On && !plant.Stage.IsFaulted;
                break;
            case InfyRegister.WorkingMode when value is InfyRegister.Rectifier or InfyRegister.Inverter:
                slot.IsInverting = value == InfyRegister.Inverter;
                break;
            default:
                return false;
        }
        Apply();
        return true;
    }

    private CanFrame? AnswerOfRectifier(InfySlot slot, in CanFrame frame)
    {
        if (!RectifierFrame.TryDecode(frame, out var id, out var data)) return null;
        var (stage, current) = (plant.Stage, Share(slot));
        switch (id.Command)
        {
            case RectifierFrame.Status:
                return RectifierFrame.From(slot.Address, id.Command, (ulong)slot.Status(stage.IsFaulted));
            case RectifierFrame.Measured:
                return RectifierFrame.From(slot.Address, id.Command, RectifierFrame.OfMeasured(stage.Voltage, current));
            case RectifierFrame.Outlet:
                return RectifierFrame.From(
                    slot.Address, id.Command, RectifierFrame.OfOutlet(stage.Voltage, stage.Settings.MaxCurrent));
            case RectifierFrame.Set:
                var (millivolts, milliamperes) = RectifierFrame.SetIn(data);
                (slot.SetVoltage, slot.Limit) = (new(millivolts / 1000.0), new(milliamperes / 1000.0));
                Apply();
                return null;
            case RectifierFrame.Switch:
                slot.IsOn = data == RectifierFrame.OfSwitch(true) && !stage.IsFaulted;
                Apply();
                return null;
            default:
                return RectifierFrame.From(slot.Address, id.Command, 0, error: 2);
        }
    }
}
