using System.Text;
using ChargeScape.Edge.Hal.Devices.ModbusMap;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>The JSON Schema of Modbus maps is written by hand too; it and the reader must agree.</summary>
public sealed class MapSchemaTests
{
    private const string Schema = "hal/Drivers/Devices/ModbusMap/map.schema.json";

    private static readonly (string Path, string Value)[] broken =
    [
        ("mapVersion", "2"), ("mapVersion", ""), ("kind", "\"toaster\""), ("name", ""), ("source", "7"),
        ("surprise", "1"),
        ("times.refreshMs", "-1"), ("times.maxAgeMs", "\"long\""), ("blocks", "{}"), ("blocks.0.table", "\"coils\""),
        ("blocks.0.count", "0"), ("blocks.0.count", "126"), ("blocks.0.start", "65536"), ("fields", "[]"),
        ("fields.voltageL1V.type", "\"f16\""), ("fields.voltageL1V.register", "1.5"),
        ("fields.voltageL1V.sure", "\"quite\""),
        ("fields.voltageL1V.min", "\"low\""), ("fields.voltageL1V.unit", "5"), ("fields.voltageL1V.surprise", "true"),
    ];

    [Fact]
    public void Schema_and_reader_agree_on_the_shipped_maps_and_on_broken_ones()
    {
        var shipped = MapFile.Shipped.Select(name => Encoding.UTF8.GetString(MapFile.Text(name))).ToList();
        var meter = Encoding.UTF8.GetString(MapFile.Text("eastron-sdm630"));
        var good = shipped.Select(SchemaJudge.Strict).ToList();
        var bad = broken.Select(change => SchemaJudge.Changed(meter, change.Path, change.Value)).ToList();

        var verdicts = SchemaJudge.Of(Schema, [.. good, .. bad]);

        Assert.True(good.Count >= 4);
        for (var i = 0; i < good.Count; i++)
            Assert.Equal(("valid", 0), (verdicts[i], Errors(good[i])));
        for (var i = 0; i < bad.Count; i++)
            Assert.True(
                verdicts[good.Count + i] == "broken" && Errors(bad[i]) > 0,
                $"{broken[i]}: schema says {verdicts[good.Count + i]}, reader found {Errors(bad[i])} errors");
    }

    private static int Errors(string map) => MapFile.Parse(Encoding.UTF8.GetBytes(map), "map.json").Errors.Count;
}
