using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>A device that does not answer must not look like a thread that is stuck: that ends the process.</summary>
public sealed class PollerBoundTests
{
    [Theory]
    [InlineData(100)]
    [InlineData(2000)]
    public void A_frozen_meter_is_no_stuck_poller(int timeoutMs)
    {
        var text = SiteText.Bytes(SiteText.DemoWith("buses.meter.timeoutMs", timeoutMs));
        var site = SiteFile.Parse(text, "site.json", []).Site!;

        using var system = EdgeSystem.Build(site, new NoWires(), RuleSet.All);

        var meter = system.Pollers.Single(poller => poller.Name == "meter");
        // It cannot connect, or it connects and each of four requests is answered late.
        Assert.True(meter.AliveWithin > (5 * timeoutMs).Milliseconds, $"{meter.AliveWithin}");
        Assert.True(meter.AliveWithin < (5 * timeoutMs).Milliseconds + 2.Seconds, $"{meter.AliveWithin}");
    }

    // Nothing is asked before the first turn.
    private sealed class NoWires : IWires
    {
        private readonly InMemoryGpioChip lines = new(
            "lines", "d1", "d2", "lock", "k", "proximity", "lock-feedback", "insulation-fault", "estop-loop", "permit");

        public IModbus OpenModbus(string bus) => new ModbusTcpMaster(new("127.0.0.1", 1));
        public ICanBus OpenCan(string bus, CanIds? ids) => new InMemoryCanBus(() => TimeSpan.Zero).Attach();
        public IGpio OpenGpio(string bus) => lines.Attach();
    }
}
