namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>A point at its place in one instance of a model.</summary>
/// <param name="Name">Unique in the instance: <c>W</c>, <c>PFWInj_PF</c>, <c>Crv_0_Pt_1_V</c> (family README).</param>
/// <param name="Definition">What the model says of it.</param>
/// <param name="Offset">Registers from the instance's ID register.</param>
/// <param name="ScaleOffset">Offset of its scale-factor point; −1 when it has none.</param>
public sealed record PlacedPoint(string Name, SunSpecPoint Definition, int Offset, int ScaleOffset);

/// <summary>
/// Lays a model over an instance: repeats the groups as often as the counting points or the device's length say. The
/// length that the device gives is the truth; a group instance that does not fit into it is not there.
/// </summary>
public sealed class SunSpecLayout
{
    private readonly List<PlacedPoint> points = [];
    private readonly Func<int, int?> count;
    private readonly int end;
    private int next;

    private SunSpecLayout(SunSpecModel model, int registers, Func<int, int?> countAt)
    {
        Model = model;
        count = countAt;
        end = registers;
        Place(model.Top, "", []);
    }

    /// <summary>The model laid out.</summary>
    public SunSpecModel Model { get; }

    /// <summary>All points in register order; the top group's are complete even where the device is shorter.</summary>
    public IReadOnlyList<PlacedPoint> Points => points;

    /// <summary>Registers that the layout takes, with ID and L.</summary>
    public int Registers => next;

    /// <summary>Lays a model over the registers of an instance.</summary>
    /// <param name="model">The model.</param>
    /// <param name="length">L as the device gives it.</param>
    /// <param name="registers">The instance from its ID register on; may be shorter than the length says.</param>
    public static SunSpecLayout Over(SunSpecModel model, int length, ReadOnlyMemory<ushort> registers) =>
        new(model, length + 2, offset =>
            offset < Math.Min(registers.Length, length + 2)
            && registers.Span[offset] is not 0xFFFF and var n ? n : null);

    /// <summary>
    /// Lays a model over a length without looking at the registers: counted groups stand as often as they fit. Groups
    /// inside groups whose counts are unknown are not there.
    /// </summary>
    public static SunSpecLayout Filled(SunSpecModel model, int length) =>
        new(model, length + 2, static _ => ushort.MaxValue);

    /// <summary>Lays out a new instance whose counting points are given by name; one not given counts 0.</summary>
    public static SunSpecLayout New(SunSpecModel model, Func<string, int> counted, int instancesToFill = 0)
    {
        var names = model.Top.Points.ToDictionary(p => p.Offset, p => p.Name);
        var fill = model.Top.OwnSize + instancesToFill * model.Top.Groups
            .Where(g => g.Repeat == GroupRepeat.FillsLength).Sum(g => g.OwnSize);
        var hasFill = model.Top.Groups.Any(g => g.Repeat == GroupRepeat.FillsLength);
        return new(model, hasFill ? fill : ushort.MaxValue, offset => counted(names[offset]));
    }

    private void Place(SunSpecGroup group, string prefix, ScopedPoint[] outer)
    {
        var start = next;
        ScopedPoint[] scope = [.. outer, .. group.Points.Select(p => new ScopedPoint(p.Name, start + p.Offset))];
        foreach (var point in group.Points)
            points.Add(new(prefix + point.Name, point, start + point.Offset, Find(scope, point.ScalePoint)));
        next = start + group.OwnSize;
        foreach (var inner in group.Groups) PlaceAll(inner, prefix, scope);
    }

    private void PlaceAll(SunSpecGroup group, string prefix, ScopedPoint[] scope)
    {
        if (group.Repeat == GroupRepeat.Once)
        {
            Place(group, $"{prefix}{group.Name}_", scope);
            return;
        }
        var wanted = group.Repeat switch
        {
            GroupRepeat.FixedCount => group.FixedCount,
            GroupRepeat.CountedByPoint => Counted(scope, group.CountPoint),
            _ => null,
        };
        var size = SizeOf(group, scope);
        for (var i = 0; size > 0 && i < (wanted ?? int.MaxValue) && next + size <= end; i++)
            Place(group, $"{prefix}{group.Name}_{i}_", scope);
    }

    /// <summary>
    /// Registers of one instance with its sub-groups; those counted by a point that says nothing count as none.
    /// </summary>
    private int SizeOf(SunSpecGroup group, ScopedPoint[] scope) =>
        group.OwnSize + group.Groups.Sum(inner => SizeOf(inner, scope) * inner.Repeat switch
        {
            GroupRepeat.Once => 1,
            GroupRepeat.FixedCount => inner.FixedCount,
            GroupRepeat.CountedByPoint => Counted(scope, inner.CountPoint) ?? 0,
            _ => 0,
        });

    private int? Counted(ScopedPoint[] scope, string? name) =>
        Find(scope, name) is >= 0 and var offset ? count(offset) : null;

    private static int Find(ScopedPoint[] scope, string? name)
    {
        for (var i = scope.Length - 1; i >= 0 && name is not null; i--)
            if (scope[i].Name == name) return scope[i].Offset;
        return -1;
    }

    private readonly record struct ScopedPoint(string Name, int Offset);
}
