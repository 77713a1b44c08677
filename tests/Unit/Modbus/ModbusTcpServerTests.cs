using System.Net;
using System.Net.Sockets;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>The server against clients that pipeline, drip, talk rubbish, idle or never read.</summary>
public sealed class ModbusTcpServerTests
{
    private const int Patience = 20_000;
    private readonly RegisterFile device = new(200);

    [Fact]
    public void Pipelined_requests_are_answered_in_order()
    {
        const int depth = 500;
        using var server = new ModbusTcpServer(device);
        using var client = Client(server);
        var requests = Enumerable.Range(1, depth).SelectMany(i => Read((ushort)i, (ushort)(i % 100), 1)).ToArray();

        client.Send(requests);

        for (var i = 1; i <= depth; i++)
        {
            var value = device.Registers[i % 100];
            Assert.Equal(
                [(byte)(i >> 8), (byte)i, 0, 0, 0, 5, 9, 3, 2, (byte)(value >> 8), (byte)value], Exactly(client, 11));
        }
    }

    [Fact]
    public void A_request_that_drips_in_is_answered()
    {
        using var server = new ModbusTcpServer(device);
        using var client = Client(server);

        foreach (var b in Read(1, 0, 2)) client.Send([b]);

        Assert.Equal([0, 1, 0, 0, 0, 7, 9, 3, 4, 0, 0, 1, 1], Exactly(client, 13));
    }

