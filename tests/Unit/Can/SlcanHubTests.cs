using System.Net.Sockets;
using System.Text;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Tests.Unit.Can;

/// <summary>The hub as a raw TCP client sees it.</summary>
public sealed class SlcanHubTests : IDisposable
{
    private readonly SlcanHub hub = new(500_000);
    private readonly ICanBus member;
    private readonly List<TcpClient> clients = [];

    public SlcanHubTests() => member = hub.Attach();

    public void Dispose()
    {
        foreach (var client in clients) client.Dispose();
        member.Dispose();
        hub.Dispose();
    }

    [Theory]
    [InlineData("\r", "\r")]
    [InlineData("C\r", "\r")]
    [InlineData("S6\r", "\r")]
    [InlineData("S4\r", "\a")]
    [InlineData("S4\rO\r", "\a\a")]
    [InlineData("S4\rS6\rO\r", "\a\r\r")]
    [InlineData("C\rS6\rO\rO\r", "\r\r\r\r")]
    [InlineData("O\rS6\r", "\r\a")]
    [InlineData("V\rN\rF\r", "V1010\rNCS01\rF00\r")]
    [InlineData("t1020\r", "\a")]
    [InlineData("O\rt1020\r", "\rz\r")]
    [InlineData("O\rT000001020\r", "\rZ\r")]
    [InlineData("O\rr1020\r", "\rz\r")]
    [InlineData("O\rC\rt1020\r", "\r\r\a")]
    [InlineData("L\rt1020\r", "\r\a")]
    [InlineData("O\rt1021\r", "\r\a")]
    [InlineData("O\rhello\r", "\r\a")]
    [InlineData("O\rttttttttttttttttttttttttttttttttttttttttttttttt\r", "\r\a")]
    public void Commands_are_answered_as_lawicel_does(string sent, string answered)
    {
        var client = Connect();

        Write(client, sent);

        Assert.Equal(answered, Read(client, answered.Length));
    }

    [Fact]
    public void All_members_hear_all_senders_in_one_order()
    {
        const int each = 300;
        var second = hub.Attach();
        TcpClient[] watching = [Open(), Open()];
        TcpClient[] sending = [Open(), Open()];
        var threads = sending.Select((client, who) => new Thread(() =>
        {
            for (var i = 0; i < each; i++) Write(client, $"t{who}{i & 0xFF:X2}2{i:X4}\r");
        })).ToList();
        threads.Add(new Thread(() =>
        {
            for (var i = 0; i < each; i++)
            {
                second.TrySend(new CanFrame((uint)(0x200 + (i & 0xFF)), [(byte)(i >> 8), (byte)i]));
            }
        }));
        foreach (var thread in threads) thread.Start();

        var heard = watching.Select(client => Read(client, 3 * each * "t00020000\r".Length)).ToList();
        var heardInside = new StringBuilder();
        for (var i = 0; i < 3 * each; i++)
        {
            var frame = default(CanFrame);
            Eventually.Holds(() => member.TryReceive(out frame, out _), "a frame arrives");
            heardInside.Append($"t{frame.Id:X3}2{frame[0]:X2}{frame[1]:X2}\r");
        }
        foreach (var thread in threads) thread.Join();

        Assert.Equal(heard[0], heard[1]);
        Assert.Equal(heard[0], heardInside.ToString());
        // Each sender's own frames keep their order.
        for (var who = 0; who < 3; who++)
        {
            var own = heard[0].Split('\r').Where(line => line.StartsWith($"t{who}", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"t{who}{i & 0xFF:X2}2{i:X4}"), own);
        }
    }

    [Fact]
    public void A_client_that_has_not_opened_its_channel_hears_nothing()
    {
        var closed = Connect();
        Write(closed, "C\r");
        Assert.Equal("\r", Read(closed, 1));
        var open = Open();

        member.TrySend(new CanFrame(0x102, [1]));

        Assert.Equal("t102101\r", Read(open, 8));
        Write(closed, "O\r");
        Assert.Equal("\r", Read(closed, 1));
    }

    [Fact]
    public void A_remote_request_passes_between_clients_and_is_not_shown_inside()
    {
        var (one, two) = (Open(), Open());

        Write(one, "r1028\rR000001024\rt1020\r");

        Assert.Equal("r1028\rR000001024\rt1020\r", Read(two, 23));
        var frame = default(CanFrame);
        Eventually.Holds(() => member.TryReceive(out frame, out _), "a frame arrives");
        Assert.Equal("102#", frame.ToString());
    }

