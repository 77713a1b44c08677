using System.Net;
using System.Net.Sockets;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using static ChargeScape.Edge.Tests.Unit.Modbus.RawServer;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>Losing a server and finding it again, and what a dead one costs.</summary>
public sealed class ModbusTcpReconnectTests
{
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(20);
    private readonly ushort[] into = [11, 22];

    [Fact]
    public void Three_timeouts_in_a_row_make_the_connection_anew()
    {
        using var server = new RawServer((_, s) => s.Send(Answer(Request(s))));
        using var master = Master(server.Port, Brief / 2);
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        for (var i = 0; i < 3; i++) Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(1, 0, into));
        Assert.False(master.IsConnected);
        master.ReadHolding(1, 0, into);

        Assert.True(SpinWait.SpinUntil(() => server.Connections == 2, Ample));
    }

    [Fact]
    public void A_server_that_hangs_up_is_disconnected_and_then_reached_again()
    {
        using var server = new RawServer((_, s) =>
        {
            s.Send(Answer(Request(s)));
            Request(s);
            s.Dispose();
        });
        using var master = Master(server.Port, Ample);

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));
        Assert.Equal(new(ModbusStatus.Disconnected), master.ReadHolding(1, 0, into));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void Nothing_is_tried_until_the_back_off_is_over()
    {
        var clock = new HandClock();
        var port = FreePort();
        using var master = Master(port, clock);
        Assert.Equal(new(ModbusStatus.Disconnected), master.ReadHolding(1, 0, into));
        using var server = new RawServer((_, s) => { s.Send(Answer(Request(s))); }, port);

        clock.Now += 0.999.Seconds;
        Assert.Equal(new(ModbusStatus.Disconnected), master.ReadHolding(1, 0, into));
        Assert.Equal(0, server.Connections);
        clock.Now += 0.001.Seconds;

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));
    }

    [Fact]
    public void Back_off_doubles_up_to_its_bound_while_a_host_talks_rubbish()
    {
        var clock = new HandClock();
        using var server = new RawServer((_, s) => s.Send(new byte[300]));
        using var master = Master(server.Port, clock);

        foreach (var wait in (double[])[1, 2, 4, 4, 4])
        {
            Assert.Equal(new(ModbusStatus.BadReply), master.ReadHolding(1, 0, into));
            clock.Now += (wait - 0.001).Seconds;
            Assert.Equal(new(ModbusStatus.Disconnected), master.ReadHolding(1, 0, into));
            clock.Now += 0.001.Seconds;
        }

        Assert.Equal(5, server.Connections);
    }

    [Fact]
    public async Task A_host_that_does_not_answer_the_connect_costs_its_connect_timeout_and_no_more()
    {
        // A full accept queue drops further SYNs: to a client that is a host that is not there.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var filling = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToArray();
        foreach (var one in filling) _ = one.ConnectAsync(IPAddress.Loopback, port);
        using var master = new ModbusTcpMaster(
            Options(port, Ample) with { ConnectTimeout = Brief, BackOff = 1.Hours, MaxBackOff = 1.Hours });

        // The system's own connect timeout is two minutes.
        var first = await Task.Run(() => master.ReadHolding(1, 0, into)).WaitAsync(Ample);
        var second = await Task.Run(() => master.ReadHolding(1, 0, into)).WaitAsync(Ample);

        Assert.Equal(new(ModbusStatus.Disconnected), first);
        Assert.Equal(new(ModbusStatus.Disconnected), second);
        foreach (var one in filling) one.Dispose();
    }

    [Fact]
    public void A_name_is_looked_up_and_an_unknown_one_is_disconnected()
    {
        using var server = new ModbusTcpServer(new RegisterFile(10));
        using var known = new ModbusTcpMaster(
            Options(server.Port, Ample) with { Host = "localhost", BackOff = 1.Milliseconds });
        using var unknown = new ModbusTcpMaster(new("no-such-host.invalid", server.Port) { ConnectTimeout = Brief });

        Assert.True(SpinWait.SpinUntil(() => known.ReadHolding(1, 0, into).IsOk, Ample));

        Assert.Equal(new(ModbusStatus.Disconnected), unknown.ReadHolding(1, 0, into));
    }

    [Fact]
    public async Task A_lookup_that_never_ends_costs_the_connect_timeout_and_is_not_asked_again()
    {
        var lookups = 0;
        var clock = new HandClock();
        var never = new TaskCompletionSource<IPAddress[]>();
        Task<IPAddress[]> Lookup(string host)
        {
            lookups++;
            return never.Task;
        }
        var options = Options(502, Ample) with
        {
            Host = "meter.example", ConnectTimeout = 50.Milliseconds, Lookup = Lookup,
        };
        using var master = new ModbusTcpMaster(options, clock, _ => { });

        for (var i = 0; i < 3; i++)
        {
            clock.Now += 1.Hours;
            var result = await Task.Run(() => master.ReadHolding(1, 0, into)).WaitAsync(Ample);
            Assert.Equal(new(ModbusStatus.Disconnected), result);
        }

        Assert.Equal(1, lookups);
    }

    [Fact]
    public void Each_address_of_a_name_has_its_turn()
    {
        var clock = new HandClock();
        using var server = new ModbusTcpServer(new RegisterFile(10));
        var addresses = new[] { IPAddress.Parse("127.0.0.2"), IPAddress.Loopback };
        using var master = new ModbusTcpMaster(
            Options(server.Port, Ample) with { Host = "meter.example", Lookup = _ => Task.FromResult(addresses) },
            clock, _ => { });

        Assert.Equal(new(ModbusStatus.Disconnected), master.ReadHolding(1, 0, into));
        clock.Now += 1.Hours;

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));
    }

    private static ModbusTcpOptions Options(int port, TimeSpan timeout) =>
        new("127.0.0.1", port) { Timeout = timeout, ConnectTimeout = Ample };

    private static ModbusTcpMaster Master(int port, TimeSpan timeout) => new(Options(port, timeout));

    private static ModbusTcpMaster Master(int port, HandClock clock) =>
        new(Options(port, Ample) with { BackOff = 1.Seconds, MaxBackOff = 4.Seconds }, clock, _ => { });

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
