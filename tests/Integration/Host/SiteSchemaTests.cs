using System.Text;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>The JSON Schema of site files is written by hand; python3-jsonschema and our own reader must agree on
/// it.</summary>
public sealed class SiteSchemaTests
{
    // Path, and the value that breaks it ("" takes the field out).
    private static readonly (string Path, string Value)[] broken =
    [
        ("siteId", ""), ("siteId", "\"a b\""), ("siteId", "7"), ("clock", "\"sundial\""), ("clock", ""),
        ("localSocket", "\"relative\""), ("stateFile", "\"relative\""), ("stateFile", "7"),
        ("evse.contactorFeedback", "\"both\""), ("evse.minimumDisconnectedS", "4"), ("surprise", "1"), ("service", ""), ("service", "[]"),
        ("service.wiring", "\"four-phase\""), ("service.mainBreakerA", "0"), ("service.mainBreakerA", "\"100\""),
        ("service.mainBreakerA", "null"), ("service.exportCapW", ""), ("service.exportCapW", "-1"),
        ("service.exportCapW", "\"unlimited\""), ("service.importCapW", "true"), ("service.houseLoadMaxW", "0"),
        ("service.exportCap", "5000"), ("evse.leg", "\"L1\""), ("evse.wiring", "\"single-phase\""),
        ("evse.chargeRatingW", ""), ("evse.rampWPerS", "0"), ("vehicle.reserveSocPct", "101"),
        ("vehicle.upperSocPct", ""), ("control", "{\"periodMs\":1}"), ("control", "{\"periodMs\":10.5}"),
        ("buses.meter.port", "70000"), ("buses.meter.port", "1.5"), ("buses.meter.link", "\"rs485\""),
        ("buses.meter.timeoutMs", ""), ("buses.meter.bitRate", "125000"), ("buses.car.bitRate", "123456"),
        ("buses.lines.path", "\"gpio.sock\""), ("buses.two words", "{\"link\":\"gpio-socket\",\"path\":\"/x\"}"),
        ("buses.x", "{\"link\":\"socketcan\"}"), ("buses.x", "{\"link\":\"socketcan\",\"interface\":\"can/0\"}"),
        ("buses.x", "{\"link\":\"socketcan\",\"interface\":\"longer-than-a-name\"}"),
        ("buses.x", "{\"link\":\"socketcan\",\"interface\":\"can0\",\"fd\":1}"),
        ("buses.x", "{\"link\":\"socketcan\",\"interface\":\"can0\",\"bitRate\":500000}"),
        ("buses.x", "{\"link\":\"slcan-serial\",\"device\":\"/dev/ttyACM0\",\"baud\":300,\"bitRate\":500000}"),
        ("buses.x", "{\"link\":\"slcan-serial\",\"device\":\"ttyACM0\",\"baud\":115200,\"bitRate\":500000}"),
        ("buses.x", Chip("")), ("buses.x", Chip("\"offset\":-1")), ("buses.x", Chip("\"chipName\":\"\"")),
        ("buses.x", Chip("\"offset\":1,\"chipName\":\"GPIO1\"")), ("buses.x", Chip("\"offset\":1,\"bias\":\"up\"")),
        ("buses.x", Chip("\"offset\":1,\"debounceMs\":1001")),
        ("buses.x", "{\"link\":\"gpio-chip\",\"chip\":\"gpiochip0\"}"),
        ("devices", "{}"), ("devices.0.family", "\"acme\""), ("devices.0.unit", "0"), ("devices.0.unit", "1.5"),
        ("devices.0.positiveW", ""), ("devices.0.phases", "\"AD\""), ("devices.0.serialNumber", "5"),
        ("devices.0.scaleMayVary", "\"yes\""), ("devices.2.stage", ""), ("devices.2.plugLine", "\"\""),
        ("devices.2.maxChargeA", "126"), ("devices.2.announceDischarge", "\"never\""),
        ("devices.3.minEfficiency", "0.4"),
        ("devices.4.stopLoopLine", ""), ("devices.4.pollMs", "1000"), ("mqtt.tls", "\"yes\""),
        ("mqtt.tls", "{\"caFile\":\"/ca\"}"), ("mqtt.issuers", "[]"), ("mqtt.issuers", "[\"-x\"]"), ("mqtt.port", ""),
        ("buses.meter", $"{{{Rtu},\"baud\":9600,\"rs485\":\"rts\"}}"),
        ("buses.meter", $"{{{Rtu},\"baud\":200,\"rs485\":\"rts\",\"parity\":\"even\"}}"),
        ("buses.meter", $"{{{Rtu},\"baud\":9600,\"rs485\":\"maybe\",\"parity\":\"even\"}}"),
        ("buses.meter", $"{{{Rtu},\"baud\":9600,\"rs485\":\"rts\",\"parity\":\"mark\"}}"),
        ("buses.meter", $"{{{Rtu},\"baud\":9600,\"rs485\":\"rts\",\"parity\":\"even\",\"host\":\"h\"}}"),
        ("devices.0.modbus", "{\"retries\":11}"), ("devices.0.modbus", "{\"priority\":\"top\"}"),
        ("devices.0.modbus", "{\"budgetMs\":0}"), ("devices.0.modbus", "{\"gapMs\":5}"), ("devices.0.modbus", "[]"),
        ("devices.2.modbus", "{}"),
        .. SiteLimitCases.Broken,
    ];

