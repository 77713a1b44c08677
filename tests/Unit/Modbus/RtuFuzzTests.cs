using ChargeScape.Edge.Hal.Modbus;
using static ChargeScape.Edge.Tests.Unit.Modbus.RtuFrames;
using ChargeScape.Edge.Tests.Fuzz;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>Random and nearly right bytes on a serial line (safety.md row 34), against both sides.</summary>
public sealed class RtuFuzzTests
{
    private const int Inputs = 250_000;

    [Fact]
    public void The_master_finds_an_answer_only_where_one_stands_byte_for_byte()
    {
        var random = new Dice(0x5EED_0101);
        var overdue = new RtuOverdue(TimeSpan.FromSeconds(10));
        var replies = new RtuReplies(overdue);
        var outcomes = new int[4];
        for (var i = 0; i < Inputs; i++)
        {
            byte[] request =
                [(byte)(1 + random.Below(3)), (byte)(random.OneIn(4) ? 6 : 3), 0, 0, 0, (byte)(1 + random.Below(4))];
            if (random.OneIn(50)) overdue.Add(request[0], 3, 5 + 2 * (1 + random.Below(3)), TimeSpan.Zero);
            if (random.OneIn(100)) overdue.Clear(request[0]);
            replies.Begin(request);
            var answer = random.OneIn(5) ? Refusal(request, (byte)random.Below(12)) : Answer(request);
            byte[] bytes = [.. random.OneIn(3) ? Late(random) : [], .. Bent(random, answer)];
            bytes.CopyTo(replies.Free);
            replies.Received(bytes.Length);

            ReplyStep step;
            ReadOnlySpan<byte> frame;
            do outcomes[(int)(step = replies.Next(TimeSpan.Zero, out frame))]++;
            while (step == ReplyStep.Late);

            if (step != ReplyStep.Found) continue;
            Assert.Equal(request[0], frame[0]);
            Assert.Equal(request[1], frame[1] & 0x7F);
            Assert.True(bytes.AsSpan().IndexOf(Sealed(frame.ToArray())) >= 0);
        }

        Assert.All(outcomes, count => Assert.InRange(count, Inputs / 1000, Inputs));
    }

    [Fact]
    public void The_server_takes_only_frames_with_a_good_crc_and_never_jams()
    {
        var random = new Dice(0x5EED_0102);
        var requests = new RtuRequests();
        var (taken, ended) = (0, 0);
        for (var i = 0; i < Inputs; i++)
        {
            byte[] request = random.Below(3) switch
            {
                0 => Sealed(7, 3, 0, 1, 0, 2),
                1 => Sealed(7, 16, 0, 1, 0, 1, 2, 3, 4),
                _ => Late(random),
            };
            request = Bent(random, request);
            request = request[..Math.Min(request.Length, requests.Free.Length)];
            request.CopyTo(requests.Free);
            requests.Received(request.Length);
            while (requests.TryNext(out var frame))
            {
                taken++;
                Assert.InRange(frame.Length, 2, Rtu.MaxFrame - 2);
            }
            Assert.False(requests.Free.IsEmpty);
            if (!random.OneIn(3)) continue;
            ended++;
            if (requests.TryEnd(out var last)) Assert.InRange(last.Length, 2, Rtu.MaxFrame - 2);
            Assert.False(requests.IsPartial && requests.IsBroken);
        }

        Assert.InRange(taken, Inputs / 20, 2 * Inputs);
        Assert.InRange(ended, Inputs / 10, Inputs);
    }

    private static byte[] Late(Dice random) =>
        Answer([(byte)(1 + random.Below(3)), 3, 0, 0, 0, (byte)(1 + random.Below(3))], 7);

    private static byte[] Bent(Dice random, byte[] frame)
    {
        switch (random.Below(8))
        {
            case 0:
                frame[random.Below(frame.Length)] ^= (byte)(1 << random.Below(8));
                return frame;
            case 1:
                return frame[..random.Below(frame.Length)];
            case 2:
                var noise = new byte[random.Below(20)];
                random.Fill(noise);
                return [.. noise, .. frame];
            default:
                return frame;
        }
    }
}
