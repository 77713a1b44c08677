using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>
/// Devices in the field that do not keep to the specification, served over Modbus TCP: what can be read is read, the
/// rest does no harm. Rebuilt from descriptions (family README), except where a recording is named.
/// </summary>
public sealed class BrokenDevicesTests
{
    private const ushort S0 = 0x5375, S1 = 0x6E53, End = 0xFFFF;
    private TimeSpan now = 1.Seconds;

    private static readonly (string, PointSetting)[] Generating = [("W_SF", 0), ("W", 2500), ("St", 4)];

    private static ushort[] Common(string serial) => ServedImage.Model(1, ("Mn", "Maker"), ("SN", serial));

    private InverterReading? Read(ServedImage device, out SunSpecInverter inverter)
    {
        inverter = new SunSpecInverter(device.Bus, Devices.InverterSettings);
        if (!Devices.ReadUntilNews(inverter, ref now, 3.Seconds)) return null;
        Reading<InverterReading> reading = default;
        inverter.Readings.TryRead(ref reading);
        return reading.Within(TimeSpan.MaxValue, now);
    }

    [Fact]
    public void SolarEdge_has_a_common_model_without_pad_and_a_second_one_before_the_meter()
    {
        ushort[] shortCommon = [1, 65, .. Common("se-1").AsSpan(2, 65)];
        ushort[] meterCommon = [1, 65, .. Common("meter-1").AsSpan(2, 65)];
        using var device = new ServedImage((40000,
            [S0, S1, .. shortCommon, .. ServedImage.Model(103, Generating), .. meterCommon,
                .. ServedImage.Model(203, ("W_SF", 0), ("W", -300)), End, 0]));

        Assert.Equal(new Watts(-2500), Read(device, out var inverter)?.Power);
        Assert.Equal("se-1", inverter.Identity?.SerialNumber);
    }

    [Fact]
    public void SAX_power_has_a_private_common_model_that_leads_nowhere_and_then_falls_silent()
    {
        using var device = new ServedImage(new SilentBehind(
            ServedImage.Image((40000, [S0, S1, 1, 15, .. new ushort[11], 0x67, 0x20, 0, 0, 0])), 40020));

        Assert.Null(Read(device, out var inverter));
        Assert.Equal(SunSpecTrouble.ModelMissing, inverter.Trouble);
    }

    [Fact]
    public void KOSTAL_with_old_firmware_has_a_chain_without_end()
    {
        using var device = new ServedImage((40000,
            [S0, S1, .. Common("k-1"), .. ServedImage.Model(103, Generating), .. ServedImage.Model(113, ("W", 9)),
                160]));

        Assert.Equal(new Watts(-2500), Read(device, out _)?.Power);
    }

    [Fact]
    public void A_chain_that_runs_in_a_circle_of_tiny_models_ends()
    {
        using var device = new ServedImage((40000,
            [S0, S1, .. Common("c-1"), .. ServedImage.Model(103, Generating),
                .. Enumerable.Repeat((ushort[])[160, 1, 0], 200).SelectMany(model => model)]));

        Assert.Equal(new Watts(-2500), Read(device, out _)?.Power);
    }

    [Fact]
    public void The_length_register_of_the_end_model_may_be_missing()
    {
        using var device = new ServedImage((40000,
            [S0, S1, .. Common("e-1"), .. ServedImage.Model(103, Generating), End]));

        Assert.Equal(new Watts(-2500), Read(device, out _)?.Power);
    }

    [Fact]
    public void A_draft_of_the_700_series_with_other_lengths_is_read_as_far_as_its_lengths_go()
    {
        ushort[] draft713 = [713, 6, .. new ushort[6]];
        ushort[] draft712 = [712, 18, .. new ushort[18]];
        ushort[] draft705 = [705, 67, .. Enumerable.Repeat((ushort)0xABCD, 67)];
        using var device = new ServedImage((40000,
            [S0, S1, .. Common("d-1"), .. draft705, .. draft712, .. draft713,
                .. ServedImage.Model(701, ("W_SF", 0), ("W", 1200), ("InvSt", 3)), End, 0]));

        Assert.Equal(new Watts(-1200), Read(device, out _)?.Power);
    }

