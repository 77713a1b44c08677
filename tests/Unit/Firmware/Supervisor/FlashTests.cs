using System.Security.Cryptography;
using ChargeScape.Edge.Firmware.Supervisor;

namespace ChargeScape.Edge.Tests.Unit.Firmware.Supervisor;

public sealed class FlashTests
{
    private static readonly byte[] key = [.. Enumerable.Range(0, Ceilings.KeyLength).Select(i => (byte)(7 * i))];

    private static readonly Ceilings signed = new()
    {
        Commissioning = 3, ConfigHash = 0xC0FFEE01, ReactionMs = 1000, MaxChargeDeciA = 320, MaxDischargeDeciA = 200,
        MaxTemperatureDeciC = 850, MinSupplyMilliV = 4500,
    };

    [Fact]
    public void The_digest_and_its_keyed_form_are_those_of_the_standard()
    {
        var chance = new Random(1);
        for (var length = 0; length < 200; length++)
        {
            var message = new byte[length];
            chance.NextBytes(message);
            Assert.Equal(SHA256.HashData(message), Sha256.Of(message));
            Assert.Equal(HMACSHA256.HashData(key, message), Sha256.Hmac(key, message, length));
        }
    }

    [Fact]
    public void Ceilings_come_back_as_they_were_signed_and_with_any_bit_changed_not_at_all()
    {
        var block = new byte[Ceilings.Length];
        signed.Encode(block, key);

        Assert.True(Ceilings.TryDecode(block, key, out var read));
        Assert.Equal(signed, read);
        for (var bit = 0; bit < 8 * Ceilings.Length; bit++)
        {
            block[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(Ceilings.TryDecode(block, key, out read));
            Assert.Equal(default, read);
            block[bit / 8] ^= (byte)(1 << bit % 8);
        }
        Assert.False(Ceilings.TryDecode(block, new byte[Ceilings.KeyLength], out _));
        Assert.False(Ceilings.TryDecode(block[..40], key, out _));
        Assert.False(Ceilings.TryDecode(block, [1], out _));
    }

    public static TheoryData<string> Senseless =>
        ["reaction", "charge", "discharge", "negative", "cold", "hot", "supply"];

    [Theory]
    [MemberData(nameof(Senseless))]
    public void Ceilings_that_make_no_sense_are_none_though_they_are_sealed(string which)
    {
        var senseless = which switch
        {
            "reaction" => signed with { ReactionMs = 99 },
            "charge" => signed with { MaxChargeDeciA = 10001 },
            "discharge" => signed with { MaxDischargeDeciA = 10001 },
            "negative" => signed with { MaxDischargeDeciA = -1 },
            "cold" => signed with { MaxTemperatureDeciC = 299 },
            "hot" => signed with { MaxTemperatureDeciC = 1501 },
            _ => signed with { MinSupplyMilliV = 999 },
        };
        var block = new byte[Ceilings.Length];
        senseless.Encode(block, key);

        Assert.False(Ceilings.TryDecode(block, key, out _));
    }

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(2, 1, 2)]
    [InlineData(0xFFFF, 0, 0)]
    [InlineData(0, 0xFFFF, 0)]
    public void Of_two_whole_copies_the_newer_counts(int first, int second, int expected)
    {
        var read = StoredLatches.Decode(Copy((ushort)first), Copy((ushort)second));

        Assert.True(read.IsKnown);
        Assert.Equal(expected, read.Count);
    }

    [Fact]
    public void A_cut_in_the_middle_of_a_write_leaves_the_other_copy_and_two_broken_ones_are_unknown()
    {
        var (good, cut) = (Copy(4), Copy(5));
        for (var written = 0; written < StoredLatches.Length; written++)
        {
            var half = new byte[StoredLatches.Length];
            cut.AsSpan(0, written).CopyTo(half);
            if (half.SequenceEqual(cut)) continue;
            Assert.Equal(4, StoredLatches.Decode(good, half).Count);
            Assert.Equal(4, StoredLatches.Decode(half, good).Count);
            Assert.False(StoredLatches.Decode(half, half).IsKnown);
        }
        var erased = Enumerable.Repeat((byte)0xFF, StoredLatches.Length).ToArray();
        Assert.False(StoredLatches.Decode(erased, erased).IsKnown);
    }

    private static byte[] Copy(ushort count)
    {
        var copy = new byte[StoredLatches.Length];
        new StoredLatches { Count = count, Latched = Fault.OverCurrent, Commissioning = 3 }.Encode(copy);
        return copy;
    }
}
