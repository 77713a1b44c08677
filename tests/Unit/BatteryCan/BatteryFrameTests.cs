using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.BatteryCan;

namespace ChargeScape.Edge.Tests.Unit.BatteryCan;

public sealed class BatteryFrameTests
{
    private static CanFrame Frame(uint id, string hex) => new(id, Convert.FromHexString(hex));

    [Fact]
    public void Limits_are_little_endian_tenths_and_the_discharge_limit_is_positive_on_the_wire()
    {
        Assert.True(BatteryLimits.TryDecode(Frame(0x351, "1402E803E803C201"), out var limits));

        Assert.Equal(new Volts(53.2).Value, limits.ChargeVoltage!.Value.Value, 6);
        Assert.Equal(100, limits.Charge!.Value.Value, 6);
        Assert.Equal(100, limits.Discharge!.Value.Value, 6);
        Assert.Equal(45, limits.DischargeVoltage!.Value.Value, 6);
    }

    [Fact]
    public void Markers_of_unused_fields_missing_bytes_and_zero_volts_are_not_said()
    {
        Assert.True(BatteryLimits.TryDecode(Frame(0x351, "FFFF00800080FFFF"), out var unused));
        Assert.True(BatteryLimits.TryDecode(Frame(0x351, "0000E803E803"), out var shorter));

        Assert.Equal(default, unused);
        Assert.Null(shorter.ChargeVoltage);
        Assert.Null(shorter.DischargeVoltage);
        Assert.Equal(100.A, shorter.Charge);
    }

    [Theory]
    [InlineData("38005F00", 56.0, 95.0)]
    [InlineData("38005F000E16", 56.46, 95.0)]
    [InlineData("38005F0000000000", 56.0, 95.0)]
    [InlineData("FFFFFFFF", null, null)]
    [InlineData("65006500", null, null)]
    public void State_of_charge_is_the_fine_one_where_both_agree(string hex, double? soc, double? health)
    {
        Assert.True(BatteryState.TryDecode(Frame(0x355, hex), out var state));

        Assert.Equal(soc, state.Soc is { } s ? Math.Round(s.Percent, 2) : null);
        Assert.Equal(health, state.HealthPercent);
    }

    [Theory]
    [InlineData(0.01, 51.2)]
    [InlineData(0.1, 512)]
    public void The_measured_voltages_step_is_the_devices(double step, double volts)
    {
        Assert.True(BatteryMeasured.TryDecode(Frame(0x356, "001438FFC800"), step, out var measured));

        Assert.Equal(volts, measured.Voltage!.Value.Value, 6);
        Assert.Equal(-20, measured.Current!.Value.Value, 6);
        Assert.Equal(20, measured.Temperature!.Value.Value, 6);
    }

    [Fact]
    public void Every_field_survives_the_round_trip_within_one_step()
    {
        var random = new Random(5);
        double Of(double low, double high) => low + random.NextDouble() * (high - low);
        for (var i = 0; i < 2000; i++)
        {
            var limits = new BatteryLimits(
                new(Of(0.1, 6000)), new(Of(-3000, 3000)), new(Of(-3000, 3000)), new(Of(0.1, 6000)));
            var state = new BatteryState(new Soc(Of(0, 100)), Of(0, 100));
            var measured = new BatteryMeasured(new(Of(0, 320)), new(Of(-3000, 3000)), new(Of(-300, 300)));
            var requests = new BatteryRequests(random.Next(2) == 0, random.Next(2) == 0);

            Assert.True(BatteryLimits.TryDecode(limits.Encode(), out var limits2));
            Assert.True(BatteryState.TryDecode(state.Encode(), out var state2));
            Assert.True(BatteryMeasured.TryDecode(measured.Encode(0.01), 0.01, out var measured2));
            Assert.True(BatteryRequests.TryDecode(requests.Encode(), out var requests2));

            Near(limits.ChargeVoltage?.Value, limits2.ChargeVoltage?.Value, 0.1);
            Near(limits.Charge?.Value, limits2.Charge?.Value, 0.1);
            Near(limits.Discharge?.Value, limits2.Discharge?.Value, 0.1);
            Near(limits.DischargeVoltage?.Value, limits2.DischargeVoltage?.Value, 0.1);
            Near(state.Soc?.Percent, state2.Soc?.Percent, 0.01);
            Near(state.HealthPercent, state2.HealthPercent, 1);
            Near(measured.Voltage?.Value, measured2.Voltage?.Value, 0.01);
            Near(measured.Current?.Value, measured2.Current?.Value, 0.1);
            Near(measured.Temperature?.Value, measured2.Temperature?.Value, 0.1);
            Assert.Equal(requests, requests2);
        }
    }

