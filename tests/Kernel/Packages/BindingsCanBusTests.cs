using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Packages.Can;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Tests.Kernel.Can;
using ChargeScape.Edge.Tests.Ports;

namespace ChargeScape.Edge.Tests.Kernel.Packages;

public sealed class BindingsCanBusTests : CanBusContract
{
    private const string Interface = "vcan8";

    private readonly VirtualBus bus = new(Interface);
    private readonly BindingsCanBus[] nodes;

    public BindingsCanBusTests() => nodes = [new(Interface), new(Interface), new(Interface)];

    private protected override ICanBus[] Nodes => nodes;

    private protected override TimeSpan Now => MonotonicClock.Now;

    private protected override bool MayAllocate => true;

    public override void Dispose()
    {
        foreach (var node in nodes) node.Dispose();
        bus.Dispose();
    }
}
