using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Tests.Unit.Serial;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>
/// What every <see cref="IModbus"/> promises, whatever carries it. An implementation is put under contract by one class
/// that derives from this: a bus, and how the device behind it plays dead.
/// </summary>
public abstract class ModbusContractTests : IDisposable
{
    /// <summary>Long enough for a loaded machine.</summary>
    protected static readonly TimeSpan Ample = TimeSpan.FromSeconds(20);

    internal RegisterFile Device { get; } = new(1000);

    /// <summary>A master whose requests reach <see cref="Device"/>, with a timeout of <see cref="Ample"/>.</summary>
    protected abstract IModbus Bus { get; }

    /// <summary>The device plays dead from now on, or answers again.</summary>
    protected abstract void PlayDead(bool isDead);

    /// <summary>Another timeout for the next requests.</summary>
    protected virtual void SetTimeout(TimeSpan timeout) => ((IAdjustableModbus)Bus).Timeout = timeout;

    /// <summary>This product's own implementations allocate nothing per request.</summary>
    protected virtual bool MayAllocate => false;

    /// <summary>The exception code ends the request, as it does by the specification.</summary>
    protected virtual bool IsFinal(byte exceptionCode) => true;

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

        Assert.Equal(ModbusResult.Ok, Bus.WriteMultiple(247, 3, values));

        Assert.Equal(values, Device.Registers[3..(3 + count)]);
        Assert.Equal(247, Device.LastUnit);
    }

    [Fact]
    public void One_register_is_written()
    {
        Assert.Equal(ModbusResult.Ok, Bus.WriteSingle(1, 999, 0xABCD));

        Assert.Equal(0xABCD, Device.Registers[999]);
    }

    [Fact]
    public void Every_exception_code_comes_through_and_the_registers_are_untouched()
    {
        for (var code = 1; code <= 255; code++)
        {
            if (!IsFinal((byte)code)) continue;
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
    public void A_dead_device_is_a_timeout_touches_nothing_and_answers_when_it_lives_again()
    {
        var into = new ushort[] { 9, 8 };
        var timeout = new ModbusResult(ModbusStatus.Timeout);
        Assert.Equal(ModbusResult.Ok, Bus.ReadHolding(1, 0, new ushort[1]));
        var calls = Device.Calls;
        SetTimeout(TimeSpan.FromMilliseconds(50));
        PlayDead(true);

        Assert.Equal(timeout, Bus.ReadHolding(1, 0, into));
        Assert.Equal(timeout, Bus.WriteMultiple(1, 0, [1, 2]));
        Assert.Equal(timeout, Bus.WriteSingle(1, 0, 1));
        Assert.Equal(timeout, Bus.ReadInput(1, 0, into));

        Assert.Equal([9, 8], into);
        Assert.Equal(calls, Device.Calls);
        PlayDead(false);
        SetTimeout(Ample);
        Assert.Equal(ModbusResult.Ok, Bus.ReadHolding(1, 2, into));
        Assert.Equal(Device.Registers[2..4], into);
    }

    [Fact]
    public void A_request_allocates_nothing_on_either_side()
    {
        if (MayAllocate) return;
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
        var (fromClient, fromServer) = (long.MaxValue, long.MaxValue);

        // What a request allocates comes again with each; what the runtime makes once, when a path first runs, does not
        // (56 bytes were seen on a loaded machine).
        for (var round = 0; round < 3; round++)
        {
            var (client, server) = (GC.GetAllocatedBytesForCurrentThread(), Device.AllocatedOnServerThread);
            Requests(500);
            fromClient = Math.Min(fromClient, GC.GetAllocatedBytesForCurrentThread() - client);
            fromServer = Math.Min(fromServer, Device.AllocatedOnServerThread - server);
        }

        Assert.Equal((0, 0), (fromClient, fromServer));
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

    protected override void PlayDead(bool isDead) => bus.IsSilent = isDead;

    protected override void SetTimeout(TimeSpan timeout) { }
}

public sealed class ModbusTcpContractTests : ModbusContractTests
{
    private readonly ModbusTcpServer server;

    public ModbusTcpContractTests()
    {
        server = new(Device);
        Bus = new ModbusTcpMaster(new("127.0.0.1", server.Port) { Timeout = Ample });
    }

    protected override IModbus Bus { get; }

    protected override void PlayDead(bool isDead) => server.IsSilent = isDead;

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Any_unit_can_be_addressed_on_tcp(byte unit)
    {
        Assert.Equal(ModbusResult.Ok, Bus.WriteSingle(unit, 999, 0xABCD));

        Assert.Equal(0xABCD, Device.Registers[999]);
        Assert.Equal(unit, Device.LastUnit);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        server.Dispose();
    }
}

/// <summary>Over a pseudo terminal of the kernel.</summary>
public sealed class ModbusRtuContractTests : ModbusContractTests
{
    private readonly Pty pty = new();
    private readonly ModbusRtuServer server;

    public ModbusRtuContractTests()
    {
        var options = new ModbusRtuOptions(new(pty.Path, 115_200))
        {
            Timeout = Ample,
            Silence = TimeSpan.Zero,
            LongestPause = TimeSpan.FromSeconds(1),
        };
        var line = new PtyLine(pty);
        server = new(Device, options, line, 1, 7, 247);
        Bus = new ModbusRtuMaster(options);
    }

    protected override IModbus Bus { get; }

    protected override void PlayDead(bool isDead) => server.IsSilent = isDead;

    [Fact]
    public void A_broadcast_is_executed_and_not_answered()
    {
        Assert.Equal(ModbusResult.Ok, Bus.WriteSingle(0, 999, 0xABCD));

        Assert.Equal(ModbusResult.Ok, Bus.ReadHolding(1, 999, new ushort[1]));
        Assert.Equal(0xABCD, Device.Registers[999]);
        Assert.ThrowsAny<ArgumentException>(() => Bus.ReadHolding(0, 0, new ushort[1]));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        server.Dispose();
        pty.Dispose();
    }
}
