using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>
/// The mailbox between threads, with a value so large that a reader is often overtaken while it copies.
/// </summary>
public sealed class LatestTests
{
    private const uint Published = 300_000;

    [Fact]
    public void A_value_written_in_place_is_never_seen_half()
    {
        var mailbox = new Latest<Large>();
        var (torn, backwards, seen) = (0, 0, 0u);
        var reader = new Thread(() =>
        {
            var held = default(Large);
            for (uint last = 0, taken = 0; last < Published;)
            {
                if (!mailbox.TryReadUnseen(ref held, ref taken)) continue;
                if (!held.IsWhole) torn++;
                if (held[0] < last) backwards++;
                (last, seen) = (held[0], seen + 1);
            }
        });
        reader.Start();

        for (var i = 1u; i <= Published; i++)
        {
            ref var next = ref mailbox.Next;
            Assert.Equal(i - 1, mailbox.Newest[0]);
            next.Fill(i);
            mailbox.PublishNext();
        }
        reader.Join();

        Assert.Equal((0, 0), (torn, backwards));
        Assert.NotEqual(0u, seen);
    }

    [Fact]
    public void Nothing_is_read_before_the_first_value_is_published()
    {
        var mailbox = new Latest<Large>();
        mailbox.Newest.Fill(7);
        mailbox.Next.Fill(8);
        var held = default(Large);

        var isThere = mailbox.TryRead(ref held);
        mailbox.PublishNext();

        Assert.Equal((false, 0u), (isThere, held[0]));
        Assert.True(mailbox.TryRead(ref held));
        Assert.Equal(8u, held[0]);
    }

    [InlineArray(Size)]
    private struct Large
    {
        public const int Size = 800;
        private uint first;

        public readonly bool IsWhole => !((ReadOnlySpan<uint>)this).ContainsAnyExcept(first);

        public void Fill(uint value) => ((Span<uint>)this).Fill(value);
    }
}
