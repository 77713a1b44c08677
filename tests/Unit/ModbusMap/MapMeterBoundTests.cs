using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>What a meter may say: the site's bounds, and values that must fit each other. The map itself allows
/// everything.</summary>
public sealed class MapMeterBoundTests : IDisposable
{
    private static readonly string[] names =
        ["powerW", "powerL1W", "powerL2W", "voltageL1V", "voltageL2V", "currentL1A", "currentL2A", "frequencyHz"];

    private readonly HandRegisters bus = new();
    private TimeSpan now = 1.Hours;

    public void Dispose() => bus.Dispose();

    private static MapMeterSettings Settings => new()
    {
        Unit = 1, Period = 200.Milliseconds, MaxPower = 40.kW, Phases = [1, 2], MaxVoltage = 300.V, MaxCurrent = 200.A,
    };

    private static DeviceMap Map(string frequencySure = "single")
    {
        var fields = names.Select((name, i) => (name, i, unit: name[^1] == 'z' ? "Hz" : name[^1..])).Select(field => $$"""
            "{{field.name}}": { "table": "input", "register": {{2 * field.i}}, "type": "f32", "unit": "{{field.unit}}",
              "min": -1e6, "max": 1e6, "sure": "{{(field.unit == "Hz" ? frequencySure : "single")}}" }
            """);
        var read = MapFile.Parse(System.Text.Encoding.UTF8.GetBytes($$"""
            { "mapVersion": 1, "kind": "meter", "name": "Acme", "source": "made for this test",
              "times": { "refreshMs": 100, "maxAgeMs": 3000 },
              "blocks": [ { "table": "input", "start": 0, "count": 16 } ],
              "fields": { {{string.Join(",\n", fields)}} } }
            """), "acme.json");
        return read.Map ?? throw new InvalidOperationException(string.Join('\n', read.Errors));
    }

    private MapMeter Meter(double[] values, DeviceMap? map = null)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var bits = BitConverter.SingleToUInt32Bits((float)values[i]);
            bus.Input(2 * i, (ushort)(bits >> 16), (ushort)bits);
        }
        return new(bus, map ?? Map(), Settings);
    }

    [Theory]
    [InlineData(0, 41_000, -41_000, 230, 230, 199, 199, 50)]           // a leg beyond the site's bound
    [InlineData(50_000, 25_000, 25_000, 230, 230, 150, 150, 50)]       // the total beyond it
    [InlineData(10, 5, 5, -10, 230, 5, 5, 50)]
    [InlineData(10, 5, 5, 301, 230, 5, 5, 50)]
    [InlineData(10, 5, 5, 230, 230, 5, 201, 50)]
    [InlineData(10, 5, 5, 230, 230, 5, 5, 39.9)]
    [InlineData(10, 5, 5, 230, 230, 5, 5, 70.1)]
    public void Beyond_the_bounds_there_is_no_reading(
        double p, double p1, double p2, double u1, double u2, double i1, double i2, double frequency)
    {
        var meter = Meter([p, p1, p2, u1, u2, i1, i2, frequency]);

        Assert.False(Maps.ReadUntilNews(meter, ref now, 1.Seconds));

        Assert.Equal(MapTrouble.Implausible, meter.Trouble);
    }

    [Theory]
    [InlineData(0, 39_900, -39_900, 230, 230, 199, 199, 50)]
    [InlineData(39_900, 20_000, 19_900, 299, 299, 150, 150, 40)]
    [InlineData(2250, 1000, 1000, 230, 230, 5, 5, 70)]                 // not of one instant
    [InlineData(150, 90, 0, 230, 230, 0, 0, 50)]                       // small numbers need not fit each other
    public void Within_them_and_nearly_fitting_it_is_believed(
        double p, double p1, double p2, double u1, double u2, double i1, double i2, double frequency)
    {
        var meter = Meter([p, p1, p2, u1, u2, i1, i2, frequency]);

        Assert.True(Maps.ReadUntilNews(meter, ref now, 1.Seconds), $"{meter.Trouble}");

        Assert.Equal(frequency, Maps.Value(meter.Readings, now).Frequency!.Value.Value, 3);
    }

    [Fact]
    public void A_frequency_that_nobody_is_sure_of_is_none()
    {
        var meter = Meter([10, 5, 5, 230, 230, 5, 5, 12], Map("assumed"));

        Assert.True(Maps.ReadUntilNews(meter, ref now, 1.Seconds), $"{meter.Trouble}");

        Assert.Null(Maps.Value(meter.Readings, now).Frequency);
    }

    [Fact]
    public void A_phase_that_the_map_does_not_have_is_refused() =>
        Assert.Throws<ArgumentException>(() => new MapMeter(bus, Map(), Settings with { Phases = [1, 3] }));
}