    private const string Rtu = "\"link\":\"modbus-rtu\",\"device\":\"/dev/ttyUSB0\",\"stopBits\":1,\"timeoutMs\":200";

    // Fields that have a default may be absent, and others may take several forms.
    private static readonly (string Path, string Value)[] good =
    [
        ("stateFile", "\"/x/y.state\""), ("evse.contactorFeedback", "\"supply\""), ("devices.4.clearLine", "\"clear\""),
        ("service.importCapW", "0"), ("service.capAimShare", "0.9"), ("control", "{\"periodMs\":10}"),
        ("mqtt.issuers", "[\"vpp.example\",\"dso:1\"]"),
        ("mqtt.tls", "{\"caFile\":\"/ca\",\"certificateFile\":\"/crt\",\"keyFile\":\"/key\"}"),
        ("buses.x", "{\"link\":\"socketcan\",\"interface\":\"can0\"}"),
        ("buses.x", "{\"link\":\"socketcan\",\"interface\":\"can0\",\"fd\":true}"),
        ("buses.x", "{\"link\":\"slcan-serial\",\"device\":\"/dev/ttyACM0\",\"baud\":115200,\"bitRate\":500000}"),
        ("buses.x", Chip("\"offset\":0,\"activeLow\":true,\"bias\":\"pull-up\",\"debounceMs\":5")),
        ("buses.x", Chip("\"chipName\":\"GPIO27\"")),
        ("devices.0.serialNumber", "\"\""), ("devices.2.earthFaultLine", "\"\""), ("buses.meter.minimumGapMs", "20"),
        ("buses.meter", $"{{{Rtu},\"baud\":9600,\"rs485\":\"rts\",\"parity\":\"even\"}}"),
        (
            "buses.meter",
            $"{{{Rtu},\"baud\":250000,\"rs485\":\"kernel\",\"parity\":\"none\","
            + "\"hearsItself\":true,\"rtsAfterMs\":2}"),
        ("devices.0.modbus", "{}"),
        ("devices.0.modbus",
            "{\"timeoutMinMs\":20,\"timeoutMaxMs\":100,\"retries\":3,\"priority\":\"low\",\"minimumGapMs\":5}"),
        .. SiteLimitCases.Good,
    ];

    private static string Chip(string line) =>
        $$"""{"link":"gpio-chip","chip":"gpiochip0","lines":{"estop":{ {{line}} } } }""";

    [Fact]
    public void Schema_and_reader_agree_on_good_and_broken_site_files()
    {
        var goodSites = good.Select(change => Changed(change.Path, change.Value)).ToList();
        goodSites.AddRange(Directory.GetFiles(Path.GetDirectoryName(EdgeProcess.DemoSite)!, "*.json").Select(Strict));
        var brokenSites = broken.Select(change => Changed(change.Path, change.Value)).ToList();

        var verdicts = SchemaJudge.Of("edge-host/Host/Configuration/site.schema.json", [.. goodSites, .. brokenSites]);

        for (var i = 0; i < goodSites.Count; i++)
        {
            var read = SiteFile.Parse(Encoding.UTF8.GetBytes(goodSites[i]), "site.json", []);
            Assert.True(
                verdicts[i] == "valid" && read.Errors.Count == 0,
                $"good site {i}: {verdicts[i]}, {string.Join("; ", read.Errors)}");
        }
        for (var i = 0; i < brokenSites.Count; i++)
        {
            var read = SiteFile.Parse(Encoding.UTF8.GetBytes(brokenSites[i]), "site.json", []);
            Assert.True(
                verdicts[goodSites.Count + i] == "broken" && read.Errors.Count > 0,
                $"{broken[i]}: schema says {verdicts[goodSites.Count + i]}, reader found {read.Errors.Count} errors");
        }
    }

    private static string Strict(string file) => SchemaJudge.Strict(File.ReadAllText(file));

    private static string Changed(string path, string value) =>
        SchemaJudge.Changed(File.ReadAllText(EdgeProcess.DemoSite), path, value);
}
