using ChargeScape.Edge.Hal.Configuration;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>What no single line of a map can show: lines that do not fit each other.</summary>
internal static class MapChecks
{
    /// <summary>A span stays within the address space wherever it may move.</summary>
    public static void CheckSpan(ConfigSection section, int start, int count, bool moves, MapPositions? positions)
    {
        if (moves && positions is null) section.ErrorAt("moves", "the map has no positions");
        var shift = moves && positions is not null ? positions.Step * positions.Max : 0;
        if (start + count + shift > ModbusPdu.AddressSpace)
            section.ErrorAt(section.Has("start") ? "start" : "register", "registers end at address 65535");
    }

    /// <summary>The fields, each with the block that holds it.</summary>
    public static List<MapField> Placed(
        ConfigSection root, List<MapBlock> blocks, List<MapField> fields, MapPositions? positions)
    {
        var placed = new List<MapField>();
        if (root.Node.Member("fields") is null || root.Section("fields", false) is not { } section) return placed;
        foreach (var field in fields)
        {
            if (field.Moves && positions is null) section.ErrorAt(field.Name, "it moves, but the map has no positions");
            var index = blocks.FindIndex(block => block.Table == field.Table && block.Moves == field.Moves
                && field.Codec.Address >= block.Start
                && field.Codec.Address + field.Codec.Width <= block.Start + block.Count);
            if (index < 0) section.ErrorAt(field.Name, "no block of its table and \"moves\" holds its registers");
            else placed.Add(field with { Block = index });
        }
        return placed;
    }

    public static void Check(ConfigSection root, DeviceMap map)
    {
        CheckOverlaps(root, "blocks", [.. map.Blocks.Select((block, i) =>
            ($"[{i}]", block.Start, block.Count, Group: (int)block.Table * 2 + (block.Moves ? 1 : 0), Same: i))]);
        CheckOverlaps(root, "fields", [.. map.Fields.Select(field => (
            "." + field.Name, (int)field.Codec.Address, field.Codec.Width, (int)field.Table * 2 + (field.Moves ? 1 : 0),
            // A register may be shown in two ways as long as it is the same number.
            HashCode.Combine(field.Codec.Address, field.Codec.Encoding, field.Codec.WordOrder)))]);
        CheckOverlaps(root, "writes", [.. map.Writes.Select((write, i) =>
            ("." + write.Name, (int)write.Codec.Address, write.Codec.Width, write.Moves ? 1 : 0, i))]);
        foreach (var write in map.Writes)
        {
            var shift = write.Moves && map.Positions is { } at ? at.Step * at.Max : 0;
            if (write.Moves && map.Positions is null)
                At(root, "writes", write.Name, "it moves, but the map has no positions");
            if (write.Codec.Address + write.Codec.Width + shift > ModbusPdu.AddressSpace)
                At(root, "writes", write.Name, "registers end at address 65535");
        }
        CheckRoles(root, map);
        CheckTimes(root, map);
    }

    private static void CheckRoles(ConfigSection root, DeviceMap map)
    {
        foreach (var name in MapWords.Required(map.Kind))
            if (map.Find(name) is null && root.Node.Member("fields")?.Member(name) is null)
                At(root, "fields", name, "missing: the driver needs it");
        for (var leg = 2; map.Kind == MapKind.Meter && leg <= 3; leg++)
        {
            string[] names = [$"powerL{leg}W", $"voltageL{leg}V", $"currentL{leg}A"];
            if (names.Count(name => map.Find(name) is not null) is 1 or 2)
                At(root, "fields", names[0], $"these belong together: {string.Join(", ", names)}");
        }
        if (map.Kind != MapKind.Meter && map.Find("state") is not null != map.States.Count > 0)
            root.ErrorAt("states", "the field \"state\" and the table of states belong together");
        foreach (var field in map.Fields)
        {
            if (field.AsksSign && field.Unit is not ("W" or "A"))
                At(root, "fields", field.Name, "only power and current can have a sign that the site file says");
            if (field.AsksSign && map.IsSignByState && field.Name == "powerW")
                At(root, "fields", field.Name, "its sign is that of the state: nothing is left to ask");
            if (field.OneOf.Count > 0 && map.Blocks[field.Block].Every > 1)
                At(root, "fields", field.Name, "what tells the device from others is read in every round");
        }
        var isUnsure =
            map.States.Values.Any(state => state is { Session: EvseSession.Energised, Flow: MapFlow.Either });
        if (map.IsSignByState && isUnsure)
            root.ErrorAt("power", "with the sign by state, every energised state says its flow");
    }

    private static void CheckTimes(ConfigSection root, DeviceMap map)
    {
        if (root.Section("times", false) is not { } section || !section.AreGood("maxAgeMs", "refreshMs")) return;
        if (map.Times.MaxAge <= map.Times.Refresh)
            section.ErrorAt("maxAgeMs", "a reading must outlive the device's refresh");
        foreach (var write in map.Writes)
            if (write.Rules.Reversion > TimeSpan.Zero && write.Rules.Reversion < 4 * map.Times.MinimumGap)
                At(root, "writes", write.Name, "reversionMs is too short for the minimum gap between requests");
    }

    private static void CheckOverlaps(
        ConfigSection root, string list, List<(string Name, int Start, int Count, int Group, int Same)> spans)
    {
        foreach (var group in spans.GroupBy(span => span.Group))
        {
            var (end, before) = (-1, default((string Name, int Start, int Count, int Group, int Same)));
            foreach (var span in group.OrderBy(span => span.Start))
            {
                if (span.Start < end && span.Same != before.Same)
                    root.ErrorAt(list, $"{list}{span.Name} shares registers with {list}{before.Name}");
                if (span.Start + span.Count > end) (end, before) = (span.Start + span.Count, span);
            }
        }
    }

    private static void At(ConfigSection root, string list, string name, string message) =>
        (root.Section(list, false) ?? root).ErrorAt(name, message);
}
