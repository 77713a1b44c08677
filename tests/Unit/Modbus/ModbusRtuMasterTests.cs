using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using static ChargeScape.Edge.Tests.Unit.Modbus.RtuFrames;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>The RTU master against a line that is late, mixed, short, long, deaf or noisy (safety.md rows 34, 35), in
/// virtual time.</summary>
public sealed class ModbusRtuMasterTests : IDisposable
{
    private static readonly ModbusRtuOptions options = new(new("tty", 9600)) { Timeout = 100.Milliseconds };

    private readonly ScriptedLine line = new();
    private readonly ModbusRtuMaster master;
    private readonly ushort[] into = [11, 22];

    public ModbusRtuMasterTests() => master = new(options, line);

    public void Dispose() => master.Dispose();

    [Fact]
    public void The_specifications_own_example_frame_goes_out()
    {
        // Read 2 registers from 0x0000 of unit 1: the CRC that every Modbus text prints for it is C4 0B.
        master.ReadHolding(1, 0, into);

        Assert.Equal("010300000002C40B", Convert.ToHexString(line.Sent[0].Frame));
    }

    [Fact]
    public void An_answer_that_drips_in_is_taken_with_its_last_byte()
    {
        line.OnSent = request => Answer(request).Select((b, i) => (10.0 + 5 * i, new[] { b }));

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([1000, 1001], into);
    }

    [Fact]
    public void A_pause_within_an_answer_ends_it()
    {
        line.OnSent = request => [(1, Answer(request)[..4]), (70, Answer(request)[4..])];

        Assert.Equal(new(ModbusStatus.BadReply), master.ReadHolding(1, 0, into));

        Assert.Equal([11, 22], into);
    }

    [Fact]
    public void Before_a_request_the_line_is_silent_for_three_and_a_half_characters()
    {
        line.OnSent = request => [(10, Answer(request))];
        master.ReadHolding(1, 0, into);
        var heard = line.Now;

        master.ReadHolding(1, 0, into);

        Assert.Equal(3.5 * 10 / 9600, (line.Sent[1].At - heard).TotalSeconds, 5);
    }

    [Fact]
    public void Above_19200_baud_the_silence_is_1_75_ms()
    {
        Assert.Equal(1.75, Rtu.Silence(19_201, 1.Seconds).TotalMilliseconds);
        Assert.Equal(3.5, Rtu.Silence(19_200, 1.Seconds).TotalSeconds);
    }

