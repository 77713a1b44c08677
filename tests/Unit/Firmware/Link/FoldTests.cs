using ChargeScape.Edge.Firmware.Link;
using ChargeScape.Edge.Firmware.Supervisor;

namespace ChargeScape.Edge.Tests.Unit.Firmware.Link;

public sealed class FoldTests
{
    private static readonly ushort[] parts = [Fold.InputsRead, Fold.EnvelopeComputed, Fold.OutputsWritten];

    [Fact]
    public void No_nonce_forgives_a_skipped_a_doubled_or_a_displaced_part_in_ways_of_up_to_six()
    {
        // A way of n parts turns the nonce by 5n bits and adds a constant of its own, so it agrees with the right way for
        // some nonce only if the two constants differ by a value that the two turns can make. Exactly, not by sampling.
        for (var length = 0; length <= 6; length++)
        {
            var reachable = new bool[0x10000];
            for (var nonce = 0; nonce < 0x10000; nonce++) reachable[Turned(nonce, 5 * length) ^ Turned(nonce, 15)] = true;
            foreach (var way in Ways(length).Where(way => !way.SequenceEqual(parts)))
            {
                var differs = way.Aggregate((ushort)0, Fold.Next) ^ Fold.Of(0);
                Assert.False(reachable[differs], $"{string.Join(',', way)} passes for some nonce");
            }
        }
    }

    [Fact]
    public void The_right_way_is_the_only_one_that_is_folded_right()
    {
        var nonce = (ushort)0xBEEF;

        Assert.Equal(Fold.Of(nonce), parts.Aggregate(nonce, Fold.Next));
        Assert.NotEqual(Fold.Of(nonce), parts.Reverse().Aggregate(nonce, Fold.Next));
    }

    [Fact]
    public void Every_nonce_but_zero_comes_before_any_comes_again()
    {
        var seen = new HashSet<ushort>();
        for (ushort nonce = 1; seen.Add(nonce); nonce = AnswerWatch.After(nonce)) { }

        Assert.Equal(0xFFFF, seen.Count);
        Assert.DoesNotContain((ushort)0, seen);
    }

    private static int Turned(int value, int bits) =>
        bits % 16 is var turn and > 0 ? (value << turn | value >> 16 - turn) & 0xFFFF : value;

    private static IEnumerable<ushort[]> Ways(int length) => length == 0
        ? [[]]
        : Ways(length - 1).SelectMany(way => parts.Select(part => (ushort[])[.. way, part]));
}
