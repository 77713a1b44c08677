using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.ModbusMap;

/// <summary>A PV inverter by a map of the site's own. Registers are written by hand; singles high register
/// first.</summary>
public sealed class MapInverterTests : IDisposable
{
    private const int Power = 100, State = 102, Alarms = 103;
    private static readonly DeviceMap map = Parsed("""
        {
          "mapVersion": 1, "kind": "inverter", "name": "Roof", "source": "made for this test",
          "times": { "refreshMs": 1000, "maxAgeMs": 4000 },
          "blocks": [ { "table": "input", "start": 100, "count": 5 } ],
          "fields": {
            "powerW": { "table": "input", "register": 100, "type": "f32", "positive": "reversed", "unit": "W",
                        "min": -20000, "max": 200, "sure": "documented" },
            "state":  { "table": "input", "register": 102, "type": "u16", "unit": "number", "min": 0, "max": 65535,
                        "notAvailable": [65535], "sure": "documented" },
            "alarms": { "table": "input", "register": 103, "type": "u32", "unit": "bits", "min": 0,
                        "max": 4294967294, "notAvailable": ["0xFFFFFFFF"], "sure": "documented" },
          },
          "states": {
            "0": { "name": "sleeping", "is": "plugged-in", "flow": "none", "sure": "documented" },
            "4": { "name": "feeding in", "is": "energised", "flow": "discharge", "sure": "documented" },
            "7": { "name": "fault", "is": "faulted", "sure": "documented" },
            "8": { "name": "standby", "is": "plugged-in", "flow": "none", "sure": "assumed" },
          },
        }
        """);

    private readonly HandRegisters bus = new();
    private TimeSpan now = 1.Hours;

    public MapInverterTests()
    {
        bus.Input(Power, 0x459C, 0x4000);      // 5000 W out of the device
        bus.Input(State, 4, 0, 0);
    }

    public void Dispose() => bus.Dispose();

    private static MapSettings Settings => new() { Unit = 1, Period = 500.Milliseconds, MaxPower = 8.kW };

    private static DeviceMap Parsed(string text)
    {
        var read = MapFile.Parse(System.Text.Encoding.UTF8.GetBytes(text), "roof.json");
        return read.Map ?? throw new InvalidOperationException(string.Join('\n', read.Errors));
    }

    private InverterReading Read(MapInverter inverter)
    {
        Assert.True(Maps.ReadUntilNews(inverter, ref now, 2.Seconds), $"{inverter.Trouble}");
        return Maps.Value(inverter.Readings, now);
    }

    [Fact]
    public void Generation_is_negative_and_a_word_of_the_site_file_turns_it_round()
    {
        Assert.Equal(-5000, Read(new(bus, map, Settings)).Power.Value);
        Assert.Equal(-5000, Read(new(bus, map, Settings with { Sign = -1 })).Power.Value);
        Assert.Equal(5000, Read(new(bus, map, Settings with { Sign = 1 })).Power.Value);
    }

    [Theory]
    [InlineData(0x7FC0, 0x0000, MapTrouble.NoValue)]         // NaN, any
    [InlineData(0xFFC0, 0x0001, MapTrouble.NoValue)]
    [InlineData(0x7F80, 0x0000, MapTrouble.NoValue)]         // infinite
    [InlineData(0x46C3, 0x5000, MapTrouble.NoValue)]         // 25 000 W: beyond the map's range
    [InlineData(0x460C, 0xA000, MapTrouble.Implausible)]     // 9000 W: beyond what stands on this roof
    public void A_power_that_is_not_there_or_cannot_be_is_no_reading(int high, int low, MapTrouble trouble)
    {
        bus.Input(Power, (ushort)high, (ushort)low);
        var inverter = new MapInverter(bus, map, Settings);

        Assert.False(Maps.ReadUntilNews(inverter, ref now, 2.Seconds));

        Assert.Equal(trouble, inverter.Trouble);
    }

    [Fact]
    public void At_night_it_draws_a_little_and_says_zero_or_less()
    {
        bus.Input(Power, 0xC120, 0x0000);      // −10 W out of the device: its own supply
        bus.Input(State, 0);

        var seen = Read(new(bus, map, Settings));

        Assert.Equal((10.0, false), (seen.Power.Value, seen.IsFaulted));
    }

    [Fact]
    public void One_that_goes_silent_at_sunset_ages_and_is_heard_again_in_the_morning()
    {
        var inverter = new MapInverter(bus, map, Settings);
        Read(inverter);
        var last = now;
        bus.IsSilent = true;
        bus.Requests.Clear();

        Assert.False(Maps.ReadUntilNews(inverter, ref now, 10.Hours));
        Reading<InverterReading> reading = default;
        inverter.Readings.TryRead(ref reading);
        Assert.Null(reading.Within(map.Times.MaxAge, now));
        Assert.NotNull(reading.Within(map.Times.MaxAge, last));
        Assert.Equal(MapTrouble.NoAnswer, inverter.Trouble);
        // Asked every 5 s at the most: it shares its bus with others.
        Assert.InRange(bus.Requests.Count, 7000, 7300);

        bus.IsSilent = false;
        Assert.True(Maps.ReadUntilNews(inverter, ref now, 6.Seconds));
    }

    [Fact]
    public void One_that_answers_at_night_with_not_a_number_ages_too()
    {
        var inverter = new MapInverter(bus, map, Settings);
        Read(inverter);

        bus.Input(Power, 0x7FC0, 0);
        Assert.False(Maps.ReadUntilNews(inverter, ref now, 10.Minutes));
        bus.Input(Power, 0, 0);

        Assert.Equal(0, Read(inverter).Power.Value);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(7, true)]
    [InlineData(8, true)]           // only assumed, and the site does not accept it
    [InlineData(99, true)]          // no table knows it
    [InlineData(0xFFFF, true)]      // not available
    public void A_fault_and_a_state_that_nobody_knows_are_a_fault(int state, bool isFaulted)
    {
        bus.Input(State, (ushort)state);

        Assert.Equal(isFaulted, Read(new(bus, map, Settings)).IsFaulted);
    }

    [Fact]
    public void An_assumed_state_counts_where_the_site_accepts_it()
    {
        bus.Input(State, 8);

        Assert.False(Read(new(bus, map, Settings with { AcceptsAssumed = true })).IsFaulted);
    }

    [Theory]
    [InlineData(0x8000, 0x0001, 0x80000001u)]
    [InlineData(0xFFFF, 0xFFFF, 0u)]      // not available
    public void Alarm_bits_are_passed_on_as_they_are(int high, int low, uint alarms)
    {
        bus.Input(Alarms, (ushort)high, (ushort)low);

        Assert.Equal(alarms, Read(new(bus, map, Settings)).Alarms);
    }

    [Fact]
    public void Nothing_is_ever_written()
    {
        var inverter = new MapInverter(bus, map, Settings);
        for (var i = 0; i < 20; i++)
        {
            Maps.ReadUntilNews(inverter, ref now, 1.Seconds);
            inverter.Write(now);
        }

        Assert.All(bus.Requests, request => Assert.StartsWith("4:", request, StringComparison.Ordinal));
    }
}
