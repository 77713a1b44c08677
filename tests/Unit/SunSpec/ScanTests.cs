using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class ScanTests
{
    private const ushort S0 = 0x5375, S1 = 0x6E53, End = 0xFFFF;

    /// <summary>A device that holds these registers and nothing else.</summary>
    private static InMemoryModbus Device(params (int Address, ushort[] Registers)[] blocks)
    {
        var registers = blocks.SelectMany(b => b.Registers.Select((value, i) => (Address: b.Address + i, value)))
            .ToDictionary(r => $"{r.Address}", r => r.value);
        Assert.True(RecordedImage.TryParse(JsonSerializer.Serialize(registers), out var image, out var error), error);
        return new(image);
    }

    private static ushort[] Model(ushort id, int length) => [id, (ushort)length, .. new ushort[length]];

    [Theory]
    [InlineData(0)]
    [InlineData(40000)]
    [InlineData(50000)]
    public void A_chain_is_found_at_each_of_the_three_bases(int address)
    {
        using var device = Device((address, [S0, S1, .. Model(1, 66), .. Model(103, 50), End, 0]));

        var scan = SunSpecScan.Run(device, 1);

        Assert.Equal(ChainEnd.EndModel, scan.End);
        Assert.Equal(address, scan.Base);
        Assert.Equal([new(1, (ushort)(address + 2), 66), new(103, (ushort)(address + 70), 50)], scan.Models);
    }

    [Fact]
    public void The_settings_say_which_base_is_asked_first()
    {
        using var device = Device(
            (0, [S0, S1, .. Model(1, 66), End, 0]), (50000, [S0, S1, .. Model(1, 65), End, 0]));

        Assert.Equal(0, SunSpecScan.Run(device, 1).Base);
        Assert.Equal(50000, SunSpecScan.Run(device, 1, [50000, 0]).Base);
    }

    [Fact]
    public void The_length_register_of_the_end_model_is_not_needed()
    {
        using var device = Device((40000, [S0, S1, .. Model(1, 66), End]));

        var scan = SunSpecScan.Run(device, 1);

        Assert.Equal(ChainEnd.EndModel, scan.End);
        Assert.Single(scan.Models);
    }

    [Fact]
    public void A_chain_without_end_model_gives_the_models_before_it_breaks_off()
    {
        using var device = Device((40000, [S0, S1, .. Model(1, 66), .. Model(103, 50)]));

        var scan = SunSpecScan.Run(device, 1);

        Assert.Equal(ChainEnd.Refused, scan.End);
        Assert.Equal([1, 103], scan.Models.Select(m => (int)m.Model));
    }

    [Fact]
    public void A_private_model_1_that_leads_nowhere_ends_the_walk()
    {
        // SAX Power: model 1 with L 15 and a layout of its own; where the next header should be, there is 0000.
        using var device = Device((40000, [S0, S1, 1, 15, .. new ushort[11], 0x67, 0x20, 0, 0, 0]));

        var scan = SunSpecScan.Run(device, 1);

        Assert.Equal(ChainEnd.NotAModel, scan.End);
        Assert.Equal([new(1, 40002, 15)], scan.Models);
    }

    [Fact]
    public void A_model_of_length_0_ends_the_walk()
    {
        using var device = Device((40000, [S0, S1, .. Model(1, 66), 103, 0, 103, 0]));

        Assert.Equal(ChainEnd.NotAModel, SunSpecScan.Run(device, 1).End);
    }

    [Fact]
    public void An_endless_chain_ends_at_the_cap()
    {
        using var device = Device((40000, [S0, S1, .. Enumerable.Repeat(Model(160, 1), 400).SelectMany(m => m)]));

        var scan = SunSpecScan.Run(device, 1);

        Assert.Equal(ChainEnd.TooManyModels, scan.End);
        Assert.Equal(SunSpecScan.MaxModels, scan.Models.Count);
    }

    [Theory]
    [InlineData(0, 39_994, ChainEnd.LeavesWindow)]
    [InlineData(40000, 9_994, ChainEnd.LeavesWindow)]
    [InlineData(40000, 0xFFFF, ChainEnd.LeavesWindow)]
    [InlineData(50000, 15_530, ChainEnd.LeavesWindow)]
    public void A_length_that_leads_out_of_the_window_is_refused(int address, int length, ChainEnd end)
    {
        using var device = Device((address, [S0, S1, .. Model(1, 66), 103, (ushort)length, 0, 0]));

        var scan = SunSpecScan.Run(device, 1);

        Assert.Equal(end, scan.End);
        Assert.Equal([1], scan.Models.Select(m => (int)m.Model));
    }

    [Fact]
    public void A_chain_that_ends_where_the_next_window_begins_does_not_go_on_there()
    {
        using var device = Device((0, [S0, S1, 1, 39_996]), (40_000, [103, 50, .. new ushort[50], End, 0]));

        var scan = SunSpecScan.Run(device, 1, [0]);

        Assert.Equal(ChainEnd.LeavesWindow, scan.End);
        Assert.Single(scan.Models);
    }

    [Theory]
    [InlineData(S0, 0x1234)]
    [InlineData(0x1234, S1)]
    public void Half_a_marker_is_none(int first, int second)
    {
        using var device = Device((40000, [(ushort)first, (ushort)second, .. Model(1, 66), End, 0]));

        Assert.Equal(ChainEnd.NoMarker, SunSpecScan.Run(device, 1).End);
    }

    [Fact]
    public void A_base_address_leaves_room_for_a_marker_and_a_header()
    {
        Assert.Throws<ArgumentException>(() => new SunSpecScan([]));
        Assert.Throws<ArgumentException>(() => new SunSpecScan([40000, 65_532]));
    }

    [Fact]
    public void A_device_that_answers_without_marker_is_told_from_a_dead_one()
    {
        using var other = Device((40000, [1, 2, 3]));
        using var dead = new WatchedModbus(Devices.Meter202().Build()) { Trouble = ModbusStatus.Timeout };

        Assert.Equal(ChainEnd.NoMarker, SunSpecScan.Run(other, 1).End);
        Assert.Equal(ChainEnd.NoAnswer, SunSpecScan.Run(dead, 1).End);
    }

    [Fact]
    public void A_device_that_dies_on_the_way_ends_the_walk()
    {
        using var bus = new WatchedModbus(Devices.Meter202().Build());
        var scan = new SunSpecScan();
        for (var i = 0; i < 3; i++) scan.Step(bus, 1);

        bus.Trouble = ModbusStatus.Timeout;
        scan.Step(bus, 1);

        Assert.Equal(ChainEnd.Refused, scan.End);
        Assert.Equal([1], scan.Models.Select(m => (int)m.Model));
    }

    [Fact]
    public void No_request_is_longer_than_125_registers_or_crosses_the_edge_of_a_model()
    {
        var recording = RepositoryRoot.File(
            "tests", "data", "sunspec-devices", "dersec-emulated-der_700-series.regs.json");
        Assert.True(RecordedImage.TryParse(File.ReadAllText(recording), out var device, out _));
        using var bus = new WatchedModbus(device) { Log = [] };

        var scan = SunSpecScan.Run(bus, 1);
        foreach (var place in scan.Models) SunSpecInstance.Read(bus, 1, place);

        int[] edges = [40002, .. scan.Models.Select(m => m.Address + 2 + m.Length)];
        Assert.All(bus.Log, request =>
        {
            Assert.InRange(request.Count, 1, 125);
            Assert.DoesNotContain(edges, edge => request.Start < edge && edge < request.Start + request.Count);
        });
    }
}
