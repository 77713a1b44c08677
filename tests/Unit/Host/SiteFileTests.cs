using System.Text;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class SiteFileTests
{
    [Theory]
    [InlineData("/", "it is a directory")]
    [InlineData("/dev/zero", "larger than")]
    [InlineData("/proc/self/status", "'N' is an invalid start")]
    public void What_has_no_length_of_its_own_is_read_to_its_end_or_bound(string path, string message)
    {
        var read = SiteFile.Read(path, []);

        Assert.Null(read.Site);
        Assert.Contains(message, Assert.Single(read.Errors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_shipped_site_file_is_valid()
    {
        Assert.NotEmpty(SiteText.Shipped);

        foreach (var file in SiteText.Shipped) Assert.Empty(SiteFile.Read(file, []).Errors);
    }

    [Fact]
    public void All_errors_come_at_once_each_with_line_and_path()
    {
        var text = """
            {
              "siteId": "home 1",
              "siteId": "home",
              "clock": "sundial",
              "localSocket": "/run/x.sock",
              "service": {
                "wirring": "split-phase",
                "mainBreakerA": "100",
                "exportCapW": null,
              },
              "buses": { "m": { "link": "modbus-tcp", "host": "h", "port": 70000, "timeoutMs": 100 } },
              "devices": [],
              "mqtt": { "host": "b", "port": 1883, "tls": "none", "issuers": "any" },
            }
            """u8;

        var read = SiteFile.Parse(text, "site.json", []);

        Assert.Null(read.Site);
        Expect(read, 2, "$.siteId", "expected 1 to 64 letters");
        Expect(read, 3, "$.siteId", "given twice; first on line 2");
        Expect(read, 4, "$.clock", "expected \"kernel\" or \"assumed\", found \"sundial\"");
        Expect(read, 7, "$.service.wirring", "unknown field; did you mean \"wiring\"?");
        Expect(read, 6, "$.service.wiring", "missing");
        Expect(read, 8, "$.service.mainBreakerA", "expected a number from 1 to 1000, found \"100\"");
        Expect(read, 9, "$.service.exportCapW", "or \"none\", found null");
        Expect(read, 11, "$.buses.m.port", "expected a whole number from 1 to 65535, found 70000");
        Expect(read, 1, "$.vehicle", "missing");
    }

    [Fact]
    public void A_contactor_whose_feedback_is_wired_must_be_said_to_open_with_the_session_or_not()
    {
        var site = SiteText.DemoWith("devices.4.contactorFeedbackLine", "contactor");
        Expect(Read(site), null, "$.evse.contactorFeedback", "say whether that contactor opens with each session");

        site["evse"]!["contactorFeedback"] = "session";
        Assert.True(Read(site).Site!.Limits.ContactorFollowsSession);
        site["evse"]!["contactorFeedback"] = "supply";
        Assert.False(Read(site).Site!.Limits.ContactorFollowsSession);
        Assert.False(Read(SiteText.DemoWith("evse.contactorFeedback", "session")).Site!.Limits.ContactorFollowsSession);
    }

    [Fact]
    public void State_lies_in_the_services_folder_under_the_sites_name_unless_the_file_says_elsewhere()
    {
        Assert.EndsWith("/demo-home.state", Read(SiteText.Demo()).Site!.StateFile, StringComparison.Ordinal);
        Assert.Equal("/x/y", Read(SiteText.DemoWith("stateFile", "/x/y")).Site!.StateFile);
    }

    [Fact]
    public void Lines_of_a_chip_must_be_there_and_belong_to_one_device()
    {
        var site = SiteText.Demo();
        site["buses"]!["lines"] = JsonNode.Parse("""
            {"link": "gpio-chip", "chip": "pinctrl-rp1", "lines": {
              "permit": {"offset": 17}, "estop-loop": {"offset": 27, "bias": "pull-down"}, "d1": {"chipName": "GPIO12"},
              "k": {"offset": 6}, "twin": {"offset": 6}, "nowhere": {}, "both": {"offset": 1, "chipName": "x"}}}
            """);
        site["devices"]![2]!["permissionLine"] = "permit";

        var read = Read(site);

        Expect(read, null, "$.buses.lines.lines.twin", "the same line of the chip as \"k\"");
        Expect(read, null, "$.buses.lines.lines.nowhere", "either \"offset\" or \"chipName\"");
        Expect(read, null, "$.buses.lines.lines.both", "either \"offset\" or \"chipName\"");
        Expect(read, null, "$.devices[2]", "the bus \"lines\" has no line \"proximity\"");
    }

    [Fact]
    public void A_line_of_a_chip_that_two_devices_name_is_refused()
    {
        var site = SiteText.Demo();
        var names = new[] { "permit", "estop-loop", "d1", "d2", "k", "proximity", "lock", "lock-feedback",
            "insulation-fault" };
        var lines = string.Join(",", names.Select((line, i) => $"\"{line}\": {{\"offset\": {i}}}"));
        site["buses"]!["lines"] = JsonNode.Parse(
            $$"""{"link": "gpio-chip", "chip": "gpiochip0", "lines": { {{lines}} } }""");
        Assert.Empty(Read(site).Errors);

        site["devices"]![2]!["permissionLine"] = "permit";

        Expect(Read(site), null, "$.devices[4]", "the line \"permit\" of \"lines\" already belongs to \"charger\"");
    }

    [Theory]
    [InlineData("service.exportCapW", "missing: expected a number from 0 to 1000000, or \"none\"")]
    [InlineData("service.importCapW", "missing")]
    [InlineData("service.mainBreakerA", "missing")]
    [InlineData("evse.chargeRatingW", "missing")]
    [InlineData("vehicle.reserveSocPct", "missing")]
    [InlineData("mqtt.tls", "missing")]
    [InlineData("mqtt.issuers", "missing")]
    public void A_number_that_safety_rests_on_has_no_default(string path, string expected)
    {
        var read = Read(SiteText.DemoWith(path, null));

        Expect(read, null, $"$.{path}", expected);
    }

    [Fact]
    public void A_charger_that_is_slow_to_follow_needs_the_largest_step_of_the_house()
    {
        var slow = SiteText.Strict(
            SiteText.Shipped.Single(file => file.EndsWith("demo-quasar.json", StringComparison.Ordinal)));
        slow["service"]!.AsObject().Remove("houseStepW");

        Expect(Read(slow), null, "$.service.houseStepW", "follows within 25 s");
    }

    [Theory]
    [InlineData("mqtt.client", "mqttnet")]
    [InlineData("buses.meter.library", "nmodbus")]
    public void A_port_over_another_library_must_be_built_in(string path, string library)
    {
        var read = Read(SiteText.DemoWith(path, library));

        if (CardPorts.AreBuiltIn) Assert.Empty(read.Errors);
        else Expect(read, null, $"$.{path}", $"{library} is not built into this program");
    }

    [Theory]
    [InlineData("vehicle.reserveSocPct", 95.0, "not below upperSocPct")]
    [InlineData("evse.breakerA", 110.0, "above mainBreakerA")]
    [InlineData("evse.chargeRatingW", 12000.0, "more than the EVSE's breaker carries continuously")]
    [InlineData("evse.dischargeRatingW", 12000.0, "more than the EVSE's breaker carries continuously")]
    [InlineData("evse.minimumPowerW", 9700.0, "above chargeRatingW")]
    [InlineData("evse.silenceFloorW", 100.0, "below minimumPowerW")]
    [InlineData("evse.setpointStepW", 1000.0, "above minimumPowerW")]
    [InlineData("service.houseLoadMaxW", 0.0, "never draws")]
    public void Numbers_must_fit_each_other(string path, double value, string expected)
    {
        var read = Read(SiteText.DemoWith(path, value));

        Expect(read, null, $"$.{path}", expected);
    }

    [Theory]
    [InlineData("evse.wiring", "three-phase", "$.evse.wiring", "does not fit the service")]
    [InlineData("evse.leg", "L1", "$.evse.leg", "single-phase EVSE only")]
    [InlineData("devices.0.bus", "nowhere", "$.devices[0].bus", "expected a Modbus bus: \"meter\" or \"inverter\"")]
    [InlineData("devices.0.bus", "car", "$.devices[0].bus", "expected a Modbus bus")]
    [InlineData("devices.0.family", "acme", "$.devices[0].family", "expected one of \"chademo\"")]
    [InlineData("devices.0.name", "charger", "$.devices[2].name", "the name of two devices")]
    [InlineData("devices.2.stage", "panel", "$.devices[2].stage", "there is no power stage device \"panel\"")]
    [InlineData("devices.3.bus", "car", "$.devices[3].bus", "already belongs to")]
    public void Devices_must_fit_their_buses_and_each_other(string path, string value, string where, string expected)
    {
        var read = Read(SiteText.DemoWith(path, value));

        Expect(read, null, where, expected);
    }

    [Theory]
    [InlineData("buses.meter.link", "modbus-udp")]
    [InlineData("buses.meter.link", null)]
    [InlineData("buses.car.link", "canbus")]
    [InlineData("buses.lines.link", "gpio")]
    [InlineData("devices.3.family", "infy")]
    [InlineData("devices.2.family", "chademo2")]
    public void One_wrong_word_is_one_error(string path, string? word)
    {
        var read = Read(SiteText.DemoWith(path, word));

        Assert.Single(read.Errors);
    }

    [Fact]
    public void A_site_has_one_EVSE_and_one_meter()
    {
        var site = SiteText.Demo();
        var second = site["devices"]![0]!.DeepClone();
        second["name"] = "second-meter";
        site["devices"]!.AsArray().Add(second);

        var read = Read(site);

        Expect(read, null, "$.devices", "expected exactly one meter, found 2");
    }

    [Fact]
    public void What_a_family_checks_itself_is_an_error_of_its_device()
    {
        var read = Read(SiteText.DemoWith("devices.2.maxChargeA", 100.0));

        Expect(read, null, "$.devices[2]", "rated for");
    }

    [Fact]
    public void A_number_from_the_command_line_may_take_the_place_of_none()
    {
        var demo = SiteText.Bytes(SiteText.Demo());

        var read = SiteFile.Parse(demo, "site.json", ["service.importCapW=9000"]);

        Assert.Empty(read.Errors);
        Assert.Equal(9.kW, read.Site!.Limits.ImportCap);
    }

    [Fact]
    public void A_value_from_the_command_line_is_validated_the_same_way()
    {
        var demo = SiteText.Bytes(SiteText.Demo());

        var good = SiteFile.Parse(
            demo, "site.json", ["buses.meter.port=1234", "siteId=other", "devices.grid-meter.unit=7"]);
        var bad = SiteFile.Parse(
            demo, "site.json", ["buses.meter.port=abc", "buses.meter.minimumGapM=1", "nothing.here=1", "x"]);

        Assert.Empty(good.Errors);
        Assert.Equal((1234, "other"), (good.Site!.Buses.Single(bus => bus.Name == "meter").Port, good.Site.Id));
        Assert.Equal(7, good.Site.Devices.Single(device => device.Name == "grid-meter").Settings.Integer("unit"));
        Expect(bad, 0, "$.buses.meter.port", "expected a whole number");
        Expect(bad, 0, "$.buses.meter.minimumGapM", "did you mean \"minimumGapMs\"");
        Expect(bad, 0, "$.nothing.here", "there is no \"nothing\"");
        Expect(bad, 0, "$", "expected PATH=VALUE");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{ \"siteId\": }")]
    [InlineData("{ \"a\": [[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]] }")]
    [InlineData("{} trailing")]
    [InlineData("{ \"siteId\": \"\\ud800\" }")]
    public void What_is_not_JSON_of_bounded_depth_is_one_clear_error(string text)
    {
        var read = SiteFile.Parse(Encoding.UTF8.GetBytes(text), "site.json", []);

        Assert.Null(read.Site);
        Assert.NotEmpty(read.Errors);
    }

    [Fact]
    public void A_hostile_file_costs_no_more_than_its_bytes()
    {
        var names = string.Join(",", Enumerable.Range(0, 60_000).Select(i => $"\"n{i}\":1"));
        var items = string.Join(",", Enumerable.Range(0, 200_000).Select(_ => "1"));
        var tooLarge = new byte[(1 << 20) + 1];

        var many = SiteFile.Parse(Encoding.UTF8.GetBytes($"{{{names}}}"), "site.json", []);
        var array = SiteFile.Parse(Encoding.UTF8.GetBytes($"{{\"devices\":[{items}]}}"), "site.json", []);
        var large = SiteFile.Parse(tooLarge, "site.json", []);

        Assert.InRange(many.Errors.Count, 1, 201);
        Assert.InRange(array.Errors.Count, 1, 201);
        Assert.Contains("larger than", Assert.Single(large.Errors).Message, StringComparison.Ordinal);
    }

    private static ConfigResult Read(JsonNode site) => SiteFile.Parse(SiteText.Bytes(site), "site.json", []);

    private static void Expect(ConfigResult read, int? line, string path, string message) => Assert.True(
        read.Errors.Any(error => (line is null || error.Line == line) && error.Path == path
            && error.Message.Contains(message, StringComparison.Ordinal)),
        $"no error {line} {path} {message} in:\n{string.Join('\n', read.Errors)}");
}
