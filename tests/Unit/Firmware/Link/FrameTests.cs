using System.Text.Json;
using ChargeScape.Edge.Firmware.Link;

namespace ChargeScape.Edge.Tests.Unit.Firmware.Link;

public sealed class FrameTests
{
    private const uint Hash = 0x1234ABCD;
    private readonly byte[] plain = new byte[Frame.Longest];
    private readonly byte[] wire = new byte[Frame.LongestOnWire];
    private readonly FrameReceiver receiver = new();

    [Fact]
    public void The_crc_is_the_one_of_its_name()
    {
        Assert.Equal(0x29B1, Crc16.Over("123456789"u8.ToArray(), 0, 9));
        Assert.Equal(0xFFFF, Crc16.Over([], 0, 0));
    }

    [Theory]
    [InlineData("", "0100")]
    [InlineData("00", "010100")]
    [InlineData("0000", "01010100")]
    [InlineData("112200", "0311220100")]
    [InlineData("11220033", "031122023300")]
    [InlineData("11223344", "051122334400")]
    public void Cobs_stuffs_like_the_paper_says(string bytes, string stuffed)
    {
        var before = Convert.FromHexString(bytes);
        var there = new byte[before.Length + 2];

        var count = Cobs.Encode(before, before.Length, there);

        Assert.Equal(stuffed, Convert.ToHexString(there, 0, count));
        Assert.Equal(before.Length, Cobs.Decode(there, count - 1));
        Assert.Equal(before, there[..before.Length]);
    }

    [Fact]
    public void The_golden_frames_are_written_and_read_byte_by_byte()
    {
        var vectors = JsonDocument.Parse(File.ReadAllText(
            RepositoryRoot.File("firmware", "Link", "vectors.json"))).RootElement;

        foreach (var vector in vectors.GetProperty("questions").EnumerateArray())
        {
            var question = Question(vector);
            var count = question.Encode(Hash32(vector), plain, wire);
            Assert.Equal(vector.GetProperty("wire").GetString(), Convert.ToHexString(wire, 0, count));
            Assert.Equal(FrameResult.Whole, Receive(wire.AsSpan(0, count)));
            Assert.Equal(FrameKind.Question, receiver.Kind);
            Assert.Equal(Hash32(vector), Frame.ConfigHash(receiver.Plain));
            Assert.Equal(question, Edge.Firmware.Link.Question.Decode(receiver.Plain));
        }
        foreach (var vector in vectors.GetProperty("answers").EnumerateArray())
        {
            var answer = Answer(vector);
            var count = answer.Encode(Hash32(vector), plain, wire);
            Assert.Equal(vector.GetProperty("wire").GetString(), Convert.ToHexString(wire, 0, count));
            Assert.Equal(FrameResult.Whole, Receive(wire.AsSpan(0, count)));
            Assert.Equal(FrameKind.Answer, receiver.Kind);
            Assert.Equal(answer, Edge.Firmware.Link.Answer.Decode(receiver.Plain));
            Assert.Equal(answer.Fold, Fold.Of(Convert.ToUInt16(vector.GetProperty("nonce").GetString(), 16)));
        }
    }

    [Fact]
    public void A_frame_with_any_one_bit_changed_is_no_frame()
    {
        var count = new Answer { Sequence = 7, Fold = 0xBEEF, Cycle = 1, CommandDeciA = 100, WantsClosed = true }
            .Encode(Hash, plain, wire);
        for (var bit = 0; bit < 8 * (count - 1); bit++)
        {
            var broken = wire[..count];
            broken[bit / 8] ^= (byte)(1 << bit % 8);
            // A bit that makes a zero cuts the frame in two; what is left of it is bad as well.
            Assert.DoesNotContain(Results(broken), result => result is FrameResult.Whole or FrameResult.OtherVersion);
        }
    }

    [Fact]
    public void A_receiver_is_in_step_again_after_garbage_of_any_length()
    {
        var count = new Answer { Sequence = 1 }.Encode(Hash, plain, wire);
        foreach (var garbage in new[] { 1, 5, 22, 23, 24, 100, 1000 })
        {
            Assert.Equal(FrameResult.Bad, Results([.. Enumerable.Repeat((byte)0x55, garbage), 0]).Last());
            Assert.Equal(FrameResult.Whole, Receive(wire.AsSpan(0, count)));
        }
    }

    [Fact]
    public void A_frame_of_another_version_is_told_from_a_garbled_one()
    {
        Frame.PutHead(plain, FrameKind.Answer, 1, Hash);
        plain[0] = Frame.Version + 1;
        var count = Frame.Close(plain, Frame.Head + 3, wire);

        Assert.Equal(FrameResult.OtherVersion, Receive(wire.AsSpan(0, count)));
    }

    [Theory]
    [InlineData(FrameKind.Question, Edge.Firmware.Link.Answer.Length)]
    [InlineData(FrameKind.Answer, Edge.Firmware.Link.Question.Length)]
    [InlineData((FrameKind)0, Edge.Firmware.Link.Answer.Length)]
    public void A_kind_of_another_length_is_bad_although_its_crc_holds(FrameKind kind, int body)
    {
        Frame.PutHead(plain, kind, 1, Hash);
        var count = Frame.Close(plain, Frame.Head + body, wire);

        Assert.Equal(FrameResult.Bad, Receive(wire.AsSpan(0, count)));
    }

    [Fact]
    public void A_wish_that_is_neither_yes_nor_no_is_no()
    {
        new Answer { WantsClosed = true }.Encode(Hash, plain, wire);
        plain[Frame.Head + 8] = 3;
        var count = Frame.Close(plain, Frame.Head + Edge.Firmware.Link.Answer.Length, wire);

        Assert.Equal(FrameResult.Whole, Receive(wire.AsSpan(0, count)));
        Assert.False(Edge.Firmware.Link.Answer.Decode(receiver.Plain).WantsClosed);
    }

    private FrameResult Receive(ReadOnlySpan<byte> bytes) => Results(bytes.ToArray()).Last();

    private List<FrameResult> Results(byte[] bytes) => [.. bytes.Select(receiver.Push)];

    private static uint Hash32(JsonElement vector) =>
        Convert.ToUInt32(vector.GetProperty("configHash").GetString(), 16);

    private static Question Question(JsonElement vector) => new()
    {
        Sequence = vector.GetProperty("sequence").GetByte(),
        Nonce = Convert.ToUInt16(vector.GetProperty("nonce").GetString(), 16),
        Standing = Convert.ToUInt16(vector.GetProperty("standing").GetString(), 16),
        Latched = Convert.ToUInt16(vector.GetProperty("latched").GetString(), 16),
        CurrentDeciA = vector.GetProperty("currentDeciA").GetInt16(),
        TemperatureDeciC = vector.GetProperty("temperatureDeciC").GetInt16(),
        Lines = (SupervisorLines)vector.GetProperty("lines").GetByte(),
    };

    private static Answer Answer(JsonElement vector) => new()
    {
        Sequence = vector.GetProperty("sequence").GetByte(),
        Fold = Convert.ToUInt16(vector.GetProperty("fold").GetString(), 16),
        Cycle = vector.GetProperty("cycle").GetUInt32(),
        CommandDeciA = vector.GetProperty("commandDeciA").GetInt16(),
        WantsClosed = vector.GetProperty("wantsClosed").GetBoolean(),
    };
}