    [Fact]
    public void A_client_that_does_not_read_is_cut_off_and_nobody_waits_for_it()
    {
        var deaf = Open();
        var reader = hub.Attach();
        var sent = 0;

        Eventually.Holds(
            () =>
            {
                for (var i = 0; i < 1000; i++) member.TrySend(new CanFrame(0x102, [1, 2, 3, 4, 5, 6, 7, 8]));
                sent += 1000;
                while (reader.TryReceive(out _, out _)) { }
                return hub.SlowClients == 1;
            },
            "the deaf client is cut off");

        Assert.Equal(0, hub.OpenClients);
        Assert.True(sent * 22 > SlcanHubClient.BehindBytes);
        member.TrySend(new CanFrame(0x103, []));
        Eventually.Holds(() => reader.TryReceive(out var frame, out _) && frame.Id == 0x103, "the others go on");
        Assert.True(deaf.Connected);
    }

    [Fact]
    public void A_client_that_falls_behind_gets_the_rest_when_it_reads_again()
    {
        const int frames = 8000;
        var late = Open();
        for (var i = 0; i < frames; i++) member.TrySend(new CanFrame(0x102, [1, 2, 3, 4, 5, 6, 7, 8]));

        var text = Read(late, frames * "t10280102030405060708\r".Length);

        Assert.Equal(frames, text.Split("t10280102030405060708\r").Length - 1);
        Assert.Equal(0, hub.SlowClients);
    }

    [Fact]
    public void A_member_within_the_process_that_does_not_read_misses_frames_and_that_is_counted()
    {
        using var sender = hub.Attach();
        for (var i = 0; i < 2000; i++) Assert.True(sender.TrySend(new CanFrame(0x102, [])));

        var taken = 0;
        while (member.TryReceive(out _, out _)) taken++;

        Assert.Equal(2000, taken + hub.MissedFrames);
        Assert.InRange(hub.MissedFrames, 1, 1999);
    }

    [Fact]
    public void A_silent_bus_accepts_frames_and_delivers_none()
    {
        var (one, two) = (Open(), Open());
        hub.IsSilent = true;
        Write(one, "t1020\r");
        Assert.Equal("z\r", Read(one, 2));
        Assert.True(member.TrySend(new CanFrame(0x104, [])));
        hub.IsSilent = false;

        Write(one, "t1030\r");

        Assert.Equal("t1030\r", Read(two, 6));
        Assert.True(member.TryReceive(out var frame, out _));
        Assert.Equal(0x103u, frame.Id);
    }

    [Fact]
    public void More_clients_than_it_takes_are_cut_off_and_a_place_becomes_free_again()
    {
        for (var i = 0; i < SlcanHub.MaxClients; i++) Open();

        var surplus = Connect();

        Assert.Equal("", Read(surplus, 1));
        clients[0].Dispose();
        Eventually.Holds(() => hub.OpenClients == SlcanHub.MaxClients - 1, "the place is free");
        Open();
    }

    [Fact]
    public void Rubbish_from_a_client_harms_nobody()
    {
        var chance = new Random(7);
        var bytes = new byte[50_000];
        chance.NextBytes(bytes);
        var (hostile, other) = (Open(), Open());
        var drain = new Thread(() => Read(hostile, int.MaxValue));
        drain.Start();

        hostile.Client.Send(bytes);
        hostile.Client.Shutdown(SocketShutdown.Send);
        drain.Join();

        Write(other, "t1030\r");
        Assert.Equal("z\r", Read(other, 2));
        Assert.True(hub.BadLines > 100);
    }

    private TcpClient Connect()
    {
        var client = new TcpClient();
        // Small, so that the kernel does not read for a client that does not.
        client.ReceiveBufferSize = 4096;
        client.Connect(hub.EndPoint);
        client.NoDelay = true;
        client.ReceiveTimeout = 20_000;
        clients.Add(client);
        return client;
    }

    private TcpClient Open()
    {
        var client = Connect();
        Write(client, "C\rS6\rO\r");
        Assert.Equal("\r\r\r", Read(client, 3));
        return client;
    }

    private static void Write(TcpClient client, string text) => client.Client.Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Reads so many characters, or up to the end of the stream.</summary>
    private static string Read(TcpClient client, int count)
    {
        var text = new StringBuilder();
        var bytes = new byte[4096];
        while (text.Length < count)
        {
            var wanted = Math.Min(bytes.Length, count - text.Length);
            var got = client.Client.Receive(bytes, 0, wanted, SocketFlags.None, out var error);
            Assert.NotEqual(SocketError.TimedOut, error);
            if (got == 0) break;
            text.Append(Encoding.Latin1.GetString(bytes, 0, got));
        }
        return text.ToString();
    }
}
