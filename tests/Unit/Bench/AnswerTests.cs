using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Host.Bench.Scan;
using ChargeScape.Edge.Host.Bench.Serve;
using ChargeScape.Edge.Tests.Unit.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.Bench;

/// <summary>What a scan makes of an answer, and what a served image answers.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData(ModbusStatus.Exception, 10, false, ModbusStatus.Timeout)]       // a gateway without a path
    [InlineData(ModbusStatus.Exception, 11, false, ModbusStatus.Timeout)]       // a gateway, and nobody behind it
    [InlineData(ModbusStatus.Exception, 2, true, ModbusStatus.Ok)]              // a device that has no such register
    [InlineData(ModbusStatus.Timeout, 0, false, ModbusStatus.Timeout)]
    [InlineData(ModbusStatus.Disconnected, 0, false, ModbusStatus.Disconnected)]
    [InlineData(ModbusStatus.BadReply, 0, false, ModbusStatus.BadReply)]
    public void Only_a_device_s_own_answer_is_a_finding(ModbusStatus status, byte code, bool isFound, ModbusStatus last)
    {
        using var bus = new HandRegisters { Meets = _ => new(status, code) };

        var outcome = UnitProbe.Run(bus, 3, "10.0.0.1", CancellationToken.None);

        Assert.Equal((isFound, last), (outcome.Finding is not null, outcome.Last));
        Assert.All(bus.Requests, request => Assert.True(request[0] is '3' or '4', request));
    }

    [Fact]
    public void A_chain_that_breaks_off_is_said()
    {
        using var bus = new HandRegisters();
        bus.Holding(40_000, 0x5375, 0x6E53, 1, 2, 0, 0);

        var finding = UnitProbe.Run(bus, 1, "10.0.0.1", CancellationToken.None).Finding!;

        Assert.Equal([1], finding.Models);
        Assert.Contains("does not end", finding.Note);
        // Too short a common model names nobody.
        Assert.Null(finding.Maker);
    }

    [Theory]
    [InlineData(true, 0, 9)]
    [InlineData(false, 1, 7)]
    public void An_image_takes_writes_only_where_it_was_said_and_only_to_what_it_holds(
        bool isWritable, byte code, ushort stands)
    {
        Assert.True(RecordedImage.TryParse("""{"10": 7}""", out var image, out var error), error);
        var told = new List<ChargeScape.Edge.Host.Bench.Serve.ImageWrite>();
        var device = new ImageDevice(image, isWritable, TimeSpan.Zero, told.Add);
        var read = new ushort[1];

        Assert.Equal(code, device.Write(1, 10, [9]));
        Assert.NotEqual(0, device.Write(1, 11, [9]));
        Assert.Equal(0, device.Read(1, 10, read));

        Assert.Equal(stands, read[0]);
        Assert.NotEqual(0, device.Read(1, 11, read));
        Assert.Equal([isWritable, false], told.Select(write => write.Taken));
    }
}
