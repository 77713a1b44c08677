using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>What a map describes.</summary>
public enum MapKind : byte
{
    /// <summary>A meter at the point of common coupling.</summary>
    Meter,
    /// <summary>A PV inverter, read only.</summary>
    Inverter,
    /// <summary>A bidirectional EVSE.</summary>
    Evse,
}

/// <summary>Where a line of a map comes from.</summary>
public enum Sureness : byte
{
    /// <summary>Seen on the device itself.</summary>
    Tested,
    /// <summary>In the maker's own document.</summary>
    Documented,
    /// <summary>Two or more sources that do not copy each other say the same.</summary>
    Agreed,
    /// <summary>One source, which is not the maker.</summary>
    Single,
    /// <summary>Nobody says so. Used only where the site file accepts it.</summary>
    Assumed,
}

/// <summary>Which function reads a register.</summary>
public enum RegisterTable : byte
{
    /// <summary>Function 3.</summary>
    Holding,
    /// <summary>Function 4.</summary>
    Input,
}

/// <summary>Registers fetched in one request.</summary>
/// <param name="Table">Function to read with.</param>
/// <param name="Start">First register at position 0.</param>
/// <param name="Count">How many.</param>
/// <param name="Every">Read in every n-th round only.</param>
/// <param name="Moves">It shifts with the position.</param>
public sealed record MapBlock(RegisterTable Table, int Start, int Count, int Every, bool Moves)
{
    /// <summary>Address of the first register at a position.</summary>
    public ushort At(int shift) => (ushort)(Start + (Moves ? shift : 0));
}

/// <summary>One quantity: where it is, how it is coded, and what can be true of it.</summary>
public sealed record MapField
{
    /// <summary>Name; the driver knows some names (README).</summary>
    public required string Name { get; init; }
    /// <summary>Index of the block that holds it.</summary>
    public int Block { get; init; } = -1;
    /// <summary>Function to read with.</summary>
    public required RegisterTable Table { get; init; }
    /// <summary>The number in its registers.</summary>
    public required Field Codec { get; init; }
    /// <summary>Each of these finds no value where the device says that it has none.</summary>
    public required IReadOnlyList<Field> Absent { get; init; }
    /// <summary>Unit after scaling.</summary>
    public required string Unit { get; init; }
    /// <summary>Smallest value that can be true.</summary>
    public required double Min { get; init; }
    /// <summary>Largest value that can be true.</summary>
    public required double Max { get; init; }
    /// <summary>The only values by which the device is known to be the one of the map; empty = any.</summary>
    public required IReadOnlyList<double> OneOf { get; init; }
    /// <summary>Where it comes from.</summary>
    public required Sureness Sure { get; init; }
    /// <summary>Document or project, and place in it.</summary>
    public required string Source { get; init; }
    /// <summary>The map turns it round.</summary>
    public required bool IsReversed { get; init; }
    /// <summary>The site file must say which way it counts.</summary>
    public required bool AsksSign { get; init; }
    /// <summary>It shifts with the position.</summary>
    public required bool Moves { get; init; }
    /// <summary>Sessions in which it means something; empty = all.</summary>
    public required IReadOnlyList<EvseSession> ValidIn { get; init; }

    /// <summary>A flow that the site file's word on the sign turns: measured power and current.</summary>
    public bool HasDirection => Unit is "W" or "A" && Name is not ("chargeLimitW" or "dischargeLimitW");

    /// <summary>
    /// The value in the registers of its block, whose first has address <paramref name="start"/> at position 0; null
    /// when the device has none or it cannot be true.
    /// </summary>
    public double? Decode(ReadOnlySpan<ushort> registers, ushort start)
    {
        for (var i = 0; i < Absent.Count; i++)
            if (Absent[i].Decode(registers, start) is null) return null;
        return Codec.Decode(registers, start) is { } value && value >= Min && value <= Max ? value : null;
    }
}

/// <summary>Which way power flows in a state.</summary>
public enum MapFlow : byte
{
    /// <summary>The state does not say.</summary>
    Either,
    /// <summary>None.</summary>
    None,
    /// <summary>Into the car.</summary>
    Charge,
    /// <summary>Out of the car.</summary>
    Discharge,
}

/// <summary>What a state number of an EVSE (or inverter) means.</summary>
/// <param name="Name">The device's word.</param>
/// <param name="Session">Null = the device takes no orders in it.</param>
/// <param name="Flow">Which way power flows in it.</param>
/// <param name="Sure">Where it comes from.</param>
public sealed record MapState(string Name, EvseSession? Session, MapFlow Flow, Sureness Sure);

