using System.Net;
using System.Net.Sockets;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using static ChargeScape.Edge.Tests.Unit.Modbus.RawServer;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>The master against peers that are late, wrong, slow, hostile or gone (safety.md rows 32–35).</summary>
public sealed class ModbusTcpMasterTests
{
    private static readonly TimeSpan Brief = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(20);
    private readonly ushort[] into = [11, 22];

    [Fact]
    public void A_late_reply_is_never_taken_for_the_next_one()
    {
        using var server = new RawServer((_, s) =>
        {
            var first = Request(s);
            var second = Request(s);
            s.Send([.. Answer(first, 1000), .. Answer(second, 2000)]);
        });
        using var master = Master(server.Port, Brief);

        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(1, 0, into));
        Assert.Equal([11, 22], into);
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([2000, 2001], into);
        Assert.Equal(1u, master.LateReplies);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void Half_a_reply_in_time_and_half_too_late_does_not_shift_the_next_one()
    {
        using var server = new RawServer((_, s) =>
        {
            var first = Answer(Request(s), 1000);
            s.Send(first[..10]);
            var second = Answer(Request(s), 2000);
            s.Send(first[10..]);
            s.Send(second);
        });
        using var master = Master(server.Port, Brief);

        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(1, 0, into));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([2000, 2001], into);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public void A_peer_that_repeats_its_last_answer_does_not_answer_the_next_request()
    {
        using var server = new RawServer((_, s) =>
        {
            var first = Answer(Request(s), 1000);
            s.Send([.. first, .. first]);
            var second = Answer(Request(s), 2000);
            s.Send([.. first, .. second]);
        });
        using var master = Master(server.Port, Ample);

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([2000, 2001], into);
        Assert.Equal(2u, master.LateReplies);
    }

    [Fact]
    public void A_reply_that_comes_byte_by_byte_is_read()
    {
        using var server = new RawServer((_, s) =>
        {
            foreach (var b in Answer(Request(s))) s.Send([b]);
        });
        using var master = Master(server.Port, Ample);

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([1000, 1001], into);
    }

    [Theory]
    [InlineData(6, "unit id")]
    [InlineData(7, "function")]
    [InlineData(8, "byte count")]
    [InlineData(3, "protocol")]
    [InlineData(5, "length")]
    [InlineData(1, "transaction id not used yet")]
    public void An_answer_that_does_not_fit_is_bad_and_the_connection_is_made_anew(int index, string what)
    {
        using var server = new RawServer((peer, s) =>
        {
            var right = Answer(Request(s));
            s.Send(right);
            if (peer.Connections > 1) return;
            var wrong = Answer(Request(s), 5000);
            wrong[index] += 1;
            s.Send(wrong);
        });
        using var master = Master(server.Port, Ample);

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));
        Assert.True(master.ReadHolding(1, 0, into).Status == ModbusStatus.BadReply, what);
        Assert.Equal([1000, 1001], into);
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public void A_drip_of_bytes_cannot_hold_a_request_past_its_deadline()
    {
        using var server = new RawServer((_, s) =>
        {
            // A right answer, each byte of it well in time for a single receive, the whole far past the deadline.
            foreach (var b in Answer(Request(s)))
            {
                s.Poll(Brief / 4, SelectMode.SelectRead);
                s.Send([b]);
            }
        });
        using var master = Master(server.Port, Brief);

        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(1, 0, into));

        Assert.Equal([11, 22], into);
    }

    [Fact]
    public async Task A_flood_of_stale_answers_cannot_hold_a_request_past_its_deadline()
    {
        using var server = new RawServer((_, s) =>
        {
            var first = Answer(Request(s));
            s.Send(first);
            Request(s);
            while (true) s.Send(first);
        });
        using var master = Master(server.Port, Brief);
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        var flooded = await Task.Run(() => master.ReadHolding(1, 0, into)).WaitAsync(Ample);

        Assert.Equal(new(ModbusStatus.Timeout), flooded);
        Assert.True(master.LateReplies > 1);
    }

    [Fact]
    public void The_gap_runs_from_the_end_of_one_transaction_to_the_next_request()
    {
        var clock = new HandClock();
        var rests = new List<TimeSpan>();
        using var server = new ModbusTcpServer(new RegisterFile(10));
        using var master = new ModbusTcpMaster(
            Options(server.Port, Ample) with { MinimumGap = 0.05.Seconds }, clock, rests.Add);

        master.ReadHolding(1, 0, into);
        clock.Now += 0.03.Seconds;
        master.ReadHolding(1, 0, into);
        clock.Now += 0.05.Seconds;
        master.ReadHolding(1, 0, into);

        Assert.Equal([0.02.Seconds], rests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    public void A_port_that_does_not_exist_is_refused(int port) =>
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpMaster(new("127.0.0.1", port)));

    [Fact]
    public void Options_without_a_bound_are_refused()
    {
        var good = new ModbusTcpOptions("127.0.0.1");

        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpMaster(good with { Host = " " }));
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpMaster(good with { Timeout = TimeSpan.Zero }));
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpMaster(good with { ConnectTimeout = 1.Hours }));
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpMaster(good with { MinimumGap = -1.Seconds }));
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpMaster(good with { BackOff = TimeSpan.Zero }));
        Assert.ThrowsAny<ArgumentException>(() => new ModbusTcpMaster(good with { MaxBackOff = TimeSpan.Zero }));
    }

    private static ModbusTcpOptions Options(int port, TimeSpan timeout) =>
        new("127.0.0.1", port) { Timeout = timeout, ConnectTimeout = Ample };

    private static ModbusTcpMaster Master(int port, TimeSpan timeout) => new(Options(port, timeout));
}
