using System.Text;
using System.Text.RegularExpressions;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Tests.Unit.Can;

public sealed partial class SlcanTextTests
{
    private const int Inputs = 200_000;

    [Theory]
    [InlineData("t1028AABBCCDD00112233", "102#AABBCCDD00112233")]
    [InlineData("t1020", "102#")]
    [InlineData("t7ff1aB", "7FF#AB")]
    [InlineData("T029A3FF021234", "029A3FF0#1234")]
    [InlineData("T1FFFFFFF0", "1FFFFFFF#")]
    public void A_data_frame_is_read(string line, string frame)
    {
        Assert.Equal(SlcanKind.Frame, Read(line, out var read));
        Assert.Equal(frame, read.ToString());
    }

    [Theory]
    [InlineData("r1028", 0x102u, 8)]
    [InlineData("R029A3FF00", 0x029A_3FF0u, 0)]
    public void A_remote_request_is_told_from_a_frame(string line, uint id, byte length)
    {
        Assert.Equal(SlcanKind.Remote, Read(line, out var read));
        Assert.Equal((id, length), (read.Id, read.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("z")]
    [InlineData("Z")]
    public void An_adapters_answer_is_no_frame_and_no_fault(string line) =>
        Assert.Equal(SlcanKind.Answer, Read(line, out _));

    [Theory]
    [InlineData("t8000")]                        // identifier above 11 bits
    [InlineData("T200000000")]                   // identifier above 29 bits
    [InlineData("t1029AABBCCDD0011223344")]      // more than 8 bytes
    [InlineData("t102A")]                        // length is no decimal digit
    [InlineData("t1021A")]                       // half a byte
    [InlineData("t1021AABB")]                    // more bytes than the length
    [InlineData("t1022AA")]                      // fewer bytes than the length
    [InlineData("t10G0")]                        // no hexadecimal digit
    [InlineData("t1021G0")]
    [InlineData("t1020 ")]
    [InlineData("\nt1020")]
    [InlineData("t102")]
    [InlineData("t")]
    [InlineData("r1021AA")]                      // a remote request has no bytes
    [InlineData("t10201234")]                    // time stamp
    [InlineData("zz")]
    [InlineData("x")]
    public void A_line_that_is_not_of_the_protocol_is_bad(string line)
    {
        Assert.Equal(SlcanKind.Bad, Read(line, out var read));
        Assert.Equal(default, read);
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var chance = new Random(20);
        Span<byte> bytes = stackalloc byte[8];
        Span<byte> line = stackalloc byte[SlcanText.LongestLine];
        for (var i = 0; i < 10_000; i++)
        {
            var isExtended = chance.Next(2) == 0;
            chance.NextBytes(bytes);
            var id = (uint)chance.Next(isExtended ? 0x2000_0000 : 0x800);
            var frame = new CanFrame(id, bytes[..chance.Next(9)], isExtended);

            var length = SlcanText.Write(frame, isRemote: false, line);

            Assert.Equal(SlcanText.Return, line[length - 1]);
            Assert.Equal(SlcanKind.Frame, SlcanText.Read(line[..(length - 1)], out var read));
            Assert.Equal(frame, read);
        }
    }

    [Fact]
    public void Any_bytes_give_just_the_frames_that_the_grammar_allows()
    {
        // The oracle is the grammar written once more, as regular expressions over the whole stream.
        var chance = new Random(2024);
        var lines = new SlcanLines();
        var frames = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var stream = Mutated(chance);

            var seen = Frames(lines, stream, chance);

            var expected = stream.Split('\r')[..^1].Where(line => DataFrame().IsMatch(line)).Select(Normal);
            Assert.True(expected.SequenceEqual(seen), $"input {i}: {Uri.EscapeDataString(stream)}");
            frames += seen.Count;
            lines.Clear();
        }
        Assert.InRange(frames, Inputs / 10, Inputs * 10);
    }

    [Fact]
    public void A_line_in_pieces_is_the_same_line()
    {
        var lines = new SlcanLines();
        var stream = "t1028AABBCCDD00112233\rT029A3FF021234\rz\r"u8.ToArray();
        for (var cut = 0; cut <= stream.Length; cut++)
        {
            var seen = new List<string>();
            foreach (var piece in new[] { stream[..cut], stream[cut..] }) seen.AddRange(Ends(lines, piece));

            Assert.Equal(["Return t1028AABBCCDD00112233", "Return T029A3FF021234", "Return z"], seen);
        }
    }

    [Fact]
    public void A_line_without_end_keeps_no_more_than_the_longest_line_and_the_next_one_is_whole()
    {
        var lines = new SlcanLines();
        var flood = new byte[100_000];
        Array.Fill(flood, (byte)'t');

        Assert.Empty(Ends(lines, flood));
        Assert.True(lines.Line.Length <= SlcanText.LongestLine);
        var ends = Ends(lines, "tttt\rt1020\r"u8.ToArray()).Select(WithoutContentOfTooLong);
        Assert.Equal(["TooLong ", "Return t1020"], ends);
    }

    [Fact]
    public void A_bell_ends_what_stood_before_it()
    {
        Assert.Equal(["Bell t10", "Return t1020", "Bell "], Ends(new SlcanLines(), "t10\at1020\r\a"u8.ToArray()));
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var lines = new SlcanLines();
        var stream = Encoding.ASCII.GetBytes("t1028AABBCCDD00112233\rbad\r\aT029A3FF021234\r");
        var line = new byte[SlcanText.LongestLine];

        var bytes = Allocated.By(() =>
        {
            ReadOnlySpan<byte> left = stream;
            while (lines.Take(ref left) != SlcanEnd.Open)
            {
                if (SlcanText.Read(lines.Line, out var frame) == SlcanKind.Frame) SlcanText.Write(frame, false, line);
            }
        });

        Assert.Equal(0, bytes);
    }

    private static SlcanKind Read(string line, out CanFrame frame) =>
        SlcanText.Read(Encoding.Latin1.GetBytes(line), out frame);

    private static string Mutated(Random chance)
    {
        const string likely = "tTrR0123456789ABCDEFabcdefzZ\r\r\aOCSxG \n\0\u00ff";
        var stream = new StringBuilder();
        for (var n = chance.Next(1, 4); n > 0; n--)
        {
            var length = chance.Next(9);
            stream.Append(chance.Next(2) == 0 ? $"t{chance.Next(0x800):X3}" : $"T{chance.Next(0x20000000):x8}");
            stream.Append(length);
            for (var i = 0; i < length; i++) stream.Append($"{chance.Next(256):X2}");
            stream.Append('\r');
        }
        for (var n = chance.Next(4); n > 0; n--)
        {
            var at = chance.Next(stream.Length);
            switch (chance.Next(3))
            {
                case 0: stream[at] = likely[chance.Next(likely.Length)]; break;
                case 1: stream.Insert(at, likely[chance.Next(likely.Length)]); break;
                default: stream.Remove(at, 1); break;
            }
            if (stream.Length == 0) stream.Append('t');
        }
        return stream.ToString();
    }

    /// <summary>
    /// Feeds a stream in pieces of chance length. A bell ends a line without making one, so it counts as an end that
    /// the oracle drops.
    /// </summary>
    private static List<string> Frames(SlcanLines lines, string stream, Random chance)
    {
        var bytes = Encoding.Latin1.GetBytes(stream);
        var seen = new List<string>();
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(chance.Next(1, 40), bytes.Length - at);
            ReadOnlySpan<byte> left = bytes.AsSpan(at, count);
            SlcanEnd end;
            while ((end = lines.Take(ref left)) != SlcanEnd.Open)
            {
                var isFrame = SlcanText.Read(lines.Line, out var frame) == SlcanKind.Frame;
                if (end == SlcanEnd.Return && isFrame) seen.Add(frame.ToString());
            }
            at += count;
        }
        return seen;
    }

