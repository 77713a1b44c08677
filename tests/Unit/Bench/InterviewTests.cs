using System.Text.Json.Nodes;
using ChargeScape.Edge.Host.Bench.Scan;
using ChargeScape.Edge.Host.Commissioning;

namespace ChargeScape.Edge.Tests.Unit.Bench;

public sealed class InterviewTests : IDisposable
{
    private readonly StringWriter prompts = new();

    public void Dispose() => prompts.Dispose();

    [Fact]
    public void A_person_is_asked_again_until_the_answer_fits_and_an_empty_line_takes_the_usual_one()
    {
        var person = Person("many", "-1", "100", "");

        var breaker = person.To(Question.Number("service.mainBreakerA", "Main breaker", 1, 1000));
        var share = person.To(Question.Number("service.breakerContinuousShare", "Share", 0.5, 1, 0.8));

        Assert.Equal((100, 0.8), ((double)breaker!, (double)share!));
        Assert.Contains(
            "'many' does not fit; expected a number from 1 to 1000", prompts.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_line_is_no_answer_where_none_is_usual_and_the_end_of_the_input_ends_it()
    {
        var person = Person("", "");

        Assert.Throws<UnansweredException>(() => person.To(Question.NumberOrNone("service.exportCapW", "Cap", 1e6)));
    }

    [Theory]
    [InlineData("modbus-tcp 10.0.0.5:502",
        "{\"link\":\"modbus-tcp\",\"host\":\"10.0.0.5\",\"port\":502,\"timeoutMs\":500}")]
    [InlineData("slcan-tcp h:1 500000", "{\"link\":\"slcan-tcp\",\"host\":\"h\",\"port\":1,\"bitRate\":500000}")]
    [InlineData("gpio-socket /run/x", "{\"link\":\"gpio-socket\",\"path\":\"/run/x\"}")]
    [InlineData("socketcan interface=can0 fd=true", "{\"link\":\"socketcan\",\"interface\":\"can0\",\"fd\":true}")]
    [InlineData("modbus-tcp 10.0.0.5", null)]
    [InlineData("slcan-tcp h:1", null)]
    [InlineData("socketcan can0", null)]
    [InlineData("socketcan a=1 a=2", null)]
    [InlineData("", null)]
    public void A_bus_is_said_in_one_line(string text, string? expected) =>
        Assert.Equal(expected, BusText.Parse(text)?.ToJsonString());

    [Fact]
    public void A_guess_becomes_a_device_with_its_map_and_what_is_missing_is_named()
    {
        var finding = new ScanFinding(ScanAnswer.Known)
        {
            Host = "10.0.0.7", Port = 502, Unit = 5, Families = ["modbus-map-meter"], Map = "eastron-sdm630",
        };

        var part = SiteSnippet.Of([finding]);

        var device = Assert.Single(part["devices"]!.AsArray())!.AsObject();
        Assert.Equal(
            ("meter", "eastron-sdm630", 5), ((string?)device["name"], (string?)device["map"], (int)device["unit"]!));
        Assert.Contains("phases", SiteSnippet.Missing(device));
        Assert.Equal(502, (int)part["buses"]!["mb-10-0-0-7-502"]!["port"]!);
    }

    [Fact]
    public void One_device_under_many_unit_ids_is_one_and_refusals_beside_it_are_none()
    {
        ScanFinding Of(ScanAnswer answer, int unit, string? serial) =>
            new(answer) { Host = "h", Port = 502, Unit = unit, SerialNumber = serial };

        var merged = SameDevice.Merge([
            Of(ScanAnswer.Sunspec, 1, "A"), Of(ScanAnswer.Sunspec, 2, "A"), Of(ScanAnswer.Sunspec, 3, "B"),
            Of(ScanAnswer.Modbus, 4, null),
        ]);

        Assert.Equal([(1, 1), (3, 0)], merged.Select(finding => (finding.Unit!.Value, finding.AlsoUnits.Count)));
    }

    [Fact]
    public void An_answers_file_with_a_name_twice_or_of_another_form_is_refused()
    {
        Assert.Null(FileAnswers.Read("[]", "a.json", out var form));
        Assert.Null(FileAnswers.Read("{\"a\":1,\"a\":2}", "a.json", out var twice));
        Assert.Null(FileAnswers.Read("{", "a.json", out var cut));
        Assert.All([form, twice, cut], error => Assert.StartsWith("a.json: ", error, StringComparison.Ordinal));
    }

    private PersonAnswers Person(params string[] lines) =>
        new(new StringReader(string.Concat(lines.Select(line => line + "\n"))), prompts);
}
