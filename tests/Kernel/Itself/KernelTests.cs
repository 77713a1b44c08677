namespace ChargeScape.Edge.Tests.Kernel.Itself;

/// <summary>The kernel has what the tests of this project rest on, shown with programs that are not ours.</summary>
public sealed class KernelTests
{
    [Fact]
    public void A_frame_that_cansend_sends_is_seen_by_candump_on_a_virtual_bus()
    {
        using var bus = new VirtualBus("vcan0");
        using var dump = bus.Dump();

        bus.Send("123#1122");

        Assert.Contains("123#1122", dump.Next(), StringComparison.Ordinal);
    }
}
