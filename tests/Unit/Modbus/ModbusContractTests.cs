using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>What every <see cref="IModbus"/> promises, whatever carries it.</summary>
public abstract class ModbusContractTests : IDisposable
{
    internal RegisterFile Device { get; } = new(1000);

    protected abstract IModbus Bus { get; }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(124)]
    [InlineData(125)]
    public void Registers_are_read_in_order(int count)
    {
        var holding = new ushort[count];
        var input = new ushort[count];

        Assert.Equal(ModbusResult.Ok, Bus.ReadHolding(7, 500, holding));
        Assert.Equal(ModbusResult.Ok, Bus.ReadInput(7, 500, input));

        Assert.Equal(Device.Registers[500..(500 + count)], holding);
        Assert.Equal(holding, input);
        Assert.Equal(7, Device.LastUnit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(122)]
    [InlineData(123)]
    public void Many_registers_are_written_in_order(int count)
    {
        ushort[] values = [.. Enumerable.Range(0, count).Select(i => (ushort)(0xFF00 - i))];

        Assert.Equal(ModbusResult.Ok, Bus.WriteMultiple(255, 3, values));

        Assert.Equal(values, Device.Registers[3..(3 + count)]);
        Assert.Equal(255, Device.LastUnit);
    }

    [Fact]
    public void One_register_is_written()
    {
        Assert.Equal(ModbusResult.Ok, Bus.WriteSingle(0, 999, 0xABCD));

        Assert.Equal(0xABCD, Device.Registers[999]);
    }

    [Fact]
    public void Every_exception_code_comes_through_and_the_registers_are_untouched()
    {
        for (var code = 1; code <= 255; code++)
        {
            Device.Refusal = (byte)code;
            var into = new ushort[] { 11, 22 };
            var refused = new ModbusResult(ModbusStatus.Exception, (byte)code);

            Assert.Equal(refused, Bus.ReadHolding(1, 0, into));
            Assert.Equal(refused, Bus.ReadInput(1, 0, into));
            Assert.Equal(refused, Bus.WriteSingle(1, 0, 5));
            Assert.Equal(refused, Bus.WriteMultiple(1, 0, [5, 6]));

            Assert.Equal([11, 22], into);
        }
    }

    [Fact]
    public void An_address_the_device_does_not_have_is_exception_2()
    {
        var into = new ushort[2];

        Assert.Equal(new(ModbusStatus.Exception, 2), Bus.ReadHolding(1, 999, into));
        Assert.Equal(new(ModbusStatus.Exception, 2), Bus.WriteMultiple(1, 999, [1, 2]));
        Assert.Equal(ModbusResult.Ok, Bus.ReadHolding(1, 998, into));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 126)]
    [InlineData(65535, 2)]
    [InlineData(65412, 125)]
    public void A_read_that_no_frame_can_carry_is_our_own_bug(int start, int count)
    {
        Assert.ThrowsAny<ArgumentException>(() => Bus.ReadHolding(1, (ushort)start, new ushort[count]));
        Assert.ThrowsAny<ArgumentException>(() => Bus.ReadInput(1, (ushort)start, new ushort[count]));

        Assert.Equal(0, Device.Calls);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 124)]
    [InlineData(65535, 2)]
    public void A_write_that_no_frame_can_carry_is_our_own_bug(int start, int count)
    {
        Assert.ThrowsAny<ArgumentException>(() => Bus.WriteMultiple(1, (ushort)start, new ushort[count]));

        Assert.Equal(0, Device.Calls);
    }

    [Fact]
    public void The_last_address_is_within_reach()
    {
        Assert.Equal(new(ModbusStatus.Exception, 2), Bus.ReadHolding(1, 65535, new ushort[1]));
        Assert.Equal(new(ModbusStatus.Exception, 2), Bus.WriteSingle(1, 65535, 1));
    }

    [Fact]
    public void A_request_allocates_nothing_on_either_side()
    {
        var into = new ushort[125];
        var values = new ushort[123];
        void Requests(int rounds)
        {
            for (var i = 0; i < rounds; i++)
            {
                Bus.ReadHolding(1, 0, into);
                Bus.ReadInput(1, 0, into);
                Bus.WriteSingle(1, 0, 1);
                Bus.WriteMultiple(1, 0, values);
                Bus.ReadHolding(1, 65000, into);
            }
        }
        Requests(50);
        var server = Device.AllocatedOnServerThread;
        var client = GC.GetAllocatedBytesForCurrentThread();

        Requests(500);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - client);
        Assert.Equal(0, Device.AllocatedOnServerThread - server);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Bus.Dispose();
}

public sealed class InMemoryModbusTests : ModbusContractTests
{
    private readonly InMemoryModbus bus;

    public InMemoryModbusTests() => bus = new(Device);

    protected override IModbus Bus => bus;

    [Fact]
    public void A_silent_device_times_out_and_is_not_reached()
    {
        bus.IsSilent = true;
        var into = new ushort[] { 9 };

        Assert.Equal(new(ModbusStatus.Timeout), bus.ReadHolding(1, 0, into));
        Assert.Equal(new(ModbusStatus.Timeout), bus.ReadInput(1, 0, into));
        Assert.Equal(new(ModbusStatus.Timeout), bus.WriteSingle(1, 0, 1));
        Assert.Equal(new(ModbusStatus.Timeout), bus.WriteMultiple(1, 0, [1]));

        Assert.Equal(0, Device.Calls);
        Assert.Equal([9], into);
        bus.IsSilent = false;
        Assert.Equal(ModbusResult.Ok, bus.ReadHolding(1, 0, into));
    }
}

public sealed class ModbusTcpContractTests : ModbusContractTests
{
    private readonly ModbusTcpServer server;

    public ModbusTcpContractTests()
    {
        server = new(Device);
        Bus = new ModbusTcpMaster(new("127.0.0.1", server.Port) { Timeout = TimeSpan.FromSeconds(20) });
    }

    protected override IModbus Bus { get; }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        server.Dispose();
    }
}
