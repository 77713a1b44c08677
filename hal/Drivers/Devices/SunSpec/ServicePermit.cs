using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Connects a DER to the grid and disconnects it: permit service of 703 (ES), else the connection of 123 (Conn). Others
/// may withdraw the permit too, a grid operator above all, so it is never given back against them: from their write on
/// nothing is written until the next wish to connect after one to disconnect.
/// </summary>
internal sealed class ServicePermit
{
    /// <summary>The point, in 703 and in 123.</summary>
    public static readonly string[] Names = ["ES", "Conn"];

    private readonly OwnedRegisters owned;
    private bool? wanted;

    private ServicePermit(OwnedRegisters owned) => this.owned = owned;

    /// <summary>Somebody else decided about the connection.</summary>
    public bool IsYielded => owned.IsYielded;

    /// <summary>When it next has something to do.</summary>
    public TimeSpan NextDue => owned.NextDue;

    /// <summary>Null when the device has no such point.</summary>
    public static ServicePermit? Over(
        PollBlock block, IModbus bus, byte unit, DerWriteSettings settings, DeviceQuirks quirks)
    {
        var point = block.Has(0) ? 0 : 1;
        if (!block.Has(point)) return null;
        var register = new OwnedBlock("permit service", new(block.Field(point).Address, 1))
        {
            Function = settings.Function ?? quirks.Writes,
            Proof = quirks.CannotReadBack ? WriteProof.None : WriteProof.ReadBack,
        };
        return new(new(bus, unit, [register], new()
        {
            OnSecondMaster = SecondMaster.Yield, Told = settings.Told,
        }));
    }

    /// <summary>Connected or not, from now on.</summary>
    public void Want(bool isConnected)
    {
        if (owned.IsYielded && isConnected && wanted == false) owned.TakeOver();
        wanted = isConnected;
        if (!owned.IsYielded) owned.Want(0, isConnected ? (ushort)1 : (ushort)0);
    }

    /// <summary>The model was read for another reason.</summary>
    public void Observe(PollBlock block, TimeSpan takenAt) =>
        owned.Observe(block.Place.Address, block.Registers, takenAt);

    /// <summary>Writes and watches what is due.</summary>
    public void Turn(TimeSpan now)
    {
        owned.Turn(now);
        while (owned.TryTakeEvent(out _))
        {
            // What became of it is seen in the device's state.
        }
    }

    /// <summary>Gives the register back; true when done.</summary>
    public bool HandBack(TimeSpan now) => owned.HandBack(now);
}
