using System.Text;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>Devices with a map in a site file.</summary>
public sealed class MapSiteTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-map-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private ConfigResult Site(string meter)
    {
        var demo = File.ReadAllText(RepositoryRoot.File("edge-host", "Host", "sites", "demo-split-phase.json"));
        var from = demo.IndexOf("\"name\": \"grid-meter\"", StringComparison.Ordinal);
        var text = string.Concat(demo.AsSpan(0, from), meter, demo.AsSpan(demo.IndexOf('}', from)));
        return SiteFile.Parse(Encoding.UTF8.GetBytes(text), Path.Combine(folder, "site.json"), []);
    }

    private static string Meter(string map, string more = "") =>
        $"\"name\": \"grid-meter\", \"family\": \"modbus-map-meter\", \"bus\": \"meter\", \"map\": \"{map}\","
        + "\"unit\": 1, \"pollMs\": 250, \"phases\": \"12\", \"maxPowerW\": 60000, \"maxVoltageV\": 300,"
        + $"\"maxCurrentA\": 400{more}";

    [Fact]
    public void A_shipped_map_is_named()
    {
        var read = Site(Meter("eastron-sdm630"));

        Assert.Empty(read.Errors);
        Assert.Equal(3000, read.Site!.Limits.MeterTiming.MaxAge.TotalMilliseconds);
    }

    [Fact]
    public void A_user_s_own_map_lies_beside_the_site_file()
    {
        File.WriteAllBytes(Path.Combine(folder, "my-meter.json"), MapFile.Text("eastron-sdm630"));

        Assert.Empty(Site(Meter("my-meter.json")).Errors);
    }

    [Fact]
    public void What_is_wrong_in_a_user_s_map_stands_under_its_own_name_and_line()
    {
        var own = Path.Combine(folder, "my-meter.json");
        File.WriteAllText(own, Encoding.UTF8.GetString(MapFile.Text("eastron-sdm630")).Replace("\"Hz\"", "\"kHz\""));

        var errors = Site(Meter("my-meter.json")).Errors;

        Assert.Contains(errors, error => error.Path == "$.devices[0].map");
        var inMap = Assert.Single(errors, error => error.File == own);
        Assert.True(inMap is { Path: "$.fields.frequencyHz.unit", Line: > 1 }, $"{inMap}");
    }

    [Theory]
    [InlineData("nobody", "", "no such map")]
    [InlineData("evtec-bidipro", "", "evse")]
    [InlineData("eastron-sdm630", ", \"position\": 1", "no positions")]
    [InlineData("missing.json", "", "cannot be read")]
    public void What_does_not_fit_is_an_error_and_not_a_device(string map, string more, string why)
    {
        var read = Site(Meter(map, more));

        Assert.Null(read.Site);
        Assert.Contains(read.Errors, error => error.Message.Contains(why, StringComparison.Ordinal));
    }
}
