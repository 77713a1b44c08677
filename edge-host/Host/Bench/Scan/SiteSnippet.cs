using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>
/// The device part of a site file from what a scan found. What a scan cannot know (which way a meter counts, what the
/// service can carry) is left out: <c>check</c> then asks for it by name.
/// </summary>
internal static class SiteSnippet
{
    // Longer than any answer seen on a local network; a person with a faster device lowers it.
    private const int TimeoutMs = 500;
    private const int PollMs = 250;
    private const int SlowPollMs = 1000;
    // Most meters and inverters renew their registers once a second.
    private const int RefreshMs = 1000;

    /// <summary><c>{"buses": …, "devices": […]}</c>.</summary>
    public static JsonObject Of(IEnumerable<ScanFinding> findings)
    {
        var (buses, devices) = (new JsonObject(), new JsonArray());
        foreach (var finding in findings)
        {
            foreach (var family in finding.Families)
            {
                if (Device(finding, family) is not { } device) continue;
                var bus = BusName(finding);
                buses[bus] ??= Bus(finding);
                device["bus"] = bus;
                device["name"] = Unique(devices, Role(family));
                devices.Add(device);
            }
        }
        return new() { ["buses"] = buses, ["devices"] = devices };
    }

    /// <summary>Fields that a person must add to a device of this family.</summary>
    public static IEnumerable<string> Missing(JsonObject device)
    {
        var family = DeviceCatalog.Find((string)device["family"]!);
        return family?.Settings.Where(spec => spec.Default is null && device[spec.Name] is null)
            .Select(spec => spec.Name) ?? [];
    }

    /// <summary>Name of the bus that leads there.</summary>
    public static string BusName(ScanFinding finding)
    {
        var where = finding.Port is { } port ? $"{finding.Host}-{port}" : finding.Host;
        var plain = new string([.. where.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]).Trim('-');
        return plain.Length <= 60 ? $"mb-{plain}" : $"mb-{plain[^60..]}";
    }

    /// <summary>The bus's entry.</summary>
    public static JsonObject Bus(ScanFinding finding) => finding.Port is { } port
        ? new() { ["link"] = "modbus-tcp", ["host"] = finding.Host, ["port"] = port, ["timeoutMs"] = TimeoutMs }
        : new()
        {
            ["link"] = "modbus-rtu", ["device"] = finding.Host, ["baud"] = finding.BaudRate,
            ["parity"] = finding.Parity, ["stopBits"] = 1, ["rs485"] = "automatic", ["timeoutMs"] = TimeoutMs,
        };

    /// <summary>The device's entry as far as it is known, without name and bus; null for a family that the catalog does
    /// not have.</summary>
    public static JsonObject? Device(ScanFinding finding, string family)
    {
        if (DeviceCatalog.Find(family) is not { } known) return null;
        var device = new JsonObject { ["name"] = null, ["family"] = family, ["bus"] = null };
        var isSunSpec = finding.Answer == ScanAnswer.Sunspec;
        Put("map", finding.Map);
        Put("unit", finding.Unit);
        Put("pollMs", isSunSpec ? PollMs : SlowPollMs);
        Put("refreshMs", RefreshMs);
        if (finding.SerialNumber is { Length: > 0 } serial) Put("serialNumber", serial);
        if (isSunSpec) Put("phases", Phases(finding.Models));
        return device;

        void Put(string field, JsonNode? value)
        {
            if (value is not null && known.Settings.Any(spec => spec.Name == field)) device[field] = value;
        }
    }

    // The last digit of a meter model is its wiring: 1 single, 2 split, 3 wye, 4 delta.
    private static string Phases(IReadOnlyList<int> models) =>
        (models.FirstOrDefault(model => model is >= 201 and <= 214) % 10) switch { 1 => "A", 2 => "AB", _ => "ABC" };

    private static string Role(string family) => DeviceCatalog.Find(family) switch
    {
        MeterFamily => "meter", InverterFamily => "inverter", EvseFamily => "charger", _ => "battery",
    };

    private static string Unique(JsonArray devices, string name)
    {
        for (var i = 1; ; i++)
        {
            var tried = i == 1 ? name : $"{name}-{i}";
            if (devices.All(device => (string?)device!["name"] != tried)) return tried;
        }
    }
}
