using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Tests.Fuzz;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

public sealed class FieldTests
{
    public static TheoryData<Encoding, ushort[], double> Known => new()
    {
        { Encoding.U16, [0xFFFE], 65534 },
        { Encoding.S16, [0xFFFE], -2 },
        { Encoding.U32, [0xFFFF, 0xFFFE], 4294967294 },
        { Encoding.S32, [0xFFFF, 0xFFFE], -2 },
        { Encoding.S32, [0x0001, 0x0002], 65538 },
        { Encoding.U64, [0x0001, 0x0002, 0x0003, 0x0004], 281483566841860 },
        { Encoding.U64, [0x8000, 0x0000, 0x0000, 0x0000], 9223372036854775808 },
        { Encoding.S64, [0xFFFF, 0xFFFF, 0xFFFF, 0xFFFD], -3 },
        { Encoding.F32, [0x4248, 0x0000], 50.0 },
        { Encoding.F32, [0xC2F6, 0xE979], -123.45600128173828 },
        { Encoding.F64, [0x4049, 0x0000, 0x0000, 0x0000], 50.0 },
    };

    [Theory, MemberData(nameof(Known))]
    public void Known_registers_decode_and_encode_back(Encoding encoding, ushort[] registers, double value)
    {
        var field = new Field(100, encoding);
        var back = new ushort[registers.Length];

        Assert.Equal(value, field.Decode(registers, 100));
        Assert.True(field.TryEncode(value, back, 100));

        Assert.Equal(registers, back);
    }

    [Theory, MemberData(nameof(Known))]
    public void The_other_word_order_is_the_registers_reversed(Encoding encoding, ushort[] registers, double value)
    {
        var field = new Field(100, encoding, WordOrder: WordOrder.LowFirst);
        ushort[] reversed = [.. registers.Reverse()];
        var back = new ushort[registers.Length];

        Assert.Equal(value, field.Decode(reversed, 100));
        Assert.True(field.TryEncode(value, back, 100));

        Assert.Equal(reversed, back);
    }

    [Fact]
    public void Scale_and_sign_turn_counts_into_the_product_s_units()
    {
        ushort[] registers = [0, 250];

        Assert.Equal(25, new Field(501, Encoding.U16, Scale: 0.1).Decode(registers, 500));
        Assert.Equal(-25, new Field(501, Encoding.U16, Scale: 0.1, Sign: Sign.Reversed).Decode(registers, 500));
        Assert.Equal(-250, new Field(501, Encoding.S16, Scale: -1).Decode(registers, 500));
    }

    [Fact]
    public void A_reversed_zero_is_zero_and_not_minus_zero()
    {
        var zero = new Field(0, Encoding.S16, Sign: Sign.Reversed).Decode([0], 0);

        Assert.False(double.IsNegative(zero!.Value));
    }

    [Theory]
    [InlineData(Encoding.U16, 0xFFFF, new ushort[] { 0xFFFF })]
    [InlineData(Encoding.S16, 0x8000, new ushort[] { 0x8000 })]
    [InlineData(Encoding.S16, -32768, new ushort[] { 0x8000 })]
    [InlineData(Encoding.U32, 0xFFFFFFFF, new ushort[] { 0xFFFF, 0xFFFF })]
    [InlineData(Encoding.S32, int.MinValue, new ushort[] { 0x8000, 0 })]
    [InlineData(Encoding.U64, -1, new ushort[] { 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF })]
    [InlineData(Encoding.S64, long.MinValue, new ushort[] { 0x8000, 0, 0, 0 })]
    public void No_value_is_null_and_is_not_written_by_accident(
        Encoding encoding, long notAvailable, ushort[] registers)
    {
        var field = new Field(0, encoding, NotAvailable: notAvailable);
        var bare = new Field(0, encoding);

        Assert.Null(field.Decode(registers, 0));
        var value = bare.Decode(registers, 0);
        Assert.NotNull(value);

        Assert.False(field.TryEncode(value.Value, new ushort[registers.Length], 0));
    }

    [Theory]
    [InlineData(new ushort[] { 0x7FC0, 0x0000 })]
    [InlineData(new ushort[] { 0xFFFF, 0xFFFF })]
    [InlineData(new ushort[] { 0x7F80, 0x0000 })]
    [InlineData(new ushort[] { 0xFF80, 0x0000 })]
    public void NaN_and_infinity_are_no_value(ushort[] registers) =>
        Assert.Null(new Field(0, Encoding.F32).Decode(registers, 0));

    [Fact]
    public void A_value_too_large_for_a_double_after_scaling_is_no_value() =>
        Assert.Null(new Field(0, Encoding.F64, Scale: 1e10).Decode([0x7FEF, 0xFFFF, 0xFFFF, 0xFFFF], 0));

