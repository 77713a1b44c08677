using System.Text;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Gpio.Kernel;

namespace ChargeScape.Edge.Tests.Unit.Gpio.Kernel;

/// <summary>The structures of linux/gpio.h, byte by byte at the offsets that its fields have.</summary>
public sealed class LineWireTests
{
    private readonly byte[] request = new byte[LineWire.RequestBytes];

    public LineWireTests() => Array.Fill(request, (byte)0xEE);

    [Fact]
    public void An_input_asks_for_both_edges_and_debounce()
    {
        var line = new ChipLine("estop")
        {
            IsActiveLow = true,
            Bias = LineBias.PullUp,
            Debounce = 5.Milliseconds,
        };

        LineWire.WriteInput(line, 27, "edge", withEdges: true, request);

        // flags: active low 2, input 4, rising 16, falling 32, pull-up 256.
        ExpectOnly((0, "1B000000"), (256, "65646765"), (288, "3601000000000000"), (296, "01000000"),
            (320, "03000000"), (328, "8813000000000000"), (336, "0100000000000000"), (560, "01000000"));
    }

    [Fact]
    public void An_input_without_edges_asks_for_neither_edges_nor_debounce()
    {
        LineWire.WriteInput(new("k") { Debounce = 5.Milliseconds }, 0, "", withEdges: false, request);

        ExpectOnly((288, "04"), (560, "01"));
    }

    [Fact]
    public void An_output_is_inactive_from_the_start()
    {
        LineWire.WriteOutput(new("k") { Bias = LineBias.PullDown }, 64, "edge", request);

        // flags: output 8, pull-down 512. One attribute: output values (2), value 0, for line 0.
        ExpectOnly((0, "40"), (256, "65646765"), (288, "0802"), (296, "01"), (320, "02"), (336, "01"), (560, "01"));
    }

    [Fact]
    public void A_long_consumer_is_cut_at_a_character_and_ends_with_zero()
    {
        LineWire.WriteOutput(new("k"), 1, "abcdefghijklmnopqrstuvwxyz1234ü", request);

        var consumer = request.AsSpan(256, 32);
        Assert.Equal("abcdefghijklmnopqrstuvwxyz1234", Encoding.UTF8.GetString(consumer[..30]));
        Assert.Equal([0, 0], consumer[30..].ToArray());
    }

    [Fact]
    public void The_kernels_answers_are_read_where_they_stand()
    {
        request.AsSpan(588, 4).Clear();
        request[588] = 17;
        Assert.Equal(17, LineWire.Descriptor(request));

        var info = new byte[LineWire.InfoBytes];
        Encoding.ASCII.GetBytes("GPIO27", info);
        Encoding.ASCII.GetBytes("gpioset", info.AsSpan(32));
        info[72] = 0x09;
        Assert.Equal(
            ("GPIO27", "gpioset", true), (LineWire.Name(info), LineWire.SecondName(info), LineWire.IsUsed(info)));

        var chip = new byte[LineWire.ChipBytes];
        Array.Fill(chip, (byte)'x', 0, 32);
        Encoding.ASCII.GetBytes("pinctrl-rp1", chip.AsSpan(32));
        chip[64] = 54;
        Assert.Equal((new string('x', 32), "pinctrl-rp1", 54u),
            (LineWire.Name(chip), LineWire.SecondName(chip), LineWire.LineCount(chip)));
    }

    [Fact]
    public void A_value_concerns_the_requests_only_line()
    {
        var values = new byte[LineWire.ValuesBytes];

        LineWire.WriteValue(isActive: true, values);

        Assert.Equal("0100000000000000" + "0100000000000000", Convert.ToHexString(values));
        Assert.True(LineWire.ReadValue(values));
        LineWire.WriteValue(isActive: false, values);
        Assert.Equal("0000000000000000" + "0100000000000000", Convert.ToHexString(values));
        Assert.False(LineWire.ReadValue(values));
    }

    [Fact]
    public void The_request_numbers_carry_the_sizes_of_the_structures()
    {
        // _IOWR(0xB4, number, size): direction and size stand in the upper half.
        Assert.Equal(0xC000B407u | (LineWire.RequestBytes << 16), (uint)LineWire.GetLine);
        Assert.Equal(0xC000B405u | (LineWire.InfoBytes << 16), (uint)LineWire.GetLineInfo);
        Assert.Equal(0x8000B401u | (LineWire.ChipBytes << 16), (uint)LineWire.GetChip);
        Assert.Equal(0xC000B40Eu | (LineWire.ValuesBytes << 16), (uint)LineWire.GetValues);
        Assert.Equal(0xC000B40Fu | (LineWire.ValuesBytes << 16), (uint)LineWire.SetValues);
    }

    [Fact]
    public void A_chip_that_is_not_there_is_an_error_that_names_chip_and_line()
    {
        foreach (var chip in new[] { "/dev/gpiochip-none", "no-such-label" })
        {
            using var gpio = new ChipGpio(chip, [new("estop") { Offset = 3 }]);

            var error = Assert.Throws<GpioException>(() => gpio.OpenInput("estop"));

            Assert.Contains($"'{chip}'", error.Message, StringComparison.Ordinal);
            Assert.Contains("'estop'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_no_chip_is_an_error_that_says_so()
    {
        using var gpio = new ChipGpio("/dev/null", [new("estop") { Offset = 3 }]);

        var error = Assert.Throws<GpioException>(() => gpio.OpenOutput("estop"));

        Assert.Contains("is no GPIO chip", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_the_site_file_does_not_have_is_an_error_that_names_it()
    {
        using var gpio = new ChipGpio("/dev/null", [new("estop") { Offset = 3 }]);

        Assert.Contains(
            "'nope'", Assert.Throws<GpioException>(() => gpio.OpenInput("nope")).Message, StringComparison.Ordinal);
    }

    private void ExpectOnly(params (int At, string Hex)[] pieces)
    {
        var expected = new byte[LineWire.RequestBytes];
        foreach (var (at, hex) in pieces) Convert.FromHexString(hex).CopyTo(expected, at);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(request));
    }
}
