using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Tests.Integration.Host;
using ChargeScape.Edge.Tests.Integration.Modbus;

namespace ChargeScape.Edge.Tests.Integration.SunSpec;

/// <summary>A meter, an inverter and a bidirectional inverter with a car on one serial line; all are pymodbus.</summary>
public sealed class SerialSunSpecTests : IDisposable
{
    private const byte MeterUnit = 1, InverterUnit = 2, DerUnit = 3;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chargescape-sunspec-");
    private readonly Cable cable = new();
    private readonly SunSpecImage meter = MeterImage();
    private readonly SunSpecImage inverter = InverterImage();
    private readonly SunSpecImage der = DerImage();
    private readonly PeerLines server;

    public SerialSunSpecTests()
    {
        server = new(Peer.Start(
            ModbusPeers.Python, "python3-pymodbus",
            RepositoryRoot.File("tests", "Integration", "SunSpec", "peers", "pymodbus_serial.py"), cable.Theirs,
            Image(MeterUnit, meter), Image(InverterUnit, inverter), Image(DerUnit, der)));
        Assert.Equal("ready", server.Next());
    }

    public void Dispose()
    {
        server.Dispose();
        cable.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_meter_is_found_and_read()
    {
        using var bus = Master();
        var device = new SunSpecMeter(bus, new()
        {
            Unit = MeterUnit, Period = 100.Milliseconds, Refresh = 50.Milliseconds,
            Sign = SunSpecSign.PositiveIsImport, Legs = [SunSpecPhase.A, SunSpecPhase.B],
            Range = PhysicalRange.OfService(120.V, 100.A, 2),
        });

        var seen = Follow(device, device.Readings, _ => true);

        Assert.Equal((3600, 2410, 1190), (seen.Power.Value, seen.LegPower.L1.Value, seen.LegPower.L2.Value));
        Assert.Equal(20, seen.LegCurrent.L1.Value, 3);
        Assert.Equal(119, seen.LegVoltage.L2.Value, 3);
    }

    [Fact]
    public void An_inverter_is_found_read_and_its_limit_is_written_and_confirmed()
    {
        using var bus = Master();
        var device = new SunSpecInverter(bus, new()
        {
            Unit = InverterUnit, Period = 100.Milliseconds, Refresh = default, MaxPower = 16.kW,
            Curtailment = new() { Write = new(20.Seconds, SecondMaster.Yield, null), SilencePercent = 40 },
        });

        var seen = Follow(device, device.Readings, _ =>
        {
            device.Commands.Publish(new(new(-1900), MonotonicClock.Now));
            return device.IsHeld;
        });

        Assert.Equal(-5000, seen.Power.Value);
        ExpectWritten(InverterUnit, inverter, "WMaxLimPct", 250);
    }

    [Fact]
    public void A_setpoint_of_a_bidirectional_inverter_is_written_and_confirmed()
    {
        using var bus = Master();
        var device = new SunSpecDerEvse(bus, DerDevices.Bidirectional with
        {
            Unit = DerUnit, Write = new(20.Seconds, SecondMaster.Fault, null), Service = DerService.None,
        });

        var seen = Follow(device, device.Readings, _ =>
        {
            device.Commands.Publish(new(new(-4000), Connection.Close, MonotonicClock.Now, 1));
            return device.IsHeld;
        });

        Assert.Equal(0, seen.Power.Value);
        ExpectWritten(DerUnit, der, "WSet", 0, 4000);
    }

    [Fact]
    public void A_site_file_puts_all_three_on_the_line_and_the_program_reads_each()
    {
        var site = SiteFile(Line());

        var (code, _, errors) = EdgeProcess.Command("check", "--site", site);
        var imported = Read(site, "grid-meter");
        var generated = Read(site, "pv-inverter");
        var car = Read(site, "inverter-of-the-car");

        // The demo's short delay of enter service is warned of; the line is not.
        Assert.True(code == 0, errors);
        Assert.DoesNotContain("buses", errors, StringComparison.Ordinal);
        Assert.Equal(3600, (double)imported["p_site_w"]!);
        Assert.Equal(-5000, (double)generated["p_inverter_w"]!);
        Assert.Equal(0, (double)car["p_evse_w"]!);
    }

    [Theory]
    [InlineData("parity", null, "buses.line.parity")]
    [InlineData("baud", 100, "buses.line.baud")]
    [InlineData("rs485", "always", "buses.line.rs485")]
    [InlineData("port", 502, "buses.line.port")]
    public void A_line_that_is_not_described_in_full_is_refused_with_its_path(string member, object? value, string path)
    {
        var line = Line();
        line.Remove(member);
        if (value is not null) line[member] = JsonValue.Create(value);

        var (code, _, errors) = EdgeProcess.Command("check", "--site", SiteFile(line));

        Assert.Equal(2, code);
        Assert.Contains(path, errors, StringComparison.Ordinal);
    }

    private static T Follow<T>(IPolledDevice device, Latest<Reading<T>> readings, Predicate<T> until) where T : unmanaged
    {
        Reading<T> reading = default;
        T found = default;
        Eventually.Is(() =>
        {
            var now = MonotonicClock.Now;
            device.Read(now);
            device.Write(now);
            if (!readings.TryRead(ref reading) || reading.Within(5.Seconds, now) is not { } seen) return false;
            found = seen;
            return until(seen);
        }, "the device does as the test expects");
        return found;
    }

    // What socat and a loaded machine put between two bytes is no end of a frame.
    private ModbusRtuMaster Master() =>
        new(new(new(cable.Ours, 115_200)) { Timeout = 5.Seconds, LongestPause = 1.Seconds });

    private void ExpectWritten(byte unit, SunSpecImage image, string point, params ushort[] values)
    {
        var address = image.AddressOf(image.Point(704, point));
        var found = new Dictionary<int, ushort>();
        // The device's answer may be here before the line in which it tells of the write.
        while (!Written().SequenceEqual(values) && server.TryNext(TimeSpan.FromSeconds(10), out var line))
        {
            var words = line.Split(' ');
            if (words[0] != "wrote" || words[1] != $"{unit}") continue;
            for (var i = 3; i < words.Length; i++) found[int.Parse(words[2]) + i - 3] = ushort.Parse(words[i]);
        }
        Assert.Equal(values, Written());

        IEnumerable<ushort> Written() =>
            Enumerable.Range(address, values.Length).Select(at => found.GetValueOrDefault(at));
    }

    private JsonObject Line() => new()
    {
        ["link"] = "modbus-rtu", ["device"] = cable.Ours, ["baud"] = 115_200, ["parity"] = "none", ["stopBits"] = 1,
        ["rs485"] = "automatic", ["timeoutMs"] = 1000,
    };

    private string SiteFile(JsonObject line)
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var text = File.ReadAllText(RepositoryRoot.File("edge-host", "Host", "sites", "demo-der.json"));
        var site = JsonNode.Parse(text, null, options)!.AsObject();
        var buses = site["buses"]!.AsObject();
        foreach (var name in new[] { "meter", "inverter", "charger" }) buses.Remove(name);
        buses["line"] = line;
        var devices = site["devices"]!.AsArray();
        for (var i = 0; i < 3; i++) (devices[i]!["bus"], devices[i]!["unit"]) = ("line", i + 1);
        var file = Path.Combine(folder.FullName, "site.json");
        File.WriteAllText(file, site.ToJsonString());
        return file;
    }

