using System.Globalization;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>Reads a map strictly, with every error at once; map.schema.json says the same otherwise.</summary>
internal static class MapReader
{
    private const int MostBlocks = 32, MostFields = 150, MostWrites = 50;
    private const double LongestMs = 3_600_000;

    public static DeviceMap? Read(ConfigSection root)
    {
        root.Text("$schema", "the path of map.schema.json", _ => true, "");
        root.Integer("mapVersion", 1, 1);
        var kind = root.Choice(
            "kind", ("meter", MapKind.Meter), ("inverter", MapKind.Inverter), ("evse", MapKind.Evse));
        var name = root.Text("name", "maker and model, 1 to 300 characters", MapWords.IsLine);
        var source = root.Text("source", "the document or project it was made from", MapWords.IsLine);
        root.Text("notes", "text for people", _ => true, "");
        var positions = root.Has("positions") ? Positions(root.Section("positions")) : null;
        var blocks = Blocks(root, positions);
        var fields = Members(root, "fields", MostFields, isRequired: true)
            .Select(section => MapFieldReader.Read(section, kind, source)).OfType<MapField>().ToList();
        var states = States(root, kind);
        var writes = kind != MapKind.Evse ? [] : Members(root, "writes", MostWrites, isRequired: true)
            .Select(section => MapWriteReader.Read(section, source)).OfType<MapWrite>().ToList();
        var (isDc, isByState, minimum) = kind == MapKind.Evse ? Power(root) : (false, false, 0);
        var map = new DeviceMap
        {
            Kind = kind,
            Name = name,
            Blocks = blocks,
            Fields = MapChecks.Placed(root, blocks, fields, positions),
            States = states,
            Writes = writes,
            Commands = kind == MapKind.Evse ? MapWriteReader.Commands(root, writes) : null,
            IsPowerDc = isDc,
            IsSignByState = isByState,
            MinimumPower = new(minimum),
            Times = Times(root, kind),
            Positions = positions,
        };
        root.RefuseUnknown();
        MapChecks.Check(root, map);
        return map;
    }

    /// <summary>The sections of an object whose member names are names of things.</summary>
    private static IEnumerable<ConfigSection> Members(ConfigSection root, string name, int most, bool isRequired)
    {
        if (root.Section(name, isRequired) is not { } all) yield break;
        if (all.Node.Members.Count > most) root.ErrorAt(name, $"more than {most}");
        if (all.Node.Members.Count == 0) root.ErrorAt(name, "empty");
        foreach (var (member, _) in all.Node.Members)
        {
            if (!MapWords.IsName(member)) all.ErrorAt(member, "a name is a letter and up to 39 letters or digits");
            else if (all.Section(member) is { } section) yield return section;
        }
    }

    private static MapPositions? Positions(ConfigSection? section)
    {
        if (section is null) return null;
        var step = section.Integer("step", 1, 10_000);
        var min = section.Integer("min", 0, 1000);
        var max = section.Integer("max", 0, 1000);
        if (section.AreGood("min", "max") && max < min) section.ErrorAt("max", "below min");
        section.RefuseUnknown();
        return section.HasErrors ? null : new(step, min, max);
    }

    private static List<MapBlock> Blocks(ConfigSection root, MapPositions? positions)
    {
        var blocks = new List<MapBlock>();
        var sections = root.Sections("blocks");
        if (sections.Count is 0 or > MostBlocks) root.ErrorAt("blocks", $"a map has 1 to {MostBlocks} blocks");
        foreach (var section in sections.Take(MostBlocks))
        {
            var block = new MapBlock(
                section.Choice("table", ("holding", RegisterTable.Holding), ("input", RegisterTable.Input)),
                section.Integer("start", 0, 65_535), section.Integer("count", 1, 125),
                section.Integer("every", 1, 1000, 1), section.Flag("moves", false));
            section.RefuseUnknown();
            MapChecks.CheckSpan(section, block.Start, block.Count, block.Moves, positions);
            blocks.Add(block);
        }
        if (blocks.Count > 0 && blocks.All(block => block.Every > 1))
            root.ErrorAt("blocks", "at least one block is read in every round");
        return blocks;
    }

    private static Dictionary<long, MapState> States(ConfigSection root, MapKind kind)
    {
        var states = new Dictionary<long, MapState>();
        if (kind == MapKind.Meter || root.Section("states", kind == MapKind.Evse) is not { } all) return states;
        foreach (var (number, _) in all.Node.Members)
        {
            if (!long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
                all.ErrorAt(number, "a state is a whole number in quotes");
            else if (all.Section(number) is { } section)
            {
                var name = section.Text("name", "the device's word", MapWords.IsLine);
                (string, EvseSession?)[] words =
                [
                    .. MapWords.Sessions.Select(word => (word.Word, (EvseSession?)word.Value)),
                    ("not-controllable", null),
                ];
                var session = section.Choice("is", words);
                var flow = MapWords.Choice(
                    section, "flow", MapFlow.Either, ("none", MapFlow.None), ("charge", MapFlow.Charge),
                    ("discharge", MapFlow.Discharge), ("either", MapFlow.Either));
                var sure = section.Choice("sure", MapWords.Surenesses);
                section.RefuseUnknown();
                if (!states.TryAdd(value, new(name, session, flow, sure))) all.ErrorAt(number, "the same number twice");
            }
        }
        return states;
    }

    private static (bool IsDc, bool IsByState, double Minimum) Power(ConfigSection root)
    {
        if (root.Section("power") is not { } section) return default;
        var isDc = section.Choice("side", ("ac", false), ("dc", true));
        var isByState = MapWords.Choice(section, "sign", false, ("field", false), ("state", true));
        var minimum = section.Number("minimumW", 0, 100_000);
        section.RefuseUnknown();
        return (isDc, isByState, minimum);
    }

    private static MapTimes Times(ConfigSection root, MapKind kind)
    {
        var section = root.Section("times");
        var isEvse = kind == MapKind.Evse;
        TimeSpan Of(string name, double? absent = null) =>
            TimeSpan.FromMilliseconds(section?.Number(name, 0, LongestMs, absent) ?? 0);
        TimeSpan EvseOnly(string name) => isEvse ? Of(name) : TimeSpan.Zero;
        var times = new MapTimes(
            Of("minimumGapMs", 0), Of("refreshMs"), Of("maxAgeMs"), EvseOnly("deadTimeMs"), EvseOnly("settlingMs"),
            EvseOnly("startMs"), EvseOnly("stopMs"), isEvse ? section?.Number("shortfall", 0, 1, 0.05) ?? 0 : 0.05);
        section?.RefuseUnknown();
        return times;
    }
}
