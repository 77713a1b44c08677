namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>Where an instance of a model stands on a device.</summary>
/// <param name="Model">Model number.</param>
/// <param name="Address">Protocol address of its ID register.</param>
/// <param name="Length">L: registers after ID and L.</param>
public readonly record struct SunSpecPlace(ushort Model, ushort Address, ushort Length);

/// <summary>How the walk along a chain of models ended.</summary>
public enum ChainEnd : byte
{
    /// <summary>Still walking.</summary>
    None,
    /// <summary>With the end model FFFF, as it should.</summary>
    EndModel,
    /// <summary>No base address holds the marker "SunS".</summary>
    NoMarker,
    /// <summary>The device did not answer at all.</summary>
    NoAnswer,
    /// <summary>The device stopped answering on the way, or refused a header; the models before it count.</summary>
    Refused,
    /// <summary>A header with ID 0 or length 0: no model. The ones before it count.</summary>
    NotAModel,
    /// <summary>More models than any device has; the chain may be endless.</summary>
    TooManyModels,
    /// <summary>A length leads out of the window of the base address.</summary>
    LeavesWindow,
}

/// <summary>
/// Finds the models of one Modbus unit: base address, marker, chain of headers. A state machine that makes one request
/// per step, so that a slow or silent device never holds the bus for longer than one timeout. Source: SunSpec Device
/// Information Model Specification V1.2.1.1; guard rails from devices seen (family README).
/// </summary>
public sealed class SunSpecScan
{
    /// <summary>Registers of the marker "SunS".</summary>
    public const ushort Marker0 = 0x5375;
    /// <inheritdoc cref="Marker0"/>
    public const ushort Marker1 = 0x6E53;
    /// <summary>ID of the end model.</summary>
    public const ushort EndId = 0xFFFF;
    /// <summary>Models after which a chain counts as endless; the longest one seen has 24.</summary>
    public const int MaxModels = 100;

    /// <summary>Base addresses in the order of probing when the settings say nothing.</summary>
    public static IReadOnlyList<ushort> UsualBases { get; } = [40000, 0, 50000];

    private readonly IReadOnlyList<ushort> bases;
    private readonly List<SunSpecPlace> models = [];
    private int candidate;
    private bool isMarkerFound;
    private bool hasAnswered;
    private int header;
    private ushort? id;

    /// <summary>A walk that has not begun.</summary>
    /// <param name="basesInOrder">Base addresses to probe; null = <see cref="UsualBases"/>.</param>
    /// <exception cref="ArgumentException">No base address, or one that leaves no room for a model.</exception>
    public SunSpecScan(IReadOnlyList<ushort>? basesInOrder = null)
    {
        bases = basesInOrder ?? UsualBases;
        if (bases.Count == 0 || bases.Any(b => b > ushort.MaxValue - 4))
            throw new ArgumentException("a base address leaves room for a marker and a header", nameof(basesInOrder));
    }

    /// <summary>Models found so far, in chain order.</summary>
    public IReadOnlyList<SunSpecPlace> Models => models;

    /// <summary>How it ended; <see cref="ChainEnd.None"/> while it has not.</summary>
    public ChainEnd End { get; private set; }

    /// <summary>Base address; meaningful once a model was found.</summary>
    public ushort Base => bases[Math.Min(candidate, bases.Count - 1)];

    /// <summary>Walks to the end, one request after the other.</summary>
    public static SunSpecScan Run(IModbus bus, byte unit, IReadOnlyList<ushort>? basesInOrder = null)
    {
        var scan = new SunSpecScan(basesInOrder);
        while (scan.End == ChainEnd.None) scan.Step(bus, unit);
        return scan;
    }

    /// <summary>Makes one request. Returns how it ended, so that a caller can yield the bus after trouble.</summary>
    public ModbusResult Step(IModbus bus, byte unit) => isMarkerFound ? WalkOn(bus, unit) : Probe(bus, unit);

    private ModbusResult Probe(IModbus bus, byte unit)
    {
        Span<ushort> marker = stackalloc ushort[2];
        var result = bus.ReadHolding(unit, bases[candidate], marker);
        hasAnswered |= result.Status is ModbusStatus.Ok or ModbusStatus.Exception;
        if (result.IsOk && marker[0] == Marker0 && marker[1] == Marker1)
        {
            isMarkerFound = true;
            header = bases[candidate] + 2;
        }
        else if (++candidate == bases.Count) End = hasAnswered ? ChainEnd.NoMarker : ChainEnd.NoAnswer;
        return result;
    }

    /// <summary>ID and L are read one by one: some devices do not answer the L register of the end model.</summary>
    private ModbusResult WalkOn(IModbus bus, byte unit)
    {
        Span<ushort> one = stackalloc ushort[1];
        var result = bus.ReadHolding(unit, (ushort)(id is null ? header : header + 1), one);
        if (!result.IsOk) End = ChainEnd.Refused;
        else if (id is not { } known) End = Begin(one[0]);
        else End = Finish(known, one[0]);
        return result;
    }

    private ChainEnd Begin(ushort read)
    {
        if (read == EndId) return ChainEnd.EndModel;
        if (read == 0) return ChainEnd.NotAModel;
        if (models.Count == MaxModels) return ChainEnd.TooManyModels;
        if (header + 1 >= WindowEnd) return ChainEnd.LeavesWindow;
        id = read;
        return ChainEnd.None;
    }

    private ChainEnd Finish(ushort known, ushort length)
    {
        if (length == 0) return ChainEnd.NotAModel;
        if (header + 2 + length > WindowEnd) return ChainEnd.LeavesWindow;
        models.Add(new(known, (ushort)header, length));
        header += 2 + length;
        id = null;
        return header < WindowEnd ? ChainEnd.None : ChainEnd.LeavesWindow;
    }

    /// <summary>A chain belongs to its base: it ends before the next usual one.</summary>
    private int WindowEnd => Base switch { < 40000 => 40000, < 50000 => 50000, _ => 65536 };
}
