using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Host.Bench.Capture;
using ChargeScape.Edge.Host.Bench.Replay;
using ChargeScape.Edge.Host.Bench.Scan;
using ChargeScape.Edge.Tests.Unit.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.Bench;

/// <summary>What is played, at which time; and what bench verbs say of a device.</summary>
public sealed class ReplayTests
{
    [Fact]
    public void At_twice_the_speed_values_change_twice_as_early_and_answers_take_half_as_long()
    {
        var (now, rests) = (TimeSpan.Zero, new List<TimeSpan>());
        var device = new ReplayedModbus([Exchange(0, 7), Exchange(10, 9)], 2, () => now, rests.Add);
        var into = new ushort[1];
        device.Read(1, 100, into);
        now = TimeSpan.FromSeconds(5.1);

        device.Read(1, 100, into);

        Assert.Equal(9, into[0]);
        Assert.All(rests, rest => Assert.Equal(20, rest.TotalMilliseconds));
    }

    [Fact]
    public void A_frame_from_before_the_last_one_is_told_and_not_played()
    {
        var frames = CanReplay.Read("(10.0) can0 100#01\n(4.0) can0 100#02\n(10.5) can0 100#03\n", null, out var errors);

        Assert.Equal(1, errors);
        Assert.Equal([10, 10.5], frames.Select(frame => frame.At.TotalSeconds));
    }

    [Fact]
    public void A_device_that_is_not_the_one_of_the_map_is_named_in_its_dump()
    {
        var map = MapFile.Read("carlo-gavazzi-em24").Map!;
        using var bus = new HandRegisters();
        foreach (var block in map.Blocks) bus.Holding(block.Start, new ushort[block.Count]);
        bus.Holding(11, 4711);

        var shown = MapDump.Read(bus, map, 1, 0).Single(one => one.Register == 11);

        Assert.StartsWith("not the device of this map", shown.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(201, "A")]
    [InlineData(202, "AB")]
    [InlineData(213, "ABC")]
    public void The_snippet_of_a_meter_says_its_phases_and_its_serial_number(int model, string phases)
    {
        var finding = new ScanFinding(ScanAnswer.Sunspec)
        {
            Host = "10.0.0.7", Port = 502, Unit = 1, Families = ["sunspec-meter"], Models = [1, model],
            SerialNumber = "m-1",
        };

        var device = SiteSnippet.Of([finding])["devices"]![0]!;

        Assert.Equal((phases, "m-1"), ((string?)device["phases"], (string?)device["serialNumber"]));
    }

    [Theory]
    [InlineData(10, 40, 2000, 40)]    // one slow answer of three is no habit of the device
    [InlineData(30_000, 30_000, 30_000, 10_000)]
    public void Answers_take_as_long_as_most_of_them_took_and_ten_seconds_at_most(int a, int b, int c, double expected)
    {
        var rests = new List<TimeSpan>();
        var device = new ReplayedModbus(
            [Exchange(0, 7, a), Exchange(1, 7, b), Exchange(2, 7, c)], 1, () => TimeSpan.Zero, rests.Add);

        device.Read(1, 100, new ushort[1]);

        Assert.Equal(expected, Assert.Single(rests).TotalMilliseconds);
    }

    [Fact]
    public void Its_time_begins_with_the_first_exchange_wherever_the_recording_begins()
    {
        var now = TimeSpan.Zero;
        var device = new ReplayedModbus([Exchange(60, 7), Exchange(70, 9)], 1, () => now, _ => { });
        var into = new ushort[1];
        device.Read(1, 100, into);
        now = TimeSpan.FromSeconds(10.1);

        device.Read(1, 100, into);

        Assert.Equal(9, into[0]);
    }

    [Fact]
    public void A_refusal_begins_and_ends_when_it_did()
    {
        var now = TimeSpan.Zero;
        var refused = new ModbusExchange(TimeSpan.FromSeconds(10), TimeSpan.Zero, 1, [3, 0, 100, 0, 1], [0x83, 4]);
        var other = new ModbusExchange(TimeSpan.Zero, TimeSpan.Zero, 1, [3, 0, 50, 0, 1], [3, 2, 0, 5]);
        var device = new ReplayedModbus([other, refused, Exchange(20, 9)], 1, () => now, _ => { });

        Assert.Equal((0, 4, 0), (At(0), At(10.1), At(20.1)));

        int At(double seconds)
        {
            now = TimeSpan.FromSeconds(seconds);
            return device.Read(1, 100, new ushort[1]);
        }
    }

    [Theory]
    [InlineData(new byte[] { 6, 0, 100, 0, 9 }, new byte[] { 6, 0, 100, 0, 9 })]
    [InlineData(new byte[] { 16, 0, 100, 0, 1, 2, 0, 9 }, new byte[] { 16, 0, 100, 0, 1 })]
    public void A_write_of_the_recording_shows_from_its_time_on(byte[] request, byte[] answer)
    {
        var now = TimeSpan.Zero;
        var write = new ModbusExchange(TimeSpan.FromSeconds(10), TimeSpan.Zero, 1, request, answer);
        var device = new ReplayedModbus([Exchange(0, 7), write], 1, () => now, _ => { });
        var into = new ushort[1];
        device.Read(1, 100, into);
        Assert.Equal(7, into[0]);
        now = TimeSpan.FromSeconds(10.1);

        device.Read(1, 100, into);

        Assert.Equal(9, into[0]);
        Assert.Equal(0, device.Write(1, 100, [1]));
    }

    private static ModbusExchange Exchange(double atS, byte value, double tookMs = 40) => new(
        TimeSpan.FromSeconds(atS), TimeSpan.FromMilliseconds(tookMs), 1, [3, 0, 100, 0, 1], [3, 2, 0, value]);
}