    [Fact]
    public void A_late_answer_of_the_same_length_is_never_taken_for_the_next_one()
    {
        var first = true;
        line.OnSent = request =>
        {
            var isFirst = first;
            first = false;
            return isFirst ? [(150, Answer(request, 5000))] : [(60, Answer(request))];
        };

        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(1, 0, into));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 40, into));

        Assert.Equal([1000, 1001], into);
        Assert.Equal(1u, master.LateReplies);
        // The short read in between told them apart; once is enough.
        Assert.Equal([2, 1, 2], line.Sent.Select(s => (int)s.Frame[5]));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));
        Assert.Equal(4, line.Sent.Count);
    }

    [Fact]
    public void Two_late_answers_at_once_before_the_right_one_are_passed_over()
    {
        var requests = new List<byte[]>();
        line.OnSent = request =>
        {
            requests.Add(request);
            return requests.Count switch
            {
                1 or 2 => [],
                3 => [(5, [.. Answer(requests[0], 5000), .. Answer(requests[1], 6000), .. Answer(request)])],
                _ => [(5, Answer(request, 2000))],
            };
        };
        master.ReadHolding(1, 0, into);
        master.ReadHolding(1, 0, new ushort[7]);

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([2000, 2001], into);
        Assert.Equal(2u, master.LateReplies);
    }

    [Fact]
    public void A_late_answer_of_another_length_needs_no_read_in_between()
    {
        line.OnSent = request => line.Sent.Count == 1 ? [(130, Answer(request, 5000))] : [(60, Answer(request))];

        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(1, 0, new ushort[5]));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([1000, 1001], into);
        Assert.Equal((1u, 2), (master.LateReplies, line.Sent.Count));
    }

    [Fact]
    public void A_write_does_not_wait_for_telling_apart()
    {
        master.ReadHolding(1, 0, into);
        line.OnSent = request => [(5, Answer(request))];

        Assert.Equal(ModbusResult.Ok, master.WriteSingle(1, 5, 7));

        Assert.Equal(2, line.Sent.Count);
    }

    [Fact]
    public void A_late_echo_of_another_write_is_passed_over()
    {
        line.OnSent = request => line.Sent.Count == 1 ? [(130, Answer(request))] : [(60, Answer(request))];

        Assert.Equal(new(ModbusStatus.Timeout), master.WriteSingle(1, 5, 7));
        Assert.Equal(ModbusResult.Ok, master.WriteSingle(1, 5, 8));

        Assert.Equal(1u, master.LateReplies);
    }

    [Fact]
    public void An_answer_that_is_long_overdue_is_not_waited_for()
    {
        master.ReadHolding(1, 0, into);
        line.Now += 11.Seconds;
        line.OnSent = request => [(5, Answer(request))];

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal(2, line.Sent.Count);
    }

    [Fact]
    public void The_late_answer_of_another_device_is_not_this_ones()
    {
        line.OnSent = request => line.Sent.Count == 1 ? [(130, Answer(request, 5000))] : [(60, Answer(request))];

        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(2, 0, into));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([1000, 1001], into);
    }

    public static TheoryData<string> Bends => ["unit", "function", "bytes", "odd", "crc", "short", "echo"];

    [Theory]
    [MemberData(nameof(Bends))]
    public void An_answer_that_does_not_fit_is_refused_and_the_next_one_is_good(string bend)
    {
        var isBent = true;
        line.OnSent = request => [(5, isBent ? Bent(request, bend) : Answer(request))];

        var result = bend == "echo" ? master.WriteSingle(1, 5, 7) : master.ReadHolding(1, 0, into);
        isBent = false;

        Assert.Equal(new(ModbusStatus.BadReply), result);
        Assert.Equal([11, 22], into);
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));
        Assert.Equal([1000, 1001], into);
    }

    [Fact]
    public void What_follows_a_broken_answer_is_thrown_away_with_it()
    {
        line.OnSent = request => line.Sent.Count == 1
            ? [(5, [9, 9, 9]), (10, Answer(request, 5000)), (30, Answer(request, 6000))]
            : [(5, Answer(request))];

        Assert.Equal(new(ModbusStatus.BadReply), master.ReadHolding(1, 0, into));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal([1000, 1001], into);
    }

    [Fact]
    public void A_device_that_never_stops_talking_costs_its_timeout_and_no_more()
    {
        line.OnSent = _ => Enumerable.Range(0, 100_000).Select(i => (i * 0.5, new byte[] { 0x55 }));
        var before = line.Now;

        Assert.Equal(new(ModbusStatus.BadReply), master.ReadHolding(1, 0, into));
        Assert.InRange(line.Now - before, TimeSpan.Zero, 130.Milliseconds);
        before = line.Now;
        Assert.Equal(new(ModbusStatus.BadReply), master.ReadHolding(1, 0, into));

        Assert.InRange(line.Now - before, TimeSpan.Zero, 130.Milliseconds);
        Assert.Single(line.Sent);
    }

    [Fact]
    public void The_timeout_begins_when_the_request_is_on_the_wire_and_leaves_time_for_the_answer()
    {
        var before = line.Now;

        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(1, 0, new ushort[125]));

        // 8 + 255 characters of 10 bits at 9600 Bd.
        Assert.InRange((line.Now - before).TotalMilliseconds, 373.9, 374.0);
    }

    [Fact]
    public void Every_exception_code_comes_through()
    {
        for (var code = 1; code <= 255; code++)
        {
            line.OnSent = request => [(5, Refusal(request, (byte)code))];

            Assert.Equal(new(ModbusStatus.Exception, (byte)code), master.ReadHolding(1, 0, into));
            Assert.Equal(new(ModbusStatus.Exception, (byte)code), master.WriteSingle(1, 0, 1));
        }
        line.OnSent = request => [(5, Refusal(request, 0))];
        Assert.Equal(new(ModbusStatus.BadReply), master.ReadHolding(1, 0, into));
    }

    [Fact]
    public void On_two_wires_our_own_request_is_heard_before_the_answer()
    {
        using var two = new ModbusRtuMaster(options with { HearsItself = true }, line);
        line.OnSent = request => [(1, request), (5, Answer(request))];
        Assert.Equal(ModbusResult.Ok, two.ReadHolding(1, 0, into));
        Assert.Equal([1000, 1001], into);
        // The echo of a write and its answer are the same bytes.
        Assert.Equal(ModbusResult.Ok, two.WriteSingle(1, 0, 1));

        line.OnSent = request => [(1, request)];
        Assert.Equal(new(ModbusStatus.Timeout), two.WriteSingle(1, 0, 1));

        line.OnSent = request => [(1, [.. request[..3], 0xFF, .. request[4..]]), (5, Answer(request))];
        Assert.Equal(new(ModbusStatus.BadReply), two.WriteSingle(1, 0, 2));
    }

    [Fact]
    public void A_line_that_goes_away_is_opened_again()
    {
        line.OnSent = request => [(5, Answer(request))];
        master.ReadHolding(1, 0, into);
        line.IsLost = true;
        line.CanOpen = false;
        Assert.Equal(new(ModbusStatus.Disconnected), master.ReadHolding(1, 0, into));

        line.CanOpen = true;
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 0, into));

        Assert.Equal(2, line.Opened);
    }

    private static byte[] Bent(byte[] request, string how)
    {
        var right = Answer(request);
        return how switch
        {
            "unit" => Sealed([2, .. right[1..^2]]),
            "function" => Sealed([1, 4, .. right[2..^2]]),
            "bytes" => Sealed(1, 3, 6, 0, 1, 0, 2, 0, 3),
            "odd" => Sealed(1, 3, 3, 0, 1, 0),
            "crc" => [.. right[..^1], (byte)(right[^1] ^ 1)],
            "short" => right[..^1],
            _ => Sealed([.. request[..4], 0, 9]),
        };
    }
}
