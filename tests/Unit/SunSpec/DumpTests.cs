using System.Text.Json;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class DumpTests
{
    private static (bool IsDone, string Output, string Notes) Dump(string image)
    {
        using var output = new StringWriter();
        using var notes = new StringWriter();
        var isDone = SunSpecDump.TryWrite(image, output, notes);
        return (isDone, output.ToString(), notes.ToString());
    }

    private static string Image(int address, params ushort[] registers) =>
        JsonSerializer.Serialize(
            registers.Select((value, i) => (Key: $"{address + i}", value)).ToDictionary(r => r.Key, r => r.value));

    private static string Recording(string name) =>
        File.ReadAllText(RepositoryRoot.File("tests", "data", "sunspec-devices", name));

    [Fact]
    public void A_recorded_device_prints_one_object_per_model_in_chain_order()
    {
        var (isDone, output, notes) = Dump(Recording("sma-sb3.6-1av-41_2023-08-10.regs.json"));

        Assert.True(isDone);
        Assert.Equal("", notes);
        using var json = JsonDocument.Parse(output);
        var models = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(
            [1, 11, 12, 101, 120, 121, 122, 123, 124, 126, 127, 128, 131, 132, 160, 129, 130],
            models.Select(m => m.GetProperty("model").GetInt32()));
        Assert.Equal(40185, models[3].GetProperty("address").GetInt32());
        var points = models[3].GetProperty("points");
        Assert.Equal("1080.0", points.GetProperty("W").GetRawText());
        Assert.Equal("49.98", points.GetProperty("Hz").GetRawText());
        Assert.Equal("4", points.GetProperty("St").GetRawText());
        Assert.Equal(JsonValueKind.Null, points.GetProperty("TmpSnk").ValueKind);
        Assert.Equal("SMA", models[0].GetProperty("points").GetProperty("Mn").GetString());
        Assert.Equal("322.0", models[14].GetProperty("points").GetProperty("module_0_DCV").GetRawText());
    }

    [Fact]
    public void Nested_groups_are_named_by_group_and_number()
    {
        var (_, output, _) = Dump(Recording("dersec-emulated-der_700-series.regs.json"));

        using var json = JsonDocument.Parse(output);
        Assert.Equal("96.7", Points(705).GetProperty("Crv_0_Pt_1_V").GetRawText());
        Assert.Equal("0.9", Points(704).GetProperty("PFWInj_PF").GetRawText());

        JsonElement Points(int model) => json.RootElement.EnumerateArray()
            .Single(m => m.GetProperty("model").GetInt32() == model).GetProperty("points");
    }

    [Fact]
    public void A_vendor_model_is_named_without_points()
    {
        var (isDone, output, notes) = Dump(Image(40000, 0x5375, 0x6E53, 65_000, 2, 1, 2, 0xFFFF, 0));

        Assert.True(isDone);
        Assert.Equal("[\n{\"model\":65000,\"address\":40002,\"points\":{}}\n]\n", output);
        Assert.Contains("model 65000 at 40002: not in the published set", notes);
    }

    [Fact]
    public void Points_in_a_hole_of_the_recording_are_null()
    {
        var recording = Recording("sma-sb3.6-1av-41_2023-08-10.regs.json");
        var registers = JsonSerializer.Deserialize<Dictionary<string, ushort>>(recording)!;
        registers.Remove("40199");

        var (isDone, output, _) = Dump(JsonSerializer.Serialize(registers));

        Assert.True(isDone);
        using var json = JsonDocument.Parse(output);
        var points = json.RootElement[3].GetProperty("points");
        Assert.Equal(JsonValueKind.Null, points.GetProperty("W").ValueKind);
        Assert.Equal("49.98", points.GetProperty("Hz").GetRawText());
    }

    [Fact]
    public void A_chain_that_breaks_off_is_printed_as_far_as_it_goes_and_said()
    {
        var (isDone, output, notes) = Dump(Image(40000, [0x5375, 0x6E53, 713, 7, 100, 50, 500, 1000, 0, 0, 0xFFFF]));

        Assert.True(isDone);
        Assert.Contains("\"SoC\":50.0", output);
        Assert.Equal(
            "the chain breaks off after model 713 at 40002 (L 7): the next header was not recorded", notes.TrimEnd());
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[1, 2]", "expected an object")]
    [InlineData("{", "not JSON")]
    [InlineData("{}", "no register")]
    [InlineData("{\"40000\": 21365} x", "not JSON")]
    [InlineData("{\"65536\": 1}", "address \"65536\": expected 0…65535")]
    [InlineData("{\"-1\": 1}", "address \"-1\"")]
    [InlineData("{\"0x10\": 1}", "address \"0x10\"")]
    [InlineData("{\"40000\": 65536}", "address 40000: expected a register value")]
    [InlineData("{\"40000\": -1}", "address 40000")]
    [InlineData("{\"40000\": 1.5}", "address 40000")]
    [InlineData("{\"40000\": \"1\"}", "address 40000")]
    [InlineData("{\"40000\": {\"a\": 1}}", "address 40000")]
    [InlineData("{\"40000\": 1, \"40000\": 2}", "stands twice")]
    [InlineData("{\"40000\": 1}", "no \"SunS\" marker at 40000, 0, 50000")]
    [InlineData("{\"40000\": 21365, \"40001\": 28243}", "no model follows")]
    public void What_is_no_image_is_said_in_one_line(string text, string expected)
    {
        var (isDone, output, notes) = Dump(text);

        Assert.False(isDone);
        Assert.Equal("", output);
        Assert.Contains(expected, notes);
        Assert.Single(notes.TrimEnd().Split('\n'));
    }
}
