using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Tests.Unit.Infy;

/// <summary>The other end of a V1.13 rectifier's wire: answers reads, notes writes.</summary>
internal sealed class RectifierWire(ICanBus bus, byte address)
{
    public double OutletVolts { get; set; } = 370;
    public bool IsSilent { get; set; }
    public bool IsDeaf { get; set; }
    public bool IgnoresOff { get; set; }
    public InfyStatus Alarms { get; set; }
    public double? Flowing { get; set; }

    public bool IsOn { get; private set; }
    public double Volts { get; private set; }
    public double Amperes { get; private set; }
    public List<(byte Command, ulong Data)> Heard { get; } = [];

    public void Turn()
    {
        while (bus.TryReceive(out var frame, out _))
        {
            if (IsDeaf || !RectifierFrame.TryDecode(frame, out var id, out var data)) continue;
            if (id.Destination != address || id.Source != InfyId.Controller) continue;
            Heard.Add((id.Command, data));
            if (id.Command == RectifierFrame.Set)
                (Volts, Amperes) =
                    (RectifierFrame.SetIn(data).Millivolts / 1000.0, RectifierFrame.SetIn(data).Milliamperes / 1000.0);
            if (id.Command == RectifierFrame.Switch) IsOn = data == 0 || (IsOn && IgnoresOff);
            if (!IsSilent) Answer(id.Command);
        }
    }

    private void Answer(byte command)
    {
        var flows = Flowing ?? (IsOn && (Alarms & InfyStatus.AnyFault) == 0 ? Amperes : 0);
        var isOff = !IsOn || ((Alarms & InfyStatus.AnyFault) != 0 && Flowing is null);
        ulong? data = command switch
        {
            RectifierFrame.Status => (ulong)(Alarms | (isOff ? InfyStatus.DcOff : InfyStatus.None)),
            RectifierFrame.Measured => RectifierFrame.OfMeasured(new(IsOn ? Volts : 0), new(flows)),
            RectifierFrame.Outlet => RectifierFrame.OfOutlet(new(OutletVolts), new(50)),
            _ => null,
        };
        if (data is { } known) bus.TrySend(RectifierFrame.From(address, command, known));
    }
}
