using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Tests.Unit.Infy;

/// <summary>The other end of the module's wire: answers reads, notes writes, and is as ideal as can be.</summary>
internal sealed class ModuleWire(ICanBus bus)
{
    public Func<double?> OpenVoltage { get; set; } = () => null;
    public bool IsSilent { get; set; }
    public bool IgnoresMode { get; set; }
    public bool IgnoresOff { get; set; }
    public InfyStatus Alarms { get; set; }
    public byte Source { get; set; }
    public byte? Address { get; set; }
    public double? Flowing { get; set; }

    public bool IsOn { get; private set; }
    public bool IsInverter { get; private set; }
    public double Volts { get; private set; }
    public double Amperes { get; private set; }
    public List<(InfyId Id, ushort Register, uint Value)> Heard { get; } = [];

    public IEnumerable<(ushort Register, uint Value)> Writes =>
        Heard.Where(h => h.Id.Command == InfyId.Write).Select(h => (h.Register, h.Value));

    public void Turn()
    {
        while (bus.TryReceive(out var frame, out _))
        {
            if (!InfyRegister.TryDecode(frame, out var id, out var register, out var value)) continue;
            if (Address is { } own && id.Destination != own && id.Destination != InfyId.Broadcast) continue;
            Heard.Add((id, register, value));
            if (id.Command == InfyId.Write) Take(register, value);
            else if (id.Command == InfyId.Read && !IsSilent) Answer(id, register);
        }
    }

    private void Take(ushort register, uint value)
    {
        switch (register)
        {
            case InfyRegister.SystemVoltage: Volts = value / 1000.0; break;
            case InfyRegister.SystemCurrent: Amperes = value / 1000.0; break;
            case InfyRegister.Status: IsOn = value == InfyRegister.On || (IsOn && IgnoresOff); break;
            case InfyRegister.WorkingMode when IgnoresMode: break;
            case InfyRegister.WorkingMode: IsInverter = value == InfyRegister.Inverter; break;
            default: break;
        }
    }

    private void Answer(InfyId id, ushort register)
    {
        var open = OpenVoltage();
        var value = register switch
        {
            InfyRegister.SystemVoltage => (open ?? (IsOn ? Volts : 0)) * 1000,
            InfyRegister.SystemCurrent => (Flowing ?? (IsOn && open is not null ? Amperes : 0)) * 1000,
            InfyRegister.Status => (uint)(Alarms | (IsOn ? InfyStatus.None : InfyStatus.DcOff)),
            InfyRegister.InverterStatus => IsInverter ? 1 : 0,
            _ => 0.0,
        };
        var answer = new InfyId(0, id.Device, InfyId.Read, InfyId.Controller, Source);
        bus.TrySend(InfyRegister.Frame(answer, register, (uint)Math.Round(value)));
    }
}
