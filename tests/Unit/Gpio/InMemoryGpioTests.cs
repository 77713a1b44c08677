using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;

namespace ChargeScape.Edge.Tests.Unit.Gpio;

public sealed class InMemoryGpioTests : GpioContract
{
    private readonly InMemoryGpioChip chip = new("bench", Lines);
    private readonly InMemoryGpio host;
    private readonly InMemoryGpio plant;

    public InMemoryGpioTests() => (host, plant) = (chip.Attach(), chip.Attach());

    private protected override IGpio Host => host;

    private protected override IGpio Plant => plant;

    private protected override void LoseHost() => host.IsConnected = false;

    private protected override void ReviveHost() => host.IsConnected = true;

    public override void Dispose()
    {
        host.Dispose();
        plant.Dispose();
    }

    [Theory]
    [InlineData(LineFault.StuckActive, true)]
    [InlineData(LineFault.StuckInactive, false)]
    [InlineData(LineFault.Unreadable, null)]
    public void A_faulty_line_shows_its_fault_to_readers_and_to_its_driver(LineFault fault, bool? shown)
    {
        var (driven, read) = (host.OpenOutput("k"), plant.OpenInput("k"));
        driven.TryWrite(true);

        chip.SetFault("k", fault);

        Assert.Equal(fault != LineFault.Unreadable, driven.TryWrite(fault == LineFault.StuckInactive));
        Assert.Equal(shown, driven.TryReadBack(out var isActive) ? isActive : null);
        Assert.Equal(shown, read.TryRead(out isActive) ? isActive : null);
        Assert.Equal(shown, chip.Level("k"));
        chip.SetFault("k", LineFault.None);
        Assert.True(read.TryRead(out isActive));
        Assert.Equal(fault != LineFault.StuckActive, isActive);
    }

    [Fact]
    public void A_process_that_is_back_waits_for_a_line_that_another_took_meanwhile()
    {
        var k = host.OpenOutput("k");
        host.IsConnected = false;
        var thief = chip.Attach();
        thief.OpenOutput("k").TryWrite(true);
        host.IsConnected = true;

        Assert.False(k.TryWrite(false));
        Assert.False(k.TryReadBack(out _));
        thief.Dispose();
        host.Refresh();
        Assert.True(k.TryWrite(true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("new\nline")]
    [InlineData("a-name-that-is-far-too-long-for-a-line")]
    public void A_name_that_would_break_the_protocol_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => new InMemoryGpioChip("bench", name));
    }

    [Fact]
    public void The_same_line_twice_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new InMemoryGpioChip("bench", "k", "k"));
    }
}
