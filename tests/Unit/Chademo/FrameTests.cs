using System.Globalization;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

public class FrameTests
{
    private static CanFrame Frame(uint id, string hex) => new(id, Convert.FromHexString(hex));

    [Fact]
    public void A_recorded_0x100_reads_435_V_and_a_reference_of_100()
    {
        Assert.True(CarLimits.TryDecode(Frame(0x100, "00000000B3016400"), out var limits));

        Assert.Equal(new CarLimits(0.A, 0.A, 0.V, 435.V, 100), limits);
    }

    [Fact]
    public void A_recorded_0x101_reads_22_2_kWh_and_minutes_when_the_tens_are_FF()
    {
        Assert.True(CarCapacity.TryDecode(Frame(0x101, "00FF3C0000DE0000"), out var capacity));

        Assert.Equal(new CarCapacity(60.Minutes, TimeSpan.Zero, new WattHours(22_200)), capacity);
    }

    [Fact]
    public void A_recorded_0x102_reads_permission_request_and_target()
    {
        Assert.True(CarRequest.TryDecode(Frame(0x102, "029A010C00C14900"), out var request));

        Assert.Equal(410.V, request.TargetVoltage);
        Assert.Equal(12.A, request.RequestedCurrent);
        Assert.True(request.IsPermitted);
        Assert.True(request.ReportsContactorClosed);
        Assert.True(request.Status.HasFlag(CarStatus.DischargeCompatible));
        Assert.Equal(73, request.ChargedRate);
    }

    [Fact]
    public void A_recorded_0x200_counts_its_current_down_from_255()
    {
        Assert.True(CarDischarge.TryDecode(Frame(0x200, "F0000000FA0043B2"), out var discharge));

        Assert.Equal(new CarDischarge(15.A, 250.V, 67, 178), discharge);
    }

    [Fact]
    public void Recorded_charger_frames_read_as_annotated()
    {
        Assert.True(ChargerLimits.TryDecode(Frame(0x108, "01F4010FB3010000"), out var limits));
        Assert.True(ChargerStatus.TryDecode(Frame(0x109, "0278010E0105FF3C"), out var status));
        Assert.True(ChargerDischarge.TryDecode(Frame(0x208, "FFF401F00000FA00"), out var discharge));
        Assert.True(ChargerDischargeTimes.TryDecode(Frame(0x209, "0205000000000000"), out var times));

        Assert.Equal(new ChargerLimits(true, 500.V, 15.A, 435.V), limits);
        Assert.Equal(
            new ChargerStatus(2, 376.V, 14.A, true, ChargerState.Charging | ChargerState.Locked, 0xFF, 60), status);
        Assert.Equal(new ChargerDischarge(0.A, 500.V, 15.A, 250.V), discharge);
        Assert.Equal(new ChargerDischargeTimes(2, 5.Minutes), times);
    }

    [Fact]
    public void Every_frame_of_the_recording_encodes_back_to_its_own_bytes()
    {
        var frames = 0;
        foreach (var line in File.ReadLines(Recording.Leaf24))
        {
            var cell = line.Split(' ')[2].Split('#');
            var id = uint.Parse(cell[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var frame = Frame(id, cell[1]);

            Assert.Equal(frame, Again(frame));
            frames++;
        }
        Assert.Equal(4072, frames);
    }

    private static CanFrame Again(CanFrame frame) => frame.Id switch
    {
        0x100 when CarLimits.TryDecode(frame, out var f) => f.Encode(),
        0x101 when CarCapacity.TryDecode(frame, out var f) => f.Encode(),
        0x102 when CarRequest.TryDecode(frame, out var f) => f.Encode(),
        0x200 when CarDischarge.TryDecode(frame, out var f) => f.Encode(),
        0x108 when ChargerLimits.TryDecode(frame, out var f) => f.Encode(),
        0x109 when ChargerStatus.TryDecode(frame, out var f) => f.Encode(),
        0x208 when ChargerDischarge.TryDecode(frame, out var f) => f.Encode(),
        0x209 when ChargerDischargeTimes.TryDecode(frame, out var f) => f.Encode(),
        _ => default,
    };

    [Fact]
    public void Random_values_survive_the_round_trip_within_one_step()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000; i++)
        {
            Amperes Current() => new(random.NextDouble() * 255);
            Volts Voltage() => new(random.NextDouble() * 1000);
            var limits = new CarLimits(Current(), Current(), Voltage(), Voltage(), (byte)random.Next(256));
            var discharge = new CarDischarge(Current(), Voltage(), (byte)random.Next(256), (byte)random.Next(256));
            var charger = new ChargerDischarge(Current(), Voltage(), Current(), Voltage());
            var extended = new CarExtended((ExtendedFunctions)random.Next(8), Current());
            var times = new CarDischargeTimes(
                (byte)random.Next(3), random.Next(60_000).Minutes, new WattHours(random.NextDouble() * 100_000));

            Assert.True(CarLimits.TryDecode(limits.Encode(), out var limits2));
            Assert.True(CarDischarge.TryDecode(discharge.Encode(), out var discharge2));
            Assert.True(ChargerDischarge.TryDecode(charger.Encode(), out var charger2));
            Assert.True(CarExtended.TryDecode(extended.Encode(), out var extended2));
            Assert.True(CarDischargeTimes.TryDecode(times.Encode(), out var times2));

            Near(limits.MaxVoltage.Value, limits2.MaxVoltage.Value, 1);
            Near(limits.MaxCurrent.Value, limits2.MaxCurrent.Value, 1);
            Near(discharge.MaxCurrent.Value, discharge2.MaxCurrent.Value, 1);
            Near(charger.Current.Value, charger2.Current.Value, 1);
            Near(charger.LowerThreshold.Value, charger2.LowerThreshold.Value, 1);
            Near(extended.RequestedCurrent.Value, extended2.RequestedCurrent.Value, 1);
            Near(times.AvailableEnergy.Value, times2.AvailableEnergy.Value, 100);
            Assert.Equal(times.TimeToEnd, times2.TimeToEnd);
        }
    }

