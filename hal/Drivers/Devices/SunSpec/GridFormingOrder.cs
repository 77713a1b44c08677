namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Tells the simulated inverter to make the voltage of an isolated home. The order is a lease: it ends at the device
/// two seconds after the host has said it last.
/// </summary>
internal sealed class GridFormingOrder
{
    /// <summary>A number that no published model has; see <c>simulated/</c>.</summary>
    public const ushort Model = 64990;
    /// <summary>Its points.</summary>
    public static readonly string[] Names = ["FrmTms", "FrmEna"];

    private const int Tms = 0, Ena = 1;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    private readonly DerRegisters registers;
    private readonly int order;

    private GridFormingOrder(DerRegisters registers, int order) => (this.registers, this.order) = (registers, order);

    /// <summary>When it next has something to do.</summary>
    public TimeSpan NextDue => registers.Owned.NextDue;

    /// <summary>Null when the device lacks a point.</summary>
    public static GridFormingOrder? Over(
        PollBlock block, IModbus bus, byte unit, DerWriteSettings settings, DeviceQuirks quirks)
    {
        if (!block.Has(Tms) || !block.Has(Ena)) return null;
        var registers = new DerRegisters(settings, quirks);
        if (!registers.TryAddFixed("FrmTms", block.Field(Tms), Lease.TotalSeconds)) return null;
        var order = registers.AddCommand("FrmEna", block.Field(Ena).Address, 1, Lease, [0]);
        registers.TakeOver(bus, unit);
        return new(registers, order);
    }

    /// <summary>Form a grid or not, from now on.</summary>
    public void Want(bool isForming) => registers.Owned.Want(order, [isForming ? (ushort)1 : (ushort)0]);

    /// <summary>Writes and watches what is due.</summary>
    public void Turn(TimeSpan now)
    {
        registers.Owned.Turn(now);
        while (registers.Owned.TryTakeEvent(out _))
        {
            // What became of it is seen in the device's state.
        }
    }

    /// <summary>Gives the register back; true when done.</summary>
    public bool HandBack(TimeSpan now) => registers.Owned.HandBack(now);
}
