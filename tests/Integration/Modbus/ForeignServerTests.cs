using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Modbus;

/// <summary>Our master against servers not written here.</summary>
public abstract class ForeignServerTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(20);

    /// <summary>Starts the server with 200 registers i × 257.</summary>
    private protected abstract PeerLines Serve(out int port);

    [Fact]
    public void Everything_the_master_can_ask_is_answered()
    {
        using var server = Serve(out var port);
        using var master = Master(port);
        var holding = new ushort[125];
        var input = new ushort[2];
        ushort[] many = [.. Enumerable.Range(0, 123).Select(i => (ushort)(65535 - i))];
        var back = new ushort[125];

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 3, holding));
        Assert.Equal(ModbusResult.Ok, master.ReadInput(9, 198, input));
        Assert.Equal(ModbusResult.Ok, master.WriteSingle(9, 49, 0xBEEF));
        Assert.Equal(ModbusResult.Ok, master.WriteMultiple(9, 50, many));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 49, back));

        Assert.Equal(Enumerable.Range(3, 125).Select(i => (ushort)(i * 257)), holding);
        Assert.Equal([198 * 257, 199 * 257], input);
        Assert.Equal([0xBEEF, .. many, 173 * 257 & 0xFFFF], back);
    }

    [Fact]
    public void Its_exceptions_come_through_and_the_connection_goes_on()
    {
        using var server = Serve(out var port);
        using var master = Master(port);
        ushort[] into = [11, 22];

        Assert.Equal(new(ModbusStatus.Exception, 2), master.ReadHolding(9, 199, into));
        Assert.Equal(new(ModbusStatus.Exception, 2), master.WriteSingle(9, 200, 1));
        Assert.Equal(new(ModbusStatus.Exception, 2), master.WriteMultiple(9, 199, [1, 2]));
        Assert.Equal([11, 22], into);
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 198, into));
    }

    [Fact]
    public void A_server_that_was_restarted_elsewhere_is_lost_and_said_to_be()
    {
        using var master = ServeOnce(out var into);

        var lost = master.ReadHolding(9, 0, into);

        Assert.Equal(new(ModbusStatus.Disconnected), lost);
        Assert.Equal(new(ModbusStatus.Disconnected), master.ReadHolding(9, 0, into));
    }

    private protected static ModbusTcpMaster Master(int port, TimeSpan? timeout = null) =>
        new(new("127.0.0.1", port) { Timeout = timeout ?? Ample, ConnectTimeout = Ample });

    private ModbusTcpMaster ServeOnce(out ushort[] into)
    {
        using var server = Serve(out var port);
        var master = Master(port);
        into = new ushort[1];
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 0, into));
        return master;
    }
}

public sealed class LibmodbusServerTests(LibmodbusPrograms programs)
    : ForeignServerTests, IClassFixture<LibmodbusPrograms>
{
    private protected override PeerLines Serve(out int port) =>
        ModbusPeers.Server(out port, programs.Program("libmodbus_server"), "libmodbus5");
}

public sealed class PymodbusServerTests : ForeignServerTests
{
    [Fact]
    public void A_unit_that_is_not_there_times_out_and_the_others_go_on()
    {
        using var server = Serve(out var port);
        using var master = Master(port, timeout: TimeSpan.FromSeconds(2));
        ushort[] into = [11];

        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(8, 0, into));
        Assert.Equal([11], into);
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 7, into));

        Assert.Equal([7 * 257], into);
    }

    private protected override PeerLines Serve(out int port) => ModbusPeers.Server(
        out port, ModbusPeers.Python, "python3-pymodbus", ModbusPeers.Source("pymodbus_server.py"));
}