    [Fact]
    public void The_other_frames_survive_it_too()
    {
        var random = new Random(8);
        for (var i = 0; i < 2_000; i++)
        {
            double Of(double most) => random.NextDouble() * most;
            byte Any() => (byte)random.Next(256);
            var request = new CarRequest(Any(), new(Of(1000)), new(Of(255)), (CarFaults)Any(), (CarStatus)Any(), Any());
            var capacity =
                new CarCapacity(TimeSpan.FromSeconds(Of(15_000)), TimeSpan.FromMinutes(Of(254)), new(Of(100_000)));
            var limits = new ChargerLimits(random.Next(2) == 0, new(Of(1000)), new(Of(255)), new(Of(1000)));
            var status = new ChargerStatus(
                Any(), new(Of(1000)), new(Of(255)), random.Next(2) == 0, (ChargerState)Any(), Any(), Any());
            var times = new ChargerDischargeTimes(Any(), TimeSpan.FromMinutes(Of(60_000)));
            var extended = new ChargerExtended((ExtendedFunctions)random.Next(8));

            Assert.True(CarRequest.TryDecode(request.Encode(), out var request2));
            Assert.True(CarCapacity.TryDecode(capacity.Encode(), out var capacity2));
            Assert.True(ChargerLimits.TryDecode(limits.Encode(), out var limits2));
            Assert.True(ChargerStatus.TryDecode(status.Encode(), out var status2));
            Assert.True(ChargerDischargeTimes.TryDecode(times.Encode(), out var times2));
            Assert.True(ChargerExtended.TryDecode(extended.Encode(), out var extended2));

            Near(request.TargetVoltage.Value, request2.TargetVoltage.Value, 1);
            Near(request.RequestedCurrent.Value, request2.RequestedCurrent.Value, 1);
            Assert.Equal(
                (request.Protocol, request.Faults, request.Status, request.ChargedRate),
                (request2.Protocol, request2.Faults, request2.Status, request2.ChargedRate));
            Near(capacity.MaxTime.TotalSeconds, capacity2.MaxTime.TotalSeconds, capacity.MaxTime.TotalSeconds <= 2540
                ? 10 : 60);
            Near(capacity.EstimatedTime.TotalMinutes, capacity2.EstimatedTime.TotalMinutes, 1);
            Near(capacity.Capacity.Value, capacity2.Capacity.Value, 100);
            Near(limits.AvailableVoltage.Value, limits2.AvailableVoltage.Value, 1);
            Near(limits.AvailableCurrent.Value, limits2.AvailableCurrent.Value, 1);
            Near(limits.ThresholdVoltage.Value, limits2.ThresholdVoltage.Value, 1);
            Assert.Equal(limits.SupportsWeldDetection, limits2.SupportsWeldDetection);
            Near(status.Voltage.Value, status2.Voltage.Value, 1);
            Near(status.ChargeCurrent.Value, status2.ChargeCurrent.Value, 1);
            Assert.Equal(
                status with { Voltage = default, ChargeCurrent = default },
                status2 with { Voltage = default, ChargeCurrent = default });
            Near(times.RemainingTime.TotalMinutes, times2.RemainingTime.TotalMinutes, 1);
            Assert.Equal((times.Sequence, extended), (times2.Sequence, extended2));
        }
    }

    private static void Near(double expected, double actual, double step) =>
        Assert.InRange(actual, expected - step, expected + step);

    [Fact]
    public void Values_outside_a_field_are_clamped_and_NaN_is_zero()
    {
        var bytes = new ChargerStatus(2, new(1e9), new(double.NaN), false, ChargerState.None, 0, 0).Encode();

        Assert.True(ChargerStatus.TryDecode(bytes, out var status));
        Assert.Equal(new Volts(65535), status.Voltage);
        Assert.Equal(0.A, status.ChargeCurrent);
        Assert.Equal(255, new CarDischarge(new(-5), 0.V, 0, 0).Encode()[0]);
    }

    [Theory]
    [InlineData(0x102u, "029A010C00C149", false)]
    [InlineData(0x103u, "029A010C00C14900", false)]
    [InlineData(0x102u, "029A010C00C14900", true)]
    public void A_short_foreign_or_extended_frame_is_not_decoded(uint id, string hex, bool extended)
    {
        var frame = new CanFrame(id, Convert.FromHexString(hex), extended);

        Assert.False(CarRequest.TryDecode(frame, out _));
    }
}
