using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Bench;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>bench map</c>: a device through its map, live or from a recording; checks a map on the way.</summary>
internal static class MapVerb
{
    private static readonly Option<string> map = new("--map")
    {
        Description = "A shipped map, or the path of one (.json)",
        HelpName = "NAME|FILE",
        Required = true,
    };
    private static readonly Option<string> host =
        new("--host") { Description = "Modbus TCP device", HelpName = "HOST" };
    private static readonly Option<int> port = Number("--port", 502, "Its port");
    private static readonly Option<int> unit = Number("--unit", 1, "Its unit");
    private static readonly Option<int> position = Number("--position", 0, "Which of several, for maps with positions");
    private static readonly Option<FileInfo> image = new("--image")
    {
        Description = "A register image, {\"address\": value}, instead of a device",
        HelpName = "FILE",
    };
    private static readonly Option<bool> json = new("--json") { Description = "One JSON object per field" };

    public static Command Make()
    {
        var verb = new Command(
            "map",
            $"Show every field of a device through its map; shipped: {string.Join(", ", MapFile.Shipped)}. "
            + "Without --host or --image the map is checked only. Exit codes: 0 good, 1 no answer, 2 a map or "
            + "arguments with errors.")
        {
            map, host, port, unit, position, image, json,
        };
        verb.SetAction(Run);
        return verb;
    }

    private static Option<int> Number(string name, int absent, string description) => new(name)
    {
        Description = $"{description} ({absent})", HelpName = "N", DefaultValueFactory = _ => absent,
    };

    private static int Run(ParseResult parsed)
    {
        var named = parsed.GetRequiredValue(map);
        var (known, errors) = MapFile.Read(named);
        foreach (var error in errors) Console.Error.WriteLine(error);
        if (known is null) return ExitCode.Wrong;
        if (parsed.GetValue(port) is < 1 or > 65_535 || parsed.GetValue(unit) is < 0 or > 255)
            return Complain("--port is from 1 to 65535 and --unit from 0 to 255");
        var at = parsed.GetValue(position);
        if (known.Positions is { } all ? at < all.Min || at > all.Max : at != 0)
            return Complain(known.Positions is { } most
                ? $"--position is from {most.Min} to {most.Max}"
                : "this map has no positions");
        if (parsed.GetValue(image) is { } file) return FromImage(parsed, known, file);
        if (parsed.GetValue(host) is { Length: > 0 } name) return FromDevice(parsed, known, name);
        Console.Out.WriteLine($"{known.Name}: {known.Fields.Count} fields, {known.Writes.Count} writes, no error");
        return ExitCode.Good;
    }

    private static int FromImage(ParseResult parsed, DeviceMap known, FileInfo file)
    {
        if (BenchFile.Read(file) is not { } text) return ExitCode.Failed;
        if (!RecordedImage.TryParse(text, out var registers, out var error))
        {
            Console.Error.WriteLine($"{file}: {error}");
            return ExitCode.Failed;
        }
        using var bus = new InMemoryModbus(registers);
        return Show(parsed, known, bus);
    }

    private static int FromDevice(ParseResult parsed, DeviceMap known, string name)
    {
        using var bus = new ModbusTcpMaster(new(name, parsed.GetValue(port))
        {
            Timeout = 2.Seconds, ConnectTimeout = 2.Seconds, MinimumGap = known.Times.MinimumGap,
        });
        return Show(parsed, known, bus);
    }

    private static int Show(ParseResult parsed, DeviceMap known, IModbus bus)
    {
        var shown = MapDump.Read(bus, known, (byte)parsed.GetValue(unit), parsed.GetValue(position));
        foreach (var one in shown) Console.Out.WriteLine(parsed.GetValue(json) ? Json(one) : Line(one));
        return shown.Any(one => one.Value is not null) ? ExitCode.Good : ExitCode.Failed;
    }

    private static string Line(MapShown one)
    {
        var value = one.Value is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"{number:G9} {one.Field.Unit}")
            : "-";
        var note = one.Why ?? one.Word ?? "";
        var sure = one.Field.Sure.ToString().ToLowerInvariant();
        return $"{one.Field.Name,-20} {one.Register,6}  {value,-18} {sure,-11} {note}".TrimEnd();
    }

    private static string Json(MapShown one) => JsonSerializer.Serialize(new Dictionary<string, object?>
    {
        ["field"] = one.Field.Name, ["register"] = one.Register, ["value"] = one.Value, ["unit"] = one.Field.Unit,
        ["sure"] = one.Field.Sure.ToString().ToLowerInvariant(), ["word"] = one.Word, ["why"] = one.Why,
    });

    private static int Complain(string what)
    {
        Console.Error.WriteLine($"bench map: {what}");
        return ExitCode.Wrong;
    }
}
