using System.Diagnostics;
using System.Net.Sockets;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Tests.Fuzz;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>
/// Random and nearly right bytes against both sides (safety.md row 34 on TCP). The judge is written apart from the code
/// under test, straight from the specification, and decides for each input what may be accepted.
/// </summary>
public sealed class ModbusFuzzTests
{
    private const int Inputs = 250_000;

    [Fact]
    public void The_master_takes_an_answer_only_if_every_byte_of_it_is_right()
    {
        var random = new Dice(0x5EED_0001);
        var (accepted, refused) = (0, 0);
        var request = new byte[253];
        for (var i = 0; i < Inputs; i++)
        {
            var count = 1 + random.Below(8);
            var values = new ushort[count];
            foreach (ref var v in values.AsSpan()) v = (ushort)random.Next();
            var length = random.Below(4) switch
            {
                0 => ModbusPdu.PutRead(request, 3, (ushort)random.Below(60000), count),
                1 => ModbusPdu.PutRead(request, 4, (ushort)random.Below(60000), count),
                2 => ModbusPdu.PutWriteSingle(request, (ushort)random.Next(), values[0]),
                _ => ModbusPdu.PutWriteMultiple(request, (ushort)random.Below(60000), values),
            };
            var asked = request.AsSpan(0, length);
            var reply = Bend(random, RightAnswer(asked, values));
            var into = new ushort[asked[0] is 3 or 4 ? count : 0];

            var result = ModbusPdu.Check(asked, reply, into);

            Assert.Equal(Judge(asked, reply), result);
            Assert.Equal(result.IsOk && into.Length > 0 ? Words(reply.AsSpan(2)) : new ushort[into.Length], into);
            if (result.IsOk) accepted++; else refused++;
        }

        // Both outcomes were really exercised.
        Assert.InRange(accepted, Inputs / 20, Inputs);
        Assert.InRange(refused, Inputs / 4, Inputs);
    }

    [Fact]
    public void The_master_s_stream_survives_any_bytes_in_any_pieces()
    {
        var random = new Dice(0x5EED_0002);
        var replies = new MbapReplies();
        var outcomes = new int[4];
        ushort transaction = 0;
        for (var i = 0; i < Inputs; i++)
        {
            if (i % 3 == 0) transaction = replies.Begin(6);
            var piece = new byte[random.Below(40)];
            random.Fill(piece);
            if (!random.OneIn(8))
            {
                var id = (ushort)(transaction - (random.OneIn(3) ? random.Below(4) : 0));
                piece = Bend(random, MbapRepliesTests.Frame(id, [1, 3, 4, 1, 2, 3, 4]), oneIn: 6);
            }
            piece = piece[..Math.Min(piece.Length, replies.Free.Length)];
            piece.CopyTo(replies.Free);
            replies.Received(piece.Length);

            ReplyStep step;
            var steps = 0;
            do
            {
                step = replies.Next(out var frame);
                outcomes[(int)step]++;
                Assert.InRange(frame.Length, step == ReplyStep.Found ? 3 : 0, step == ReplyStep.Found ? 254 : 0);
                Assert.InRange(++steps, 1, 60);
            }
            while (step is ReplyStep.Found or ReplyStep.Late);
            if (step == ReplyStep.Broken) replies.Reset();
            else Assert.InRange(replies.Free.Length, 260, 520);
        }

        Assert.All(outcomes, n => Assert.InRange(n, Inputs / 100, int.MaxValue));
    }

    [Fact]
    public void The_server_answers_any_request_within_a_frame_and_asks_the_device_only_for_what_is_valid()
    {
        var random = new Dice(0x5EED_0003);
        var device = new RegisterFile(0x1000);
        var reply = new byte[253];
        var executed = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var request = AnyRequest(random);
            var before = device.Calls;

            var length = ModbusAnswer.To(request, (byte)random.Next(), device, reply);

            var expected = ExpectedRefusal(request);
            Assert.Equal(expected == 0 ? before + 1 : before, device.Calls);
            if (expected != 0) Assert.Equal([(byte)(request[0] | 0x80), expected], reply[..length]);
            else if (reply[0] == request[0]) Assert.Equal(request[0] is 3 or 4 ? 2 + 2 * Word(request, 3) : 5, length);
            else Assert.Equal([(byte)(request[0] | 0x80), 2], reply[..length]);
            executed += expected == 0 ? 1 : 0;
        }

