using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Packages.Gpio;
using ChargeScape.Edge.Tests.Kernel.Gpio;
using ChargeScape.Edge.Tests.Ports;

namespace ChargeScape.Edge.Tests.Kernel.Packages;

public sealed class DeviceGpioTests : GpioContract
{
    private static readonly ChipLine[] ByOffset = [.. Lines.Select((name, i) => new ChipLine(name) { Offset = i })];
    private readonly SimulatedChip chip = new("bench", Lines);
    private readonly DeviceGpio host;
    private readonly ChipGpio other;

    public DeviceGpioTests()
    {
        host = new("bench", ByOffset);
        other = new("bench", ByOffset);
    }

    private protected override IGpio Host => host;

    private protected override IGpio Plant => chip;

    private protected override bool MayAllocate => true;

    public override void Dispose()
    {
        host.Dispose();
        other.Dispose();
        chip.Dispose();
    }

    private protected override void LoseHost() => chip.IsLive = false;

    private protected override void ReviveHost() => chip.IsLive = true;

    private protected override void EndHost() => host.Dispose();

    private protected override IGpioOutput Occupy(string line) => other.OpenOutput(line);
}