    [Theory]
    [InlineData(Encoding.U16, 0, 65535)]
    [InlineData(Encoding.S16, -32768, 32767)]
    [InlineData(Encoding.U32, 0, 4294967295)]
    [InlineData(Encoding.S32, -2147483648, 2147483647)]
    public void What_does_not_fit_is_refused_and_nothing_is_written(Encoding encoding, double min, double max)
    {
        var field = new Field(0, encoding);
        ushort[] registers = [7, 7];

        foreach (var value in (double[])[min - 1, max + 1, min - 0.6, max + 0.6, double.NaN, double.PositiveInfinity])
            Assert.False(field.TryEncode(value, registers, 0));

        Assert.Equal([7, 7], registers);
        Assert.True(field.TryEncode(min, registers, 0));
        Assert.Equal(min, field.Decode(registers, 0));
        Assert.True(field.TryEncode(max, registers, 0));
        Assert.Equal(max, field.Decode(registers, 0));
    }

    [Fact]
    public void The_ends_of_64_bits_and_of_floats_are_refused()
    {
        var registers = new ushort[4];

        Assert.False(new Field(0, Encoding.U64).TryEncode(Math.Pow(2, 64), registers, 0));
        Assert.False(new Field(0, Encoding.U64).TryEncode(-1, registers, 0));
        Assert.False(new Field(0, Encoding.S64).TryEncode(Math.Pow(2, 63), registers, 0));
        Assert.True(new Field(0, Encoding.S64).TryEncode(-Math.Pow(2, 63), registers, 0));
        Assert.False(new Field(0, Encoding.F32).TryEncode(1e39, registers, 0));
        Assert.False(new Field(0, Encoding.F64).TryEncode(double.NaN, registers, 0));
    }

    [Theory]
    [InlineData(Encoding.U16, 0.1)]
    [InlineData(Encoding.S16, 0.01)]
    [InlineData(Encoding.S16, -0.1)]
    [InlineData(Encoding.U32, 0.001)]
    [InlineData(Encoding.S32, 10)]
    [InlineData(Encoding.U64, 0.1)]
    [InlineData(Encoding.S64, 3)]
    public void Writing_and_reading_back_is_within_half_a_count(Encoding encoding, double scale)
    {
        var field = new Field(40, encoding, scale);
        var random = new Dice(1);
        var registers = new ushort[4];
        for (var i = 0; i < 10_000; i++)
        {
            var value = (random.Below(65_000_000) - 32_000_000) / 1_000_000.0 * Math.Abs(scale) * 1000;
            if (!field.TryEncode(value, registers, 40)) continue;

            var error = (field.Decode(registers, 40)!.Value - value) / scale;
            Assert.InRange(error, -0.5001, 0.5001);
        }
    }

    [Fact]
    public void A_field_outside_the_registers_it_is_read_from_is_our_own_bug()
    {
        var field = new Field(10, Encoding.U32);

        Assert.ThrowsAny<ArgumentException>(() => field.Decode(new ushort[1], 10));
        Assert.ThrowsAny<ArgumentException>(() => field.Decode(new ushort[5], 11));
        Assert.ThrowsAny<ArgumentException>(() => field.TryEncode(1, new ushort[1], 10));
    }

    [Fact]
    public void A_mistake_in_a_table_is_found_when_the_table_is_made()
    {
        Assert.ThrowsAny<ArgumentException>(() => new Field(0, Encoding.U16, Scale: 0));
        Assert.ThrowsAny<ArgumentException>(() => new Field(0, Encoding.U16, Scale: double.NaN));
        Assert.ThrowsAny<ArgumentException>(() => new Field(65535, Encoding.U32));
        Assert.ThrowsAny<ArgumentException>(() => new Field(0, (Encoding)99));
        Assert.ThrowsAny<ArgumentException>(() => new Field(0, Encoding.U16, NotAvailable: 0x10000));
        Assert.ThrowsAny<ArgumentException>(() => new Field(0, Encoding.S16, NotAvailable: -32769));
        Assert.ThrowsAny<ArgumentException>(() => new Block(0, 0));
        Assert.ThrowsAny<ArgumentException>(() => new Block(0, 126));
        Assert.ThrowsAny<ArgumentException>(() => new Block(65535, 2));
    }

    [Fact]
    public void A_block_knows_which_fields_it_holds_whole()
    {
        var block = new Block(Start: 500, Count: 6);

        Assert.True(block.Contains(new(500, Encoding.S32)));
        Assert.True(block.Contains(new(504, Encoding.S32)));
        Assert.False(block.Contains(new(505, Encoding.S32)));
        Assert.False(block.Contains(new(499, Encoding.S32)));
    }
}
