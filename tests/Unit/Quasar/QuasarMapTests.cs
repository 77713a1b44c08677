using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Quasar;

/// <summary>The map against register images typed by hand from its sources.</summary>
public class QuasarMapTests
{
    [Fact]
    public void The_recorded_line_of_a_discharge_reads_as_its_owner_printed_it()
    {
        // "AC −719 W, DC 388.7 V, −2.4 A, 240 V, 3 A, SoC 88, state 11" (one owner's log), as registers.
        var image = Image(
            (514, 7400), (519, 3), (522, 240), (526, 0xFD31), (537, 11), (538, 88), (547, 3887), (548, 0xFFE8));

        var live = QuasarLive.Decode(image);

        Assert.Equal(QuasarState.Discharging, live.State);
        Assert.Equal((-719.W, 240.V, 3.A), (live.Power, live.AcVoltage, live.AcCurrent));
        Assert.Equal(388.7, live.DcVoltage!.Value.Value, 6);
        Assert.Equal(-2.4, live.DcCurrent!.Value.Value, 6);
        Assert.Equal(88, live.Soc);
        Assert.Equal((0u, 0u), (live.Unrecoverable, live.Recoverable));
    }

    [Fact]
    public void A_charging_one_reads_positive_and_firmware_without_a_dc_side_shows_none()
    {
        var image = Image((514, 5750), (519, 25), (522, 230), (526, 5750), (537, 1), (538, 33))[..35];

        var live = QuasarLive.Decode(image);

        Assert.Equal((QuasarState.Charging, 5750.W, 5750.W), (live.State, live.Power, live.MaxPower!.Value));
        Assert.Null(live.DcVoltage);
        Assert.Null(live.DcCurrent);
    }

    [Fact]
    public void Error_words_are_high_word_first()
    {
        var live = QuasarLive.Decode(Image((539, 0x0001), (540, 0x0002), (541, 0x8000), (542, 0x0003)));

        Assert.Equal((0x0001_0002u, 0x8000_0003u), (live.Unrecoverable, live.Recoverable));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65535)]
    public void A_hardware_setting_that_it_cannot_have_is_none(int raw) =>
        Assert.Null(QuasarLive.Decode(Image((514, raw))).MaxPower);

    public static TheoryData<string, double, double, double> Fields => new()
    {
        { nameof(QuasarMap.MaxPower), 0, 65535, 1 }, { nameof(QuasarMap.AcCurrent), -32768, 32767, 1 },
        { nameof(QuasarMap.AcVoltage), 0, 65535, 1 }, { nameof(QuasarMap.AcPower), -32768, 32767, 1 },
        { nameof(QuasarMap.State), 0, 65535, 1 }, { nameof(QuasarMap.Soc), 0, 65535, 1 },
        { nameof(QuasarMap.Unrecoverable), 0, uint.MaxValue, 1 },
        { nameof(QuasarMap.Recoverable), 0, uint.MaxValue, 1 },
        { nameof(QuasarMap.DcVoltage), 0, 6553.5, 0.1 }, { nameof(QuasarMap.DcCurrent), -3276.8, 3276.7, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Every_field_comes_back_within_half_a_count_over_its_range(
        string name, double low, double high, double count)
    {
        var field = (Field)typeof(QuasarMap).GetField(name)!.GetValue(null)!;
        var registers = new ushort[QuasarMap.Live.Count];
        var random = new Random(7);
        for (var i = 0; i <= 200; i++)
        {
            var value = i switch { 0 => low, 1 => high, _ => low + random.NextDouble() * (high - low) };

            Assert.True(field.TryEncode(value, registers, QuasarMap.Live.Start));

            var read = field.Decode(registers, QuasarMap.Live.Start)!.Value;
            Assert.InRange(read, value - count * 0.5000001, value + count * 0.5000001);
        }
        Assert.True(QuasarMap.Live.Contains(field));
    }

    [Theory]
    [InlineData(0, true, true, false)]
    [InlineData(1, true, false, true)]
    [InlineData(2, true, false, false)]
    [InlineData(3, true, false, false)]
    [InlineData(4, true, false, false)]
    [InlineData(5, true, false, false)]
    [InlineData(6, true, true, false)]
    [InlineData(7, false, false, false)]
    [InlineData(8, false, false, false)]
    [InlineData(9, false, false, false)]
    [InlineData(10, false, false, false)]
    [InlineData(11, true, false, true)]
    [InlineData(12, false, false, false)]
    [InlineData(13, false, false, false)]
    [InlineData(65535, false, false, false)]
    public void Only_states_that_sources_agree_on_are_controllable(
        int number, bool isControllable, bool isUnplugged, bool isTransferring)
    {
        var state = (QuasarState)number;

        Assert.Equal(
            (isControllable, isUnplugged, isTransferring),
            (state.IsControllable, state.IsUnplugged, state.IsTransferring));
    }

    private static ushort[] Image(params (int Address, int Value)[] registers)
    {
        var image = new ushort[37];
        foreach (var (address, value) in registers) image[address - 512] = (ushort)value;
        return image;
    }
}
