using System.Globalization;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using YamlDotNet.RepresentationModel;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>
/// Two register images that we did not write, decoded and compared with the values that their authors expect: a real
/// SMA Sunny Boy 3.6 and the DERSec emulator of the 700 series (github.com/nielsbasjes/modbus-schema, Apache-2.0).
/// </summary>
public sealed class RecordedDevicesTests
{
    /// <summary>
    /// Where we and the authors differ, and why. Besides, by rule: they give enumerations and bits by name and an
    /// unset bit field as an empty list; an all-zero text is "not implemented" to us and an empty text to them.
    /// </summary>
    private static readonly Dictionary<string, string> Deviations = new()
    {
        ["64412/Unknown_0"] = "they have no definition of model 64412 and show its bytes; we have the published one",
    };

    [Theory]
    [InlineData("sma-sb3.6-1av-41_2023-08-10.regs.json", "SunSpec2023.tests.yaml", 17, 599)]
    [InlineData("dersec-emulated-der_700-series.regs.json", "SunSpecEmulatedDer.tests.yaml", 16, 746)]
    public void A_recorded_device_decodes_to_the_values_its_authors_expect(
        string image, string expectations, int models, int values)
    {
        Assert.True(RecordedImage.TryParse(File.ReadAllText(Recording(image)), out var device, out var error), error);
        using var bus = new InMemoryModbus(device);

        var chain = SunSpecScan.Run(bus, unit: 1);
        var instances = chain.Models.Select(place => SunSpecInstance.Read(bus, 1, place)).ToList();

        Assert.Equal(ChainEnd.EndModel, chain.End);
        Assert.Equal(models, instances.Count);
        var wrong = new List<string>();
        var compared = 0;
        foreach (var (block, name, expected) in Expectations(Recording(expectations)))
        {
            if (!ushort.TryParse(block.AsSpan(block.IndexOf(' ') + 1), out var model)) continue;
            if (Deviations.ContainsKey($"{model}/{name}")) continue;
            compared++;
            if (Compare(instances.Single(i => i.Place.Model == model), name, expected) is { } difference)
                wrong.Add($"{model}/{name}: {difference}");
        }
        Assert.Empty(wrong);
        Assert.Equal(values, compared);
    }

    private static string? Compare(SunSpecInstance instance, string name, List<string> expected)
    {
        var point = instance.Layout?.Points.SingleOrDefault(p => Plain(p.Name) == Plain(name));
        if (point is null) return "no such point";
        var value = instance.Decode(point);
        var symbols = point.Definition.Symbols;
        var isBits = point.Definition.Type is PointType.Bitfield16 or PointType.Bitfield32 or PointType.Bitfield64;
        var isSame = value.Kind switch
        {
            PointValueKind.None => expected.Count == 0 || (expected is [""] && point.Definition.Type == PointType.Text),
            PointValueKind.Text => expected.Count == 1 && expected[0] == value.Text,
            PointValueKind.Integer when isBits =>
                expected.Order().SequenceEqual(Bits((long)value.Integer, symbols).Order()),
            PointValueKind.Integer when symbols.Count > 0 =>
                expected.Count == 1 && symbols.GetValueOrDefault((long)value.Integer) == expected[0],
            // Written with three decimals.
            _ => expected.Count == 1
                && double.TryParse(expected[0], CultureInfo.InvariantCulture, out var number)
                && Math.Abs(number - value.Number) <= 0.000_500_001,
        };
        return isSame ? null : $"expected [{string.Join(", ", expected)}], decoded {value}";
    }

    private static IEnumerable<string> Bits(long value, IReadOnlyDictionary<long, string> symbols)
    {
        for (var bit = 0; bit < 63; bit++)
            if ((value >> bit & 1) != 0)
                yield return symbols.GetValueOrDefault(bit, $"Bit {bit}");
    }

    /// <summary>They write Curve and Module where the published models write curve and module.</summary>
    private static string Plain(string name) => name.ToUpperInvariant();

    private static IEnumerable<(string Block, string Name, List<string> Expected)> Expectations(string file)
    {
        var yaml = new YamlStream();
        using var text = new StreamReader(file);
        yaml.Load(text);
        var test = yaml.Documents[0].RootNode["tests"][0];
        foreach (var block in (YamlSequenceNode)test["blocks"])
            foreach (var (name, values) in (YamlMappingNode)block["expected"])
                yield return (((YamlScalarNode)block["id"]).Value!, ((YamlScalarNode)name).Value!,
                    [.. ((YamlSequenceNode)values).Select(value => ((YamlScalarNode)value).Value ?? "")]);
    }

    private static string Recording(string name) => RepositoryRoot.File("tests", "data", "sunspec-devices", name);
}