    private static IEnumerable<string> Ends(SlcanLines lines, byte[] bytes)
    {
        var seen = new List<string>();
        ReadOnlySpan<byte> left = bytes;
        SlcanEnd end;
        while ((end = lines.Take(ref left)) != SlcanEnd.Open)
        {
            seen.Add($"{end} {Encoding.Latin1.GetString(lines.Line)}");
        }
        return seen;
    }

    private static string WithoutContentOfTooLong(string end) =>
        end.StartsWith("TooLong", StringComparison.Ordinal) ? "TooLong " : end;

    /// <summary>As <see cref="CanFrame.ToString"/> gives it.</summary>
    private static string Normal(string line)
    {
        var frame = line[(line.LastIndexOf('\a') + 1)..];
        var idDigits = frame[0] == 'T' ? 8 : 3;
        return $"{frame.Substring(1, idDigits).ToUpperInvariant()}#{frame[(idDigits + 2)..].ToUpperInvariant()}";
    }

    [GeneratedRegex(
        """
        (?x)^(.*\a)?                              # what a bell ended
        (t[0-7][0-9A-Fa-f]{2}|T[01][0-9A-Fa-f]{7})
        (0|1[0-9A-Fa-f]{2}|2([0-9A-Fa-f]{2}){2}|3([0-9A-Fa-f]{2}){3}|4([0-9A-Fa-f]{2}){4}
        |5([0-9A-Fa-f]{2}){5}|6([0-9A-Fa-f]{2}){6}|7([0-9A-Fa-f]{2}){7}|8([0-9A-Fa-f]{2}){8})\z
        """, RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DataFrame();
}
