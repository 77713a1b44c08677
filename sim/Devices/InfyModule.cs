using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// An Infy BEG1K075G on its CAN bus: answers reads, takes writes, and switches its output off when it has heard nothing
/// for the keep-alive time. Single source (EVerest's driver); the answer to a write is our reading of it.
/// </summary>
public sealed class InfyModule : ISimDevice
{
    // Our guess of what a module's firmware takes to look at its inbox; no source says it.
    private static readonly TimeSpan Turnaround = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(500);
    private readonly HomePlant plant;
    private readonly ICanBus can;
    private readonly Func<TimeSpan?> nextArrival;
    private readonly byte address;
    private readonly TimeSpan keepAlive;
    private TimeSpan heardAt;
    private bool isLost;

    /// <summary>Joins the bus.</summary>
    /// <param name="plant">The home.</param>
    /// <param name="can">The module's node.</param>
    /// <param name="nextArrival">When the next frame is there, if the wire can tell; otherwise it looks every 5
    /// ms.</param>
    /// <param name="address">Address of the module, 0…0x3E.</param>
    /// <param name="keepAlive">Silence after which the output goes off (10 s).</param>
    public InfyModule(HomePlant plant, ICanBus can, Func<TimeSpan?>? nextArrival, byte address, TimeSpan keepAlive)
    {
        this.plant = plant;
        this.can = can;
        this.nextArrival = nextArrival ?? (() => plant.Now + 5.Milliseconds);
        this.address = address;
        this.keepAlive = keepAlive;
        watchAt = Watch;
    }

    private TimeSpan watchAt;

    /// <summary>Does what it is told but never answers (a scenario's fault).</summary>
    public bool IsMute { get; set; }

    /// <inheritdoc/>
    public TimeSpan NextDue =>
        nextArrival() is { } arrival && arrival + Turnaround < watchAt ? arrival + Turnaround : watchAt;

    /// <inheritdoc/>
    public void Advance(TimeSpan now)
    {
        while (can.TryReceive(out var frame, out _)) Take(frame, now);
        if (now < watchAt) return;
        watchAt = now + Watch;
        if (now - heardAt < keepAlive || !plant.Stage.IsOn) return;
        isLost = true;
        plant.Stage.IsOn = false;
    }

    private void Take(in CanFrame frame, TimeSpan now)
    {
        if (!InfyRegister.TryDecode(frame, out var id, out var register, out var value)) return;
        if (id.Destination != address && id.Destination != InfyId.Broadcast) return;
        heardAt = now;
        isLost = false;
        var isKnown = id.Command switch
        {
            InfyId.Read => TryRead(register, out value),
            InfyId.Write => TryWrite(register, value),
            _ => false,
        };
        if (IsMute) return;
        var answer = new InfyId(isKnown ? (byte)0 : (byte)2, id.Device, id.Command, id.Source, address);
        can.TrySend(InfyRegister.Frame(answer, register, value));
    }

    private bool TryRead(ushort register, out uint value)
    {
        var stage = plant.Stage;
        value = register switch
        {
            InfyRegister.SystemVoltage => (uint)Math.Round(Math.Max(0, stage.Voltage.Value) * 1000),
            // The module gives the magnitude; its direction is the working mode's.
            InfyRegister.SystemCurrent => (uint)Math.Round(Math.Abs(stage.Current.Value) * 1000),
            InfyRegister.ModuleCount => 1,
            InfyRegister.Status => (uint)Status,
            InfyRegister.InverterStatus => stage.IsInverting != stage.IsReversed ? 1u : 0u,
            _ => 0,
        };
        return register is InfyRegister.SystemVoltage or InfyRegister.SystemCurrent or InfyRegister.ModuleCount
            or InfyRegister.Status or InfyRegister.InverterStatus;
    }

    private InfyStatus Status =>
        (plant.Stage.IsOn ? InfyStatus.None : InfyStatus.DcOff | InfyStatus.PfcOff)
        | (plant.Stage.IsFaulted ? InfyStatus.Fault : InfyStatus.None)
        | (isLost ? InfyStatus.CommunicationLost : InfyStatus.None);

    private bool TryWrite(ushort register, uint value)
    {
        var stage = plant.Stage;
        switch (register)
        {
            case InfyRegister.SystemVoltage when value <= stage.Settings.MaxVoltage.Value * 1000:
                stage.SetVoltage = new(value / 1000.0);
                return true;
            case InfyRegister.SystemCurrent when value <= stage.Settings.MaxCurrent.Value * 1000:
                stage.CurrentLimit = new(value / 1000.0);
                return true;
            case InfyRegister.Status when value is InfyRegister.On or InfyRegister.Off:
                stage.IsOn = value == InfyRegister.On && !stage.IsFaulted;
                return true;
            case InfyRegister.WorkingMode when value is InfyRegister.Rectifier or InfyRegister.Inverter:
                stage.IsInverting = value == InfyRegister.Inverter;
                return true;
            default:
                return false;
        }
    }
}
