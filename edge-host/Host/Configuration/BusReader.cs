using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Host.Composition;

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
            ("modbus-tcp", BusLink.ModbusTcp), ("modbus-rtu", BusLink.ModbusRtu),
            ("socketcan", BusLink.SocketCan), ("slcan-tcp", BusLink.SlcanTcp),
            ("slcan-serial", BusLink.SlcanSerial), ("gpio-chip", BusLink.GpioChip),
            ("gpio-socket", BusLink.GpioSocket));
        if (!section.AreGood("link"))
        {
            // Which fields belong here, and which devices fit, nobody knows then: one error is enough.
            section.TakeAll();
            return new(name, link) { IsLinkUnknown = true };
        }
        var bus = new BusConfig(name, link) { HasCardPort = HasCardPort(link, section) };
        return link switch
        {
            BusLink.ModbusTcp => Tcp(bus, section) with
            {
                Timeout = section.Integer("timeoutMs", 5, 2000).Milliseconds,
                MinimumGap = section.Integer("minimumGapMs", 0, 1000, 0).Milliseconds,
            },
            BusLink.ModbusRtu => bus with
            {
                Serial = Serial(section),
                HearsItself = section.Flag("hearsItself", false),
                Timeout = section.Integer("timeoutMs", 5, 2000).Milliseconds,
            },
            BusLink.SlcanTcp => Tcp(bus, section) with { BitRate = BitRate(section) },
            BusLink.SocketCan => bus with
            {
                Interface = section.Text("interface", Words.InterfaceExpected, Words.IsInterface),
                HasFd = section.Flag("fd", absent: false),
            },
            BusLink.SlcanSerial => bus with
            {
                Path = section.Text("device", Words.PathExpected, Words.IsPath),
                Baud = section.Integer("baud", 1200, 4_000_000),
                BitRate = BitRate(section),
            },
            BusLink.GpioChip => bus with
            {
                Chip = section.Text("chip", Words.ChipExpected, Words.IsChip),
                Lines = Lines(section),
            },
            _ => bus with { Path = section.Text("path", Words.PathExpected, Words.IsPath) },
        };
    }

    private static bool HasCardPort(BusLink link, ConfigSection section)
    {
        var library = link switch
        {
            BusLink.ModbusTcp => "nmodbus",
            BusLink.SocketCan => "iot-device-bindings",
            BusLink.GpioChip => "system-device-gpio",
            _ => null,
        };
        return library is not null && CardPort(section, "library", "own", library);
    }

    /// <summary>The member names the port over another library, and this program has it.</summary>
    public static bool CardPort(ConfigSection section, string member, string own, string library)
    {
        if (!section.Has(member) || !section.Choice(member, (own, false), (library, true))) return false;
        if (!CardPorts.AreBuiltIn)
            section.ErrorAt(
                member, $"{library} is not built into this program: build it with -p:CardPackages=true");
        return CardPorts.AreBuiltIn;
    }

    private static List<ChipLine> Lines(ConfigSection bus)
    {
        var lines = new List<ChipLine>();
        if (bus.Section("lines") is not { } all) return lines;
        foreach (var (name, _) in all.Node.Members)
        {
            if (all.Section(name) is not { } section) continue;
            if (!Words.IsLine(name)) section.Error($"a line is named with {Words.LineExpected}");
            lines.Add(Line(name, section));
            section.RefuseUnknown();
        }
        for (var i = 0; i < lines.Count; i++)
        {
            var twin = lines.FindIndex(other => (other.Offset, other.ChipName) == (lines[i].Offset, lines[i].ChipName));
            if (twin < i) all.ErrorAt(lines[i].Name, $"the same line of the chip as \"{lines[twin].Name}\"");
        }
        return lines;
    }

    private static ChipLine Line(string name, ConfigSection section)
    {
        if (section.Has("offset") == section.Has("chipName"))
            section.Error("expected where the line is: either \"offset\" or \"chipName\"");
        return new(name)
        {
            Offset = section.Integer("offset", 0, 1023, -1),
            ChipName = section.Text("chipName", Words.ChipNameExpected, Words.IsChipName, ""),
            IsActiveLow = section.Flag("activeLow", absent: false),
            Bias = section.Has("bias")
                ? section.Choice(
                    "bias", ("as-is", LineBias.AsIs), ("none", LineBias.None), ("pull-up", LineBias.PullUp),
                    ("pull-down", LineBias.PullDown))
                : LineBias.AsIs,
            Debounce = section.Integer("debounceMs", 0, 1000, 0).Milliseconds,
        };
    }

    private static BusConfig Tcp(BusConfig bus, ConfigSection section) => bus with
    {
        Host = section.Text("host", Words.HostExpected, Words.IsHost),
        Port = section.Integer("port", 1, 65_535),
    };

    // The specification's default is even parity, many meters' is none: there is no default here.
    private static SerialOptions Serial(ConfigSection section) => new(
        section.Text("device", Words.PathExpected, Words.IsPath), section.Integer("baud", 300, 4_000_000))
    {
        Parity = section.Choice(
            "parity", ("none", SerialParity.None), ("even", SerialParity.Even), ("odd", SerialParity.Odd)),
        StopBits = section.Integer("stopBits", 1, 2),
        Rs485 = section.Choice(
            "rs485",
            ("automatic", Rs485Direction.Automatic), ("kernel", Rs485Direction.Kernel), ("rts", Rs485Direction.Rts)),
        RtsInverted = section.Flag("rtsInverted", false),
        RtsBefore = section.Integer("rtsBeforeMs", 0, 100, 0).Milliseconds,
        RtsAfter = section.Integer("rtsAfterMs", 0, 100, 0).Milliseconds,
    };

    private static int BitRate(ConfigSection section)
    {
        var rate = section.Integer("bitRate", 10_000, 1_000_000);
        if (section.Has("bitRate") && !BitRates.Contains(rate))
            section.ErrorAt("bitRate", $"expected one of {string.Join(", ", BitRates)}, found {rate}");
        return rate;
    }
}
