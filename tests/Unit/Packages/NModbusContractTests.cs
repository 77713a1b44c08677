using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Packages.Modbus;
using ChargeScape.Edge.Tests.Unit.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Packages;

public sealed class NModbusContractTests : ModbusContractTests
{
    private readonly ModbusTcpServer server;

    public NModbusContractTests()
    {
        server = new(Device);
        Bus = new NModbusMaster(
            new("127.0.0.1", server.Port) { Timeout = Ample, BackOff = TimeSpan.FromMilliseconds(1) });
    }

    protected override IModbus Bus { get; }

    protected override bool MayAllocate => true;

    // On "acknowledge" the library waits for a further answer; see hal/Packages/README.md.
    protected override bool IsFinal(byte exceptionCode) => exceptionCode != 5;

    protected override void PlayDead(bool isDead) => server.IsSilent = isDead;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        server.Dispose();
    }
}