        Assert.InRange(executed, Inputs / 20, Inputs);
    }

    [Fact]
    public void The_server_s_stream_survives_any_bytes_in_any_pieces()
    {
        var random = new Dice(0x5EED_0004);
        var device = new RegisterFile(0x1000);
        var requests = new MbapRequests(device);
        var outcomes = new int[3];
        for (var i = 0; i < Inputs; i++)
        {
            var pdu = AnyRequest(random);
            var frame = MbapRepliesTests.Frame((ushort)i, [9, .. pdu]);
            var piece = random.OneIn(20) ? pdu : Bend(random, frame, oneIn: 12);
            piece = piece[..Math.Min(piece.Length, requests.Free.Length)];
            piece.CopyTo(requests.Free);
            requests.Received(piece.Length);

            RequestStep step;
            var steps = 0;
            do
            {
                step = requests.Serve(isSilent: false);
                outcomes[(int)step]++;
                Assert.InRange(requests.Answers.Length, 0, 8 * 260);
                requests.Sent();
                Assert.InRange(++steps, 1, 200);
            }
            while (step == RequestStep.Full);
            if (step == RequestStep.Broken) requests = new(device);
            else Assert.InRange(requests.Free.Length, 780, 1040);
        }

        Assert.InRange(outcomes[(int)RequestStep.NeedMore], Inputs / 10, int.MaxValue);
        Assert.InRange(outcomes[(int)RequestStep.Broken], Inputs / 100, int.MaxValue);
    }

    [Fact]
    public void A_real_server_outlives_a_crowd_of_garbage()
    {
        var random = new Dice(0x5EED_0005);
        using var server = new ModbusTcpServer(new RegisterFile(0x1000), new() { MaxClients = 4 });
        for (var i = 0; i < 300; i++)
        {
            using var vandal = ModbusTcpServerTests.Client(server);
            var garbage = new byte[1 + random.Below(2000)];
            random.Fill(garbage);
            vandal.Send(garbage, SocketFlags.None, out _);
        }

        // While vandals are still in the listen queue, an honest client may find all places taken.
        Assert.True(SpinWait.SpinUntil(() => ModbusTcpServerTests.IsServed(server), 20_000));
    }

    [Fact]
    public void A_real_master_outlives_a_server_of_garbage()
    {
        var random = new Dice(0x5EED_0006);
        using var server = new RawServer((_, s) =>
        {
            RawServer.Request(s);
            var garbage = new byte[1 + random.Below(600)];
            random.Fill(garbage);
            s.Send(garbage);
            s.Shutdown(SocketShutdown.Send);
        });
        using var master = new ModbusTcpMaster(new("127.0.0.1", server.Port)
        {
            Timeout = 20.Seconds, ConnectTimeout = 20.Seconds,
            BackOff = 1.Milliseconds, MaxBackOff = 1.Milliseconds,
        });
        ushort[] into = [11];
        // Counted by what the server answered: between two of them the master may say "not sent" any number of times.
        for (var patience = Stopwatch.StartNew(); server.Connections < 500;)
        {
            Assert.NotEqual(ModbusStatus.Ok, master.ReadHolding(1, 0, into).Status);
            Assert.Equal(11, into[0]);
            Assert.True(patience.Elapsed < 2.Minutes, $"{server.Connections} connections in two minutes");
        }
    }

    /// <summary>Nothing, one bit, one byte, a piece cut off, a piece added, or something else altogether.</summary>
    private static byte[] Bend(Dice random, byte[] right, int oneIn = 2)
    {
        if (!random.OneIn(oneIn)) return right;
        byte[] bent = [.. right];
        switch (random.Below(5))
        {
            case 0: bent[random.Below(bent.Length)] ^= (byte)(1 << random.Below(8)); return bent;
            case 1: bent[random.Below(bent.Length)] = (byte)random.Next(); return bent;
            case 2: return bent[..random.Below(bent.Length)];
            case 3: return [.. bent, .. bent[..(1 + random.Below(bent.Length))]];
            default: random.Fill(bent); return bent;
        }
    }

    private static byte[] RightAnswer(ReadOnlySpan<byte> asked, ushort[] values) => asked[0] is 3 or 4
        ? [asked[0], (byte)(2 * values.Length), .. values.SelectMany(v => new[] { (byte)(v >> 8), (byte)v })]
        : [.. asked[..5]];

    private static ModbusResult Judge(ReadOnlySpan<byte> asked, byte[] reply)
    {
        var bad = new ModbusResult(ModbusStatus.BadReply);
        if (reply.Length < 2) return bad;
        if (reply[0] == asked[0] + 0x80)
            return reply.Length == 2 && reply[1] > 0 ? new(ModbusStatus.Exception, reply[1]) : bad;
        if (reply[0] != asked[0]) return bad;
        var isRight = asked[0] is 3 or 4
            ? reply[1] == 2 * Word(asked, 3) && reply.Length == 2 + reply[1]
            : reply.Length == 5 && Word(reply, 1) == Word(asked, 1) && Word(reply, 3) == Word(asked, 3);
        return isRight ? ModbusResult.Ok : bad;
    }

    private static byte[] AnyRequest(Dice random)
    {
        var count = random.OneIn(4) ? random.Below(300) : 1 + random.Below(20);
        var start = random.OneIn(4) ? 65536 - random.Below(300) : random.Below(0x1100);
        byte[] head = [0, (byte)(start >> 8), (byte)start, (byte)(count >> 8), (byte)count];
        head[0] = random.Below(5) switch { 0 => 3, 1 => 4, 2 => 6, 3 => 16, _ => (byte)random.Next() };
        byte[] right = head[0] == 16 ? [.. head, (byte)(2 * count), .. new byte[Math.Min(247, 2 * count)]] : head;
        var bent = Bend(random, right, oneIn: 4);
        return bent.Length is 0 or > 253 ? head : bent;
    }

    /// <summary>Exception code the bytes alone call for; 0 when the device is to be asked.</summary>
    private static byte ExpectedRefusal(byte[] request)
    {
        if (request[0] is not (3 or 4 or 6 or 16)) return 1;
        if (request.Length < 5) return 3;
        if (request[0] == 6) return (byte)(request.Length == 5 ? 0 : 3);
        var count = Word(request, 3);
        var isSound = request[0] == 16
            ? count is >= 1 and <= 123 && request.Length == 6 + 2 * count && request[5] == 2 * count
            : request.Length == 5 && count is >= 1 and <= 125;
        if (!isSound) return 3;
        return (byte)(Word(request, 1) + count > 65536 ? 2 : 0);
    }

    private static int Word(ReadOnlySpan<byte> bytes, int at) => bytes[at] << 8 | bytes[at + 1];

    private static ushort[] Words(ReadOnlySpan<byte> bytes)
    {
        var words = new ushort[bytes.Length / 2];
        for (var i = 0; i < words.Length; i++) words[i] = (ushort)Word(bytes, 2 * i);
        return words;
    }
}