    [Fact]
    public void A_701_longer_than_published_is_read_without_its_tail()
    {
        var known = ServedImage.Model(701, ("W_SF", 1), ("W", 1200), ("InvSt", 3));
        ushort[] longer = [701, (ushort)(known.Length - 2 + 9), .. known.AsSpan(2), .. new ushort[9]];
        using var device = new ServedImage((40000, [S0, S1, .. Common("l-1"), .. longer, End, 0]));

        Assert.Equal(new Watts(-1200), Read(device, out _)?.Power);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xFFFF)]
    public void An_old_160_that_counts_no_modules_has_as_many_as_its_length_holds(int n)
    {
        ushort[] modules = [160, 48, .. new ushort[48]];
        (modules[2], modules[3], modules[4], modules[8]) = (0xFFFF, 0xFFFE, 0, (ushort)n);
        (modules[10 + 9], modules[10 + 10], modules[10 + 11]) = (52, 40100, 2085);
        (modules[30 + 9], modules[30 + 10], modules[30 + 11]) = (0xFFFF, 0xFFFF, 0xFFFF);
        using var device = new ServedImage((40000,
            [S0, S1, .. Common("m-1"), .. ServedImage.Model(103, Generating), .. modules, End, 0]));

        Assert.NotNull(Read(device, out var inverter));

        Reading<InverterStrings> strings = default;
        Assert.True(inverter.Strings.TryRead(ref strings));
        var seen = strings.Within(TimeSpan.MaxValue, now)!.Value;
        Assert.Equal(2, seen.Count);
        Assert.Equal(new StringReading(new(5.2), new(401), new(2085)), seen[0]);
        Assert.Equal(new StringReading(null, null, null), seen[1]);
    }

    [Fact]
    public void A_model_that_a_device_lists_and_refuses_to_read_does_not_stop_the_others()
    {
        using var device = new ServedImage(
            (40000, [S0, S1, .. Common("r-1"), .. ServedImage.Model(103, Generating), 703, 17]),
            (40000 + 2 + 68 + 52 + 19, [End, 0]));

        Assert.Equal(new Watts(-2500), Read(device, out var inverter)?.Power);
        Reading<GridSettings> grid = default;
        Assert.False(inverter.GridSettings.TryRead(ref grid));
    }

    [Fact]
    public void Models_behind_the_next_common_model_are_another_device_s()
    {
        using var device = new ServedImage((40000,
            [S0, S1, .. Common("one"), .. ServedImage.Model(103, Generating), .. Common("two"), 160, 28,
                .. new ushort[28],
                End, 0]));

        Assert.NotNull(Read(device, out var inverter));
        for (var i = 0; i < 20; i++, now = inverter.NextDue) inverter.Read(now);

        Reading<InverterStrings> strings = default;
        Assert.False(inverter.Strings.TryRead(ref strings));
    }

    [Fact]
    public void Firmware_that_moves_its_models_is_looked_at_again()
    {
        var socket = new Socket(new SunSpecImageBuilder(1).Model(1, ("SN", "f-1")).Model(103, Generating).Build());
        using var device = new ServedImage(socket);
        Assert.NotNull(Read(device, out var inverter));

        socket.Image = new SunSpecImageBuilder(1).Model(1, ("SN", "f-1")).Model(11).Model(103, Generating).Build();
        now = inverter.NextDue;

        Assert.False(inverter.Read(now));
        Assert.Equal(SunSpecTrouble.HeaderMoved, inverter.Trouble);
        Assert.True(Devices.ReadUntilNews(inverter, ref now, 3.Seconds));
    }

    [Fact]
    public void A_device_that_was_restarted_with_other_scale_factors_is_believed_only_when_they_stay()
    {
        var socket = new Socket(new SunSpecImageBuilder(1).Model(1, ("SN", "s-1")).Model(103, Generating).Build());
        using var device = new ServedImage(socket);
        Assert.NotNull(Read(device, out var inverter));
        var scale = (ushort)(socket.Image.Models[1].Address + 15);

        // It wavers: 25 kW is as impossible to tell from 2.5 kW as any other.
        for (var i = 0; i < 12; i++)
        {
            socket.Put(scale, (ushort)(i % 2 == 0 ? 0xFFFF : 0xFFFE));
            now = inverter.NextDue;
            Assert.False(inverter.Read(now));
            Assert.Equal(SunSpecTrouble.ScaleChanged, inverter.Trouble);
        }
        socket.Put(scale, 0xFFFF);

        Assert.True(Devices.ReadUntilNews(inverter, ref now, 2.Seconds));
        Reading<InverterReading> reading = default;
        inverter.Readings.TryRead(ref reading);
        Assert.Equal(new Watts(-250), reading.Within(TimeSpan.MaxValue, now)?.Power);
    }

    /// <summary>Answers nothing sensible from an address on.</summary>
    private sealed class SilentBehind(IModbusDevice device, int address) : IModbusDevice
    {
        private const byte GatewayTargetFailed = 11;

        public byte Read(byte unit, ushort start, Span<ushort> into) =>
            start >= address ? GatewayTargetFailed : device.Read(unit, start, into);

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 1;
    }
}
