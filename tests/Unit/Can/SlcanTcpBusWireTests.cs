using System.Net;
using System.Net.Sockets;
using System.Text;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Tests.Unit.Can;

/// <summary>The client as an adapter sees it, byte by byte.</summary>
public sealed class SlcanTcpBusWireTests : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly SlcanTcpBus bus;
    private Socket adapter;

    public SlcanTcpBusWireTests()
    {
        listener.Start();
        bus = new SlcanTcpBus((IPEndPoint)listener.LocalEndpoint, 125_000, new Random(1));
        adapter = Accept();
    }

    public void Dispose()
    {
        bus.Dispose();
        adapter.Dispose();
        listener.Dispose();
    }

    [Fact]
    public void It_opens_the_channel_without_waiting_for_answers_and_frames_leave_at_once()
    {
        Assert.True(bus.TrySend(new CanFrame(0x102, [0x02, 0xFF])));

        Assert.Equal("C\rS4\rO\rt102202FF\r", Read(17));
        Assert.True(bus.IsUp);
    }

    [Fact]
    public void Many_frames_in_one_packet_and_one_frame_in_many_packets_arrive_alike()
    {
        Write("z\r\rt1008");
        Write("0011223344556677\rt1010\rT029A3FF02ABCD\rt10");
        Assert.Equal(["100#0011223344556677", "101#", "029A3FF0#ABCD"], Received(3));

        Write("2");
        Assert.False(bus.TryReceive(out _, out _));
        Write("155\r");

        Assert.Equal(["102#55"], Received(1));
        Assert.Equal(0, bus.BadLines);
    }

    [Fact]
    public void Bad_lines_are_counted_and_cost_no_good_one()
    {
        Write("t9990\rt1019\rt10211\rgarbage that is longer than any line can be\r\at1030\rr1020\r");

        Assert.Equal(["103#"], Received(1));
        Eventually.Holds(() => !bus.TryReceive(out _, out _) && bus.BadLines == 4, "four bad lines");
        Assert.Equal(1, bus.Refusals);
    }

    [Fact]
    public void A_flood_of_rubbish_gives_the_caller_its_turn_back()
    {
        var rubbish = new byte[1 << 20];
        Array.Fill(rubbish, (byte)'\r');
        Array.Fill(rubbish, (byte)'x', 0, rubbish.Length - 1);
        var flooding = new Thread(() =>
        {
            for (var i = 0; i < 20; i++) adapter.Send(rubbish);
            Write("t1030\r");
        });
        flooding.Start();

        Assert.Equal(["103#"], Received(1));

        flooding.Join();
        Assert.Equal(20, bus.BadLines);
    }

    [Fact]
    public void An_adapter_that_does_not_read_makes_sending_fail_and_then_only_whole_lines_arrive()
    {
        var frame = new CanFrame(0x102, [1, 2, 3, 4, 5, 6, 7, 8]);
        var sent = 0;
        while (sent < 1_000_000 && bus.TrySend(frame)) sent++;
        Assert.True(bus.IsUp);

        var length = "C\rS4\rO\r".Length + sent * "t10280102030405060708\r".Length;
        var text = Read(length, beforeEach: () => bus.TryReceive(out _, out _));

        Assert.InRange(sent, 100, 999_999);
        Assert.Equal(sent, text.Split('\r')[3..^1].Count(line => line == "t10280102030405060708"));
        Eventually.Holds(() => bus.TrySend(frame), "frames leave again");
    }

    [Fact]
    public void A_partial_line_is_forgotten_with_its_connection()
    {
        Write("t1008001122");
        Assert.False(bus.TryReceive(out _, out _));
        adapter.Dispose();
        Eventually.Holds(() => !bus.TryReceive(out _, out _) && bus.Losses == 1, "the loss is seen");

        adapter = Accept();
        Write("3344556677\rt1030\r");

        Assert.Equal(["103#"], Received(1));
        Assert.Equal(1, bus.BadLines);
    }

    [Fact]
    public void Frames_of_a_stalled_link_count_as_old_as_its_last_sign_of_life_until_the_next()
    {
        Answer();
        Write("t1000\r");
        Assert.True(Arrival() > MonotonicClock.Now - SlcanEcho.Prompt);
        Asked();
        var stalled = MonotonicClock.Now;
        Eventually.Holds(
            () => !bus.TryReceive(out _, out _) && MonotonicClock.Now - stalled > SlcanEcho.Prompt, "the link stalls");

        Write("t1010\rt1020\r");

        Assert.True(Arrival() < stalled);
        Assert.True(Arrival() < stalled);
        Write("V1013\rt1030\r");
        Assert.True(Arrival() <= stalled);
        Answer();
        Write("t1040\r");
        Assert.True(Arrival() > stalled + SlcanEcho.Prompt);
    }

    [Fact]
    public void An_adapter_that_never_gave_a_sign_of_life_is_believed_and_kept()
    {
        Asked();
        var since = MonotonicClock.Now;
        Eventually.Holds(
            () => !bus.TryReceive(out _, out _) && MonotonicClock.Now - since > SlcanEcho.LongestSilence, "it is mute");

        Write("t1010\r");

        Assert.True(Arrival() > since + SlcanEcho.LongestSilence);
        Assert.Equal(0, bus.Losses);
    }

    [Fact]
    public void An_adapter_that_falls_silent_for_three_seconds_is_left_and_called_again()
    {
        Answer();
        Asked();

        Eventually.Holds(() => !bus.TryReceive(out _, out _) && bus.Losses == 1, "it is left");

        adapter = Accept();
        Assert.Equal("C\rS4\rO\r", Read(7));
    }

    [Fact]
    public void An_adapter_that_hangs_up_at_once_is_called_ever_more_seldom()
    {
        adapter.Dispose();
        var (last, gaps) = (MonotonicClock.Now, new List<TimeSpan>());
        for (var i = 0; i < 5; i++)
        {
            adapter = Accept();
            gaps.Add(MonotonicClock.Now - last);
            last = MonotonicClock.Now;
            adapter.Dispose();
        }

        // Delays are at least 25, 50, 100, 200, 400 ms: half of 50 ms doubled each time. More is the scheduler's.
        for (var i = 1; i < gaps.Count; i++) Assert.True(gaps[i] >= 25.Milliseconds * (1 << i), $"gap {i}: {gaps[i]}");
    }

    [Fact]
    public void Nobody_listening_is_no_exception_and_costs_the_caller_next_to_nothing()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var endPoint = (IPEndPoint)free.LocalEndpoint;
        free.Stop();

        using var alone = new SlcanTcpBus(endPoint, 500_000);

        Assert.False(alone.IsUp);
        Assert.Equal(-1, alone.Descriptor);
        Assert.False(alone.TrySend(default));
        Assert.False(alone.TryReceive(out _, out _));
    }

    [Fact]
    public void An_adapter_that_does_not_answer_the_connect_is_given_up_and_tried_again()
    {
        // A full backlog: the kernel ignores further attempts, as a host without power would.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var crowd = new List<Socket>();
        for (var i = 0; i < 8; i++)
        {
            crowd.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            crowd[^1].ConnectAsync(full.LocalEndPoint!);
        }
        Eventually.Holds(() => full.Poll(0, SelectMode.SelectRead), "the backlog fills");

        using var waiting = new SlcanTcpBus((IPEndPoint)full.LocalEndPoint!, 500_000);
        Assert.False(waiting.IsUp);
        Assert.NotEqual(-1, waiting.Descriptor);

        Eventually.Holds(() => !waiting.TryReceive(out _, out _) && waiting.Descriptor == -1, "it is given up");
        Eventually.Holds(() => !waiting.TryReceive(out _, out _) && waiting.Descriptor != -1, "it is tried again");
        Assert.False(waiting.IsUp);
        foreach (var one in crowd) one.Dispose();
    }

    private TimeSpan Arrival()
    {
        var arrivedAt = TimeSpan.Zero;
        Eventually.Holds(() => bus.TryReceive(out _, out arrivedAt), "a frame arrives");
        return arrivedAt;
    }

    /// <summary>Reads until the client asks for a sign of life.</summary>
    private void Asked()
    {
        var bytes = new byte[64];
        Eventually.Holds(
            () => !bus.TryReceive(out _, out _) && adapter.Available > 0
                && Encoding.Latin1.GetString(bytes, 0, adapter.Receive(bytes))
                    .Contains("V\r", StringComparison.Ordinal),
            "it asks");
    }

    private void Answer()
    {
        Asked();
        Write("V1013\r");
        Eventually.Holds(() => !bus.TryReceive(out _, out _), "the answer is taken in");
    }

    private Socket Accept()
    {
        Eventually.Holds(
            () =>
            {
                bus?.TryReceive(out _, out _);
                return listener.Pending();
            },
            "it connects");
        var socket = listener.AcceptSocket();
        socket.NoDelay = true;
        socket.ReceiveTimeout = 20_000;
        return socket;
    }

    private void Write(string text) => adapter.Send(Encoding.Latin1.GetBytes(text));

    private string Read(int count, Action? beforeEach = null)
    {
        var text = new StringBuilder();
        var bytes = new byte[65536];
        while (text.Length < count)
        {
            beforeEach?.Invoke();
            var got = adapter.Receive(bytes, Math.Min(bytes.Length, count - text.Length), SocketFlags.None);
            Assert.True(got > 0, "the client hung up");
            // The client's questions for a sign of life come whenever it is time.
            text.Append(Encoding.Latin1.GetString(bytes, 0, got)).Replace("V\r", "");
        }
        return text.ToString();
    }

    private List<string> Received(int count)
    {
        var seen = new List<string>();
        while (seen.Count < count)
        {
            var frame = default(CanFrame);
            Eventually.Holds(() => bus.TryReceive(out frame, out _), "a frame arrives");
            seen.Add(frame.ToString());
        }
        return seen;
    }
}
