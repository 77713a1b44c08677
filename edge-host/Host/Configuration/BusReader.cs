using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads <c>buses</c>: an object whose member names are the buses' names.</summary>
internal static class BusReader
{
    // What slcan's S command can set.
    private static readonly int[] BitRates =
        [10_000, 20_000, 50_000, 100_000, 125_000, 250_000, 500_000, 800_000, 1_000_000];

    public static IReadOnlyList<BusConfig> ReadAll(ConfigSection root)
    {
        var buses = new List<BusConfig>();
        if (root.Section("buses") is not { } all) return buses;
        foreach (var (name, _) in all.Node.Members)
        {
            if (all.Section(name) is not { } section) continue;
            if (!Words.IsId(name)) section.Error($"a bus is named with {Words.IdExpected}");
            buses.Add(Read(name, section));
            section.RefuseUnknown();
        }
        return buses;
    }

    private static BusConfig Read(string name, ConfigSection section)
    {
        var link = section.Choice(
            "link",
            ("modbus-tcp", BusLink.ModbusTcp), ("slcan-tcp", BusLink.SlcanTcp), ("gpio-socket", BusLink.GpioSocket));
        if (!section.AreGood("link"))
        {
            // Which fields belong here, and which devices fit, nobody knows then: one error is enough.
            section.TakeAll();
            return new(name, link) { IsLinkUnknown = true };
        }
        var bus = new BusConfig(name, link);
        return link switch
        {
            BusLink.ModbusTcp => Tcp(bus, section) with
            {
                Timeout = section.Integer("timeoutMs", 5, 2000).Milliseconds,
                MinimumGap = section.Integer("minimumGapMs", 0, 1000, 0).Milliseconds,
            },
            BusLink.SlcanTcp => Tcp(bus, section) with { BitRate = BitRate(section) },
            _ => bus with { Path = section.Text("path", Words.PathExpected, Words.IsPath) },
        };
    }

    private static BusConfig Tcp(BusConfig bus, ConfigSection section) => bus with
    {
        Host = section.Text("host", Words.HostExpected, Words.IsHost),
        Port = section.Integer("port", 1, 65_535),
    };

    private static int BitRate(ConfigSection section)
    {
        var rate = section.Integer("bitRate", 10_000, 1_000_000);
        if (section.Has("bitRate") && !BitRates.Contains(rate))
            section.ErrorAt("bitRate", $"expected one of {string.Join(", ", BitRates)}, found {rate}");
        return rate;
    }
}