    private static void Near(double? expected, double? actual, double step) =>
        Assert.InRange(actual!.Value, expected!.Value - step, expected.Value + step);

    [Theory]
    [InlineData("02000000", HomeBatteryAlarms.OverVoltage, HomeBatteryAlarms.None)]
    [InlineData("04000000", HomeBatteryAlarms.UnderVoltage, HomeBatteryAlarms.None)]
    [InlineData("08000000", HomeBatteryAlarms.OverTemperature, HomeBatteryAlarms.None)]
    [InlineData("10000000", HomeBatteryAlarms.UnderTemperature, HomeBatteryAlarms.None)]
    [InlineData("80000000", HomeBatteryAlarms.DischargeOverCurrent, HomeBatteryAlarms.None)]
    [InlineData("00010000", HomeBatteryAlarms.ChargeOverCurrent, HomeBatteryAlarms.None)]
    [InlineData("00080000", HomeBatteryAlarms.Internal, HomeBatteryAlarms.None)]
    [InlineData("00800000", HomeBatteryAlarms.Internal, HomeBatteryAlarms.None)]
    [InlineData("00000200", HomeBatteryAlarms.None, HomeBatteryAlarms.OverVoltage)]
    [InlineData("00000001", HomeBatteryAlarms.None, HomeBatteryAlarms.ChargeOverCurrent)]
    [InlineData("00000008", HomeBatteryAlarms.None, HomeBatteryAlarms.Internal | HomeBatteryAlarms.Communication)]
    public void Each_bit_of_0x359_is_its_alarm(string hex, HomeBatteryAlarms alarms, HomeBatteryAlarms warnings)
    {
        var seen = default(BatteryAlarms).With(Frame(0x359, hex));

        Assert.Equal((alarms, warnings), (seen.Alarms, seen.Warnings));
        Assert.Equal(default, seen.With(Frame(0x359, "00000000")));
    }

    public static TheoryData<int, HomeBatteryAlarms> PairsInOrder() => new()
    {
        { 0, HomeBatteryAlarms.General }, { 1, HomeBatteryAlarms.OverVoltage }, { 2, HomeBatteryAlarms.UnderVoltage },
        { 3, HomeBatteryAlarms.OverTemperature }, { 4, HomeBatteryAlarms.UnderTemperature },
        { 5, HomeBatteryAlarms.OverTemperature }, { 6, HomeBatteryAlarms.UnderTemperature },
        { 7, HomeBatteryAlarms.DischargeOverCurrent }, { 8, HomeBatteryAlarms.ChargeOverCurrent },
        { 9, HomeBatteryAlarms.Contactor }, { 10, HomeBatteryAlarms.Short }, { 11, HomeBatteryAlarms.Internal },
        { 12, HomeBatteryAlarms.Imbalance },
    };

    [Theory]
    [MemberData(nameof(PairsInOrder))]
    public void A_pair_of_0x35A_raises_with_01_clears_with_10_and_else_says_nothing(int pair, HomeBatteryAlarms means)
    {
        CanFrame Pair(ulong bits, int from) =>
            new(0x35A, BitConverter.GetBytes(bits << (from * 8 + 2 * pair)));

        var raised = default(BatteryAlarms).With(Pair(0b01, 0)).With(Pair(0b01, 4));
        var kept = raised.With(Pair(0b00, 0)).With(Pair(0b11, 4));
        var cleared = kept.With(Pair(0b10, 0)).With(Pair(0b10, 4));

        Assert.Equal((means, means), (raised.Alarms, raised.Warnings));
        Assert.Equal((means, means), (kept.Alarms, kept.Warnings));
        Assert.Equal(default, cleared);
    }

    [Fact]
    public void Two_pairs_of_one_meaning_are_cleared_one_by_one()
    {
        var both = default(BatteryAlarms).With(new(0x35A, BitConverter.GetBytes(0b01UL << 6 | 0b01UL << 10)));

        var one = both.With(new(0x35A, BitConverter.GetBytes(0b10UL << 6)));

        Assert.Equal(HomeBatteryAlarms.OverTemperature, one.Alarms);
    }
}
