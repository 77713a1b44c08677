using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>Keeping step with a TCP stream (safety.md row 35), without sockets and so without luck.</summary>
public sealed class MbapRepliesTests
{
    private readonly MbapReplies replies = new();

    [Fact]
    public void A_frame_that_drips_in_is_found_with_its_last_byte()
    {
        var frame = Frame(replies.Begin(4), 1, 3, 2, 0x12, 0x34);

        foreach (var b in frame[..^1])
        {
            Receive(b);
            Assert.Equal(ReplyStep.NeedMore, replies.Next(out _));
        }
        Receive(frame[^1]);

        Assert.Equal(ReplyStep.Found, replies.Next(out var found));
        Assert.Equal([1, 3, 2, 0x12, 0x34], found.ToArray());
        Assert.Equal(ReplyStep.NeedMore, replies.Next(out _));
    }

    [Fact]
    public void Late_replies_are_dropped_and_the_stream_stays_in_step()
    {
        var first = Frame(replies.Begin(4), 1, 3, 2, 0, 1);
        var second = Frame(replies.Begin(4), 1, 3, 2, 0, 2);
        var third = Frame(replies.Begin(4), 1, 3, 2, 0, 3);

        Receive([.. second, .. first, .. third]);

        Assert.Equal(ReplyStep.Late, replies.Next(out _));
        Assert.Equal(ReplyStep.Late, replies.Next(out _));
        Assert.Equal(ReplyStep.Found, replies.Next(out var found));
        Assert.Equal(3, found[^1]);
    }

    [Fact]
    public void A_late_reply_cut_by_the_next_request_is_still_dropped_whole()
    {
        var first = Frame(replies.Begin(6), 1, 3, 4, 0, 1, 0, 1);
        Receive(first.AsSpan(0, 9));
        Assert.Equal(ReplyStep.NeedMore, replies.Next(out _));
        var second = Frame(replies.Begin(6), 1, 3, 4, 0, 2, 0, 2);

        Receive([.. first[9..], .. second]);

        Assert.Equal(ReplyStep.Late, replies.Next(out _));
        Assert.Equal(ReplyStep.Found, replies.Next(out var found));
        Assert.Equal(2, found[^1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(32768)]
    public void A_transaction_id_that_was_not_used_yet_is_out_of_step(int ahead)
    {
        var now = replies.Begin(4);

        Receive(Frame((ushort)(now + ahead), 1, 3, 2, 0, 1));

        Assert.Equal(ReplyStep.Broken, replies.Next(out _));
    }

    [Fact]
    public void An_answer_that_was_there_before_its_request_is_no_answer()
    {
        var first = replies.Begin(4);
        Receive([.. Frame(first, 1, 3, 2, 0, 1), .. Frame((ushort)(first + 1), 1, 3, 2, 6, 6)]);
        Assert.Equal(ReplyStep.Found, replies.Next(out _));

        replies.Begin(4);

        Assert.Equal(ReplyStep.Broken, replies.Next(out _));
    }

    [Fact]
    public void An_answer_that_began_before_its_request_is_no_answer()
    {
        var first = replies.Begin(4);
        var forged = Frame((ushort)(first + 1), 1, 3, 2, 6, 6);
        Receive([.. Frame(first, 1, 3, 2, 0, 1), forged[0]]);
        Assert.Equal(ReplyStep.Found, replies.Next(out _));

        replies.Begin(4);
        Receive(forged.AsSpan(1));

        Assert.Equal(ReplyStep.Broken, replies.Next(out _));
    }

    [Fact]
    public void Ids_of_another_connection_are_not_late_but_out_of_step()
    {
        var old = Frame(replies.Begin(4), 1, 3, 2, 0, 1);
        replies.Reset();
        replies.Begin(4);

        Receive(old);

        Assert.Equal(ReplyStep.Broken, replies.Next(out _));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 0x80)]
    public void Another_protocol_is_out_of_step(int index, byte value)
    {
        var frame = Frame(replies.Begin(4), 1, 3, 2, 0, 1);
        frame[index] = value;

        Receive(frame);

        Assert.Equal(ReplyStep.Broken, replies.Next(out _));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(254, true)]
    [InlineData(255, false)]
    [InlineData(256, false)]
    [InlineData(65535, false)]
    public void Only_lengths_3_to_254_are_frames(int length, bool isFrame)
    {
        var frame = new byte[6 + length];
        var id = replies.Begin(length - 1);
        (frame[0], frame[1], frame[4], frame[5]) = ((byte)(id >> 8), (byte)id, (byte)(length >> 8), (byte)length);

        Receive(frame.AsSpan(0, Math.Min(frame.Length, replies.Free.Length)));

        Assert.Equal(isFrame ? ReplyStep.Found : ReplyStep.Broken, replies.Next(out _));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    [InlineData(250, false)]
    public void A_length_that_cannot_answer_is_known_from_the_header(int pduLength, bool canAnswer)
    {
        var frame = Frame(replies.Begin(10), new byte[1 + pduLength]);

        Receive(frame.AsSpan(0, 6));

        Assert.Equal(canAnswer ? ReplyStep.NeedMore : ReplyStep.Broken, replies.Next(out _));
    }

    [Fact]
    public void Ids_wrap_without_a_stumble()
    {
        for (var i = 0; i < 140_000; i++)
        {
            Receive(Frame(replies.Begin(4), 1, 3, 2, 0, 1));
            Assert.Equal(ReplyStep.Found, replies.Next(out _));
        }
    }

    internal static byte[] Frame(ushort transaction, params ReadOnlySpan<byte> unitAndPdu) =>
        [(byte)(transaction >> 8), (byte)transaction, 0, 0, 0, (byte)unitAndPdu.Length, .. unitAndPdu];

    private void Receive(params ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(replies.Free);
        replies.Received(bytes.Length);
    }
}