    private static JsonNode Read(string site, string device)
    {
        var (code, output, errors) = EdgeProcess.Command("bench", "device", site, "--device", device, "--read", "--json");
        Assert.True(code == 0, errors);
        return JsonNode.Parse(output)!;
    }

    private string Image(byte unit, SunSpecImage image)
    {
        var registers = new ushort[image.Length];
        for (var i = 0; i < registers.Length; i++)
            Assert.Equal(0, image.Read(1, (ushort)(image.BaseAddress + i), registers.AsSpan(i, 1)));
        var file = Path.Combine(folder.FullName, $"{unit}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(
            registers.Select((value, i) => (Address: image.BaseAddress + i, value))
                .ToDictionary(r => $"{r.Address}", r => r.value)));
        return $"{unit}={file}";
    }

    private static SunSpecImage MeterImage() => new SunSpecImageBuilder(1)
        .Model(1, ("Mn", "pymodbus"), ("Md", "meter"), ("SN", "m-1"))
        .Model(202, ("A_SF", -2), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0), ("A", 30), ("AphA", 20), ("AphB", 10),
            ("PhV", 120), ("PhVphA", 121), ("PhVphB", 119), ("Hz", 60), ("W", 3600), ("WphA", 2410), ("WphB", 1190))
        .Build();

    private static SunSpecImage InverterImage() => new SunSpecImageBuilder(1)
        .Model(1, ("Mn", "pymodbus"), ("Md", "inverter"), ("SN", "i-1"))
        .Model(701, ("W_SF", 0), ("W", 5000), ("InvSt", 3), ("ConnSt", 1), ("St", 1), ("Alrm", 0))
        .Model(702, ("W_SF", 0), ("WMaxRtg", 7600), ("WMax", 7600))
        .Model(704, ("WMaxLimPctEna", 0), ("WMaxLimPct", 100), ("WMaxLimPct_SF", -1), ("WMaxLimPctRvrt", 100),
            ("WMaxLimPctEnaRvrt", 0), ("WMaxLimPctRvrtTms", 0), ("WMaxLimPctRvrtRem", 0))
        .Build();

    private static SunSpecImage DerImage() => new SunSpecImageBuilder(1)
        .Model(1, ("Mn", "pymodbus"), ("Md", "DER"), ("SN", "d-1"))
        .Model(701, ("W_SF", 0), ("W", 0), ("InvSt", 3), ("ConnSt", 1), ("St", 1), ("Alrm", 0))
        .Model(704, ("WSetEna", 0), ("WSetMod", 1), ("WSet", 0), ("WSet_SF", 0), ("WSetRvrt", 0), ("WSetEnaRvrt", 0),
            ("WSetRvrtTms", 0), ("WSetRvrtRem", 0))
        .Build();
}