/// <summary>A register that may be written; nothing else of the device can be.</summary>
/// <param name="Name">Name for the commands.</param>
/// <param name="Codec">How a value is coded, at position 0.</param>
/// <param name="Min">Smallest value that may be written.</param>
/// <param name="Max">Largest value.</param>
/// <param name="Moves">It shifts with the position.</param>
/// <param name="Rules">Function, proof, refresh, hand-back; without registers, which the position decides.</param>
/// <param name="HandBackValue">Written at hand-back; null = as <paramref name="Rules"/> say.</param>
/// <param name="Sure">Where it comes from.</param>
/// <param name="Source">Document or project.</param>
public sealed record MapWrite(
    string Name, Field Codec, double Min, double Max, bool Moves, OwnedBlock Rules, double? HandBackValue,
    Sureness Sure, string Source);

/// <summary>What a command writes.</summary>
public enum MapValueKind : byte
{
    /// <summary>A number.</summary>
    Number,
    /// <summary>The commanded AC power, positive = charge.</summary>
    Power,
    /// <summary>Its magnitude.</summary>
    Magnitude,
}

/// <summary>One write of a command.</summary>
/// <param name="Write">Index into the map's writes.</param>
/// <param name="Kind">What is written.</param>
/// <param name="Number">The number.</param>
public sealed record MapStep(int Write, MapValueKind Kind, double Number);

/// <summary>How an EVSE is commanded; each a sequence in order.</summary>
/// <param name="TakeOver">Once, before anything else.</param>
/// <param name="Start">A session is asked for.</param>
/// <param name="Charge">Power into the car.</param>
/// <param name="Discharge">Power out of the car; empty = it cannot.</param>
/// <param name="Hold">Connected without power.</param>
/// <param name="Stop">The session ends.</param>
public sealed record MapCommands(
    IReadOnlyList<MapStep> TakeOver, IReadOnlyList<MapStep> Start, IReadOnlyList<MapStep> Charge,
    IReadOnlyList<MapStep> Discharge, IReadOnlyList<MapStep> Hold, IReadOnlyList<MapStep> Stop);

/// <summary>What the device promises about time.</summary>
/// <param name="MinimumGap">Between an answer and the next request to this device.</param>
/// <param name="Refresh">How old its own sample may be.</param>
/// <param name="MaxAge">Oldest reading that counts as known.</param>
/// <param name="DeadTime">From a command to the first movement.</param>
/// <param name="Settling">From a command until power is steady.</param>
/// <param name="Start">From start to energised, worst case.</param>
/// <param name="Stop">From stop to no current, worst case.</param>
/// <param name="Shortfall">Share of a command that settled power may lack.</param>
public sealed record MapTimes(
    TimeSpan MinimumGap, TimeSpan Refresh, TimeSpan MaxAge, TimeSpan DeadTime, TimeSpan Settling, TimeSpan Start,
    TimeSpan Stop, double Shortfall);

/// <summary>A device whose registers come several times, a fixed step apart (connectors of a charge point).</summary>
/// <param name="Step">Registers from one to the next.</param>
/// <param name="Min">First.</param>
/// <param name="Max">Last.</param>
public sealed record MapPositions(int Step, int Min, int Max);

/// <summary>A Modbus device described by data: a map that was read without an error.</summary>
public sealed record DeviceMap
{
    /// <summary>What it is.</summary>
    public required MapKind Kind { get; init; }
    /// <summary>Maker and model.</summary>
    public required string Name { get; init; }
    /// <summary>What is read.</summary>
    public required IReadOnlyList<MapBlock> Blocks { get; init; }
    /// <summary>Quantities.</summary>
    public required IReadOnlyList<MapField> Fields { get; init; }
    /// <summary>Meaning of the field <c>state</c>; a number that is not here means: not controllable.</summary>
    public required IReadOnlyDictionary<long, MapState> States { get; init; }
    /// <summary>The write allow-list, in the order of writing.</summary>
    public required IReadOnlyList<MapWrite> Writes { get; init; }
    /// <summary>EVSE only.</summary>
    public MapCommands? Commands { get; init; }

    /// <summary>A write without which it cannot discharge is only assumed.</summary>
    internal bool IsDischargeAssumed =>
        Commands!.Discharge.Any(step => Writes[step.Write].Sure == Sureness.Assumed);
    /// <summary>Power is measured at the DC side.</summary>
    public required bool IsPowerDc { get; init; }
    /// <summary>The sign of power is that of the state's flow, whatever the register says.</summary>
    public required bool IsSignByState { get; init; }
    /// <summary>Smallest power that it can be asked for; below it holds.</summary>
    public required Watts MinimumPower { get; init; }
    /// <summary>Promises.</summary>
    public required MapTimes Times { get; init; }
    /// <summary>Null when there is only one.</summary>
    public MapPositions? Positions { get; init; }

    /// <summary>A field by name; null when there is none.</summary>
    public MapField? Find(string name)
    {
        foreach (var field in Fields)
            if (field.Name == name) return field;
        return null;
    }

    /// <summary>Shift of the registers that move.</summary>
    public int Shift(int position) => Positions is null ? 0 : Positions.Step * position;
}