    [Theory]
    [InlineData("0001 0001 0006 09 03 0000 0001", "another protocol")]
    [InlineData("0001 0000 0000", "length 0")]
    [InlineData("0001 0000 0001 09", "no function")]
    [InlineData("0001 0000 00FF 09", "length beyond the largest frame")]
    [InlineData("0001 0000 FFFF 09", "length far beyond the largest frame")]
    public void What_is_not_modbus_is_answered_by_hanging_up(string hex, string what)
    {
        using var server = new ModbusTcpServer(device);
        using var client = Client(server);

        client.Send([.. Read(1, 0, 1), .. Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))]);

        Assert.Equal(11, Exactly(client, 11).Length);
        Assert.True(IsClosed(client), what);
        Assert.Equal(1, device.Calls);
    }

    [Fact]
    public void Clients_are_served_side_by_side_and_their_number_is_bounded()
    {
        using var server = new ModbusTcpServer(device, new() { MaxClients = 2 });
        using var first = Client(server);
        using var second = Client(server);
        Assert.Equal(11, Ask(second).Length);
        Assert.Equal(11, Ask(first).Length);

        using var third = Client(server);

        Assert.True(IsClosed(third));
        Assert.Equal(11, Ask(second).Length);
        Assert.Equal(2, server.ClientCount);
    }

    [Fact]
    public void A_place_is_free_again_when_its_client_has_gone()
    {
        using var server = new ModbusTcpServer(device, new() { MaxClients = 1 });
        using (var first = Client(server)) Ask(first);
        Assert.True(SpinWait.SpinUntil(() => server.ClientCount == 0, Patience));

        using var next = Client(server);

        Assert.Equal(11, Ask(next).Length);
    }

    [Fact]
    public void A_client_that_asks_nothing_is_let_go()
    {
        using var server = new ModbusTcpServer(device, new() { IdleTimeout = 100.Milliseconds });
        using var client = Client(server);

        Assert.True(IsClosed(client));
    }

    [Fact]
    public void A_client_that_drips_and_never_completes_a_request_is_let_go()
    {
        using var server = new ModbusTcpServer(device, new() { IdleTimeout = 200.Milliseconds });
        using var client = Client(server);
        Ask(client);
        var request = Read(1, 0, 100);

        // Far slower than the idle timeout for the whole, far quicker for each byte.
        var isLetGo = false;
        for (var i = 0; i < request.Length && !isLetGo; i++)
        {
            isLetGo = client.Poll(100.Milliseconds, SelectMode.SelectRead);
            if (!isLetGo) client.Send([request[i]]);
        }

        Assert.True(isLetGo);
        Assert.Equal(1, device.Calls);
    }

    [Fact]
    public void A_client_that_never_reads_is_let_go_and_harms_nobody()
    {
        using var server = new ModbusTcpServer(device, new() { IdleTimeout = 1.Seconds });
        using var deaf = Client(server);
        deaf.ReceiveBufferSize = 4096;
        deaf.SendTimeout = Patience;
        var many = Enumerable.Range(0, 400).SelectMany(i => Read((ushort)i, 0, 125)).ToArray();
        var sending = new Thread(() =>
        {
            SocketError error;
            do deaf.Send(many, SocketFlags.None, out error);
            while (error == SocketError.Success);
        });
        sending.Start();

        using var polite = Client(server);
        Assert.Equal(11, Ask(polite).Length);

        Assert.True(sending.Join(Patience));
    }

    [Fact]
    public void A_silent_device_takes_requests_and_neither_acts_nor_answers()
    {
        using var server = new ModbusTcpServer(device);
        using var client = Client(server);
        Ask(client);
        server.IsSilent = true;

        client.Send([0, 2, 0, 0, 0, 6, 9, 6, 0, 0, 0xAB, 0xCD]);

        Assert.False(client.Poll(200.Milliseconds, SelectMode.SelectRead));
        Assert.Equal(0, device.Registers[0]);
        server.IsSilent = false;
        Assert.Equal(11, Ask(client).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_device_is_called_by_one_client_at_a_time(bool isWriteFirst)
    {
        // The first call lingers until a second one is inside, which must never happen, or for a while.
        var inside = 0;
        using var overlapped = new ManualResetEventSlim();
        device.OnCall = () =>
        {
            if (Interlocked.Increment(ref inside) > 1) overlapped.Set();
            overlapped.Wait(300.Milliseconds);
            Interlocked.Decrement(ref inside);
        };
        using var server = new ModbusTcpServer(device);
        using var first = Client(server);
        using var second = Client(server);
        byte[] write = [0, 1, 0, 0, 0, 6, 9, 6, 0, 0, 0xAB, 0xCD];

        first.Send(isWriteFirst ? write : Read(1, 0, 1));
        second.Send(isWriteFirst ? Read(1, 0, 1) : write);
        Exactly(first, 11);
        Exactly(second, 11);

        Assert.False(overlapped.IsSet);
        Assert.Equal(2, device.Calls);
    }

    [Fact]
    public void After_dispose_nobody_is_connected_and_the_port_is_free()
    {
        var server = new ModbusTcpServer(device);
        using var busy = Client(server);
        using var idle = Client(server);
        Ask(busy);

        server.Dispose();
        server.Dispose();

        Assert.Equal(0, server.ClientCount);
        Assert.True(IsClosed(busy));
        Assert.True(IsClosed(idle));
        using var next = new ModbusTcpServer(device, new() { Port = server.Port });
        Assert.Equal(server.Port, next.Port);
    }

    [Fact]
    public void A_port_in_use_is_said_at_the_start()
    {
        using var server = new ModbusTcpServer(device);

        Assert.Throws<SocketException>(() => new ModbusTcpServer(device, new() { Port = server.Port }).Dispose());
    }

    [Fact]
    public void Options_without_a_bound_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpServer(device, new() { MaxClients = 0 }));
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpServer(device, new() { MaxClients = 65 }));
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpServer(device, new() { IdleTimeout = TimeSpan.Zero }));
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpServer(device, new() { IdleTimeout = 25.Hours }));
    }

    internal static byte[] Read(ushort transaction, ushort start, ushort count) =>
    [
        (byte)(transaction >> 8), (byte)transaction, 0, 0, 0, 6, 9, 3,
        (byte)(start >> 8), (byte)start, (byte)(count >> 8), (byte)count,
    ];

    internal static Socket Client(ModbusTcpServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true, ReceiveTimeout = Patience, SendTimeout = Patience,
        };
        socket.Connect(IPAddress.Loopback, server.Port);
        return socket;
    }

    internal static byte[] Ask(Socket client)
    {
        client.Send(Read(77, 3, 1));
        return Exactly(client, 11);
    }

    internal static bool IsServed(ModbusTcpServer server)
    {
        using var client = Client(server);
        client.Send(Read(1, 3, 1), SocketFlags.None, out _);
        return client.Receive(new byte[11], SocketFlags.None, out _) > 0;
    }

    internal static bool IsClosed(Socket client)
    {
        var got = client.Receive(new byte[1], SocketFlags.None, out var error);
        return got == 0 && error is SocketError.Success or SocketError.ConnectionReset;
    }

    private static byte[] Exactly(Socket from, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var got = from.Receive(bytes, at, count - at, SocketFlags.None);
            Assert.NotEqual(0, got);
            at += got;
        }
        return bytes;
    }
}
