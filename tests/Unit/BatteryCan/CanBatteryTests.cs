using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.BatteryCan;

namespace ChargeScape.Edge.Tests.Unit.BatteryCan;

public sealed class CanBatteryTests
{
    private static readonly BatteryCanSettings Settings = new()
    {
        SendsAlive = true, MaxVoltage = 60.V, MaxCurrent = 150.A,
    };
    private readonly InMemoryCanEndpoint battery;
    private readonly InMemoryCanBus bus;
    private CanBattery device;
    private TimeSpan now = 100.Seconds;

    public CanBatteryTests()
    {
        bus = new InMemoryCanBus(() => now);
        battery = bus.Attach();
        device = new CanBattery(bus.Attach(), Settings);
    }

    private HomeBatteryReading? Seen
    {
        get
        {
            Reading<HomeBatteryReading> held = default;
            device.Readings.TryRead(ref held);
            return held.Within(5.Seconds, now);
        }
    }

    private void With(BatteryCanSettings settings) => device = new CanBattery(bus.Attach(), settings);

    private void Send(params CanFrame[] frames)
    {
        foreach (var frame in frames) battery.TrySend(frame);
        device.Read(now);
    }

    private static CanFrame Limits(double charge = 100, double discharge = 80) =>
        new BatteryLimits(new(53.2), new(charge), new(discharge), new(45)).Encode();

    private static readonly CanFrame State = new BatteryState(new Soc(56.5), 97).Encode();
    private static readonly CanFrame Measured = new BatteryMeasured(new(51.2), new(-20), new(21.5)).Encode(0.01);

    [Fact]
    public void A_whole_set_is_one_reading_in_our_sign()
    {
        Send(Limits(), State, Measured);

        var seen = Seen!.Value;
        Assert.Equal(56.5, seen.Soc!.Value.Percent, 2);
        Assert.Equal(97, seen.HealthPercent);
        Assert.Equal(-20, seen.Current!.Value.Value, 6);
        Assert.Equal(-1024, seen.Power!.Value.Value, 3);
        Assert.Equal(21.5, seen.Temperature!.Value.Value, 6);
        Assert.Equal(100, seen.ChargeLimit!.Value.Value, 6);
        Assert.Equal(-80, seen.DischargeLimit!.Value.Value, 6);
        Assert.Equal(53.2, seen.ChargeVoltageLimit!.Value.Value, 6);
        Assert.Equal(45, seen.DischargeVoltageLimit!.Value.Value, 6);
        Assert.Equal(HomeBatteryAlarms.None, seen.Alarms);
    }

    [Fact]
    public void Signs_that_are_turned_round_are_the_devices_setting()
    {
        With(Settings with { IsChargePositive = false, IsDischargeLimitPositive = false });

        Send(Limits(discharge: -80), Measured);

        Assert.Equal((20.A, -80.A), (Seen!.Value.Current, Seen!.Value.DischargeLimit));
    }

    [Fact]
    public void A_limit_with_the_wrong_sign_allows_nothing_and_a_large_one_is_cut()
    {
        Send(Limits(charge: -5, discharge: -80));
        var wrong = Seen!.Value;
        Send(Limits(charge: 900, discharge: 900));

        Assert.Equal((0.A, 0.A), (wrong.ChargeLimit, wrong.DischargeLimit));
        Assert.Equal((150.A, -150.A), (Seen!.Value.ChargeLimit, Seen!.Value.DischargeLimit));
    }

    [Fact]
    public void A_direction_that_is_not_enabled_has_no_limit_but_zero()
    {
        Send(Limits(), new BatteryRequests(MayCharge: false, MayDischarge: true).Encode());
        var noCharge = Seen!.Value;
        Send(new BatteryRequests(MayCharge: true, MayDischarge: false).Encode());

        Assert.Equal((0.A, -80.A), (noCharge.ChargeLimit, noCharge.DischargeLimit));
        Assert.Equal((100.A, 0.A), (Seen!.Value.ChargeLimit, Seen!.Value.DischargeLimit));
    }

    [Fact]
    public void A_permission_that_falls_silent_leaves_the_limits_unknown()
    {
        Send(Limits(), new BatteryRequests(true, true).Encode());
        now += 5.1.Seconds;

        Send(Limits());

        Assert.Null(Seen!.Value.ChargeLimit);
        Assert.Null(Seen!.Value.DischargeLimit);
    }

    [Fact]
    public void A_frame_that_stops_takes_only_its_own_fields_along()
    {
        Send(Limits(), State, Measured);
        now += 5.1.Seconds;

        Send(State);

        Assert.Null(Seen!.Value.ChargeLimit);
        Assert.Null(Seen!.Value.Voltage);
        Assert.Equal(56.5, Seen!.Value.Soc!.Value.Percent, 2);
    }

    [Fact]
    public void A_reading_is_as_old_as_the_oldest_frame_in_it()
    {
        Send(Limits());
        now += 3.Seconds;
        Send(State);

        now += 2.5.Seconds;

        Assert.Null(Seen);
    }

    [Fact]
    public void A_silent_battery_publishes_nothing()
    {
        Send(Limits());
        var before = device.Readings.Sequence;

        for (var i = 0; i < 100; i++)
        {
            now += 100.Milliseconds;
            Assert.False(device.Read(now));
        }

        Assert.Equal(before, device.Readings.Sequence);
    }

    [Fact]
    public void Values_that_cannot_be_this_batterys_are_not_said()
    {
        Send(new BatteryMeasured(new(61), new(151), new(130)).Encode(0.01), Limits());

        var seen = Seen!.Value;
        Assert.Null(seen.Voltage);
        Assert.Null(seen.Current);
        Assert.Null(seen.Power);
        Assert.Null(seen.Temperature);
    }

    [Theory]
    [InlineData(0x355, 3)]
    [InlineData(0x356, 5)]
    [InlineData(0x35C, 0)]
    [InlineData(0x359, 3)]
    [InlineData(0x35A, 7)]
    public void A_frame_that_is_cut_short_is_no_news(uint id, int length)
    {
        battery.TrySend(new CanFrame(id, new byte[] { 0x9E, 1, 1, 1, 1, 1, 1 }.AsSpan(0, length)));

        Assert.False(device.Read(now));
    }

    [Fact]
    public void A_state_of_charge_without_the_fine_field_is_the_coarse_one_and_ages_like_the_rest()
    {
        Send(new CanFrame(0x355, [1, 0, 99, 0]));
        Assert.Equal(1, Seen!.Value.Soc!.Value.Percent);

        now += 5.1.Seconds;
        Send(Limits());

        Assert.Null(Seen!.Value.Soc);
        Assert.Null(Seen!.Value.HealthPercent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_oldest_frame_may_be_any_of_them(int first)
    {
        CanFrame[] frames = [Limits(), State, Measured];
        Send(frames[first]);
        now += 3.Seconds;
        Send(Limits());

        now += 2.5.Seconds;

        Assert.Null(Seen);
    }

    [Fact]
    public void Right_after_the_start_what_was_never_heard_makes_nothing_old()
    {
        now = 2.Seconds;
        Send(Limits());
        now = 6.9.Seconds;

        Assert.NotNull(Seen);
    }

    [Fact]
    public void A_flooded_bus_does_not_hold_the_thread_and_no_frame_is_from_the_future()
    {
        var wide = new InMemoryCanBus(() => now, capacity: 1000);
        var sender = wide.Attach();
        device = new CanBattery(wide.Attach(), Settings);
        for (var i = 0; i < 256; i++) sender.TrySend(new CanFrame(0x102, [1]));
        sender.TrySend(Limits());

        Assert.False(device.Read(now));
        Assert.True(device.Read(now - 1.Seconds));

        now += 4.1.Seconds;
        Assert.Null(Seen);
    }

    [Theory]
    [InlineData(1 << 3, HomeBatteryAlarms.Internal)]
    [InlineData(1 << 7, HomeBatteryAlarms.Internal)]
    [InlineData(1 << 6, HomeBatteryAlarms.None)]
    public void A_system_error_is_one_by_either_bit(int bits, HomeBatteryAlarms alarms)
    {
        Send(new CanFrame(0x359, [0, (byte)bits, 0, 0, 0, 0, 0, 0]), State);

        Assert.Equal(alarms, Seen!.Value.Alarms);
    }

    [Fact]
    public void A_pair_of_alarm_bits_that_says_both_says_nothing()
    {
        Send(new CanFrame(0x35A, [0b1100, 0, 0, 0, 0, 0, 0, 0]), State);
        Assert.Equal(HomeBatteryAlarms.None, Seen!.Value.Alarms);

        Send(new CanFrame(0x35A, [0b0100, 0, 0, 0, 0, 0, 0, 0]));
        Send(new CanFrame(0x35A, [0b1100, 0, 0, 0, 0, 0, 0, 0]), State);

        Assert.Equal(HomeBatteryAlarms.OverVoltage, Seen!.Value.Alarms);
    }

    [Fact]
    public void Foreign_extended_and_short_frames_are_no_news()
    {
        battery.TrySend(new CanFrame(0x351, [1, 2, 3, 4, 5]));
        battery.TrySend(new CanFrame(0x351, [1, 2, 3, 4, 5, 6, 7, 8], isExtended: true));
        battery.TrySend(new CanFrame(0x102, [1, 2, 3, 4, 5, 6, 7, 8]));

        Assert.False(device.Read(now));
        Assert.Null(Seen);
    }

    [Fact]
    public void Alive_is_sent_each_second_and_nothing_else_ever()
    {
        List<string> Run()
        {
            var heard = new List<string>();
            for (var i = 0; i < 500; i++)
            {
                now += 10.Milliseconds;
                device.Read(now);
                device.Write(now);
                while (battery.TryReceive(out var frame, out _)) heard.Add(frame.ToString());
            }
            return heard;
        }

        var alive = Run();
        With(Settings with { SendsAlive = false });
        var quiet = Run();

        Assert.InRange(alive.Count, 5, 6);
        Assert.All(alive, frame => Assert.Equal("305#0000000000000000", frame));
        Assert.Empty(quiet);
    }

    [Fact]
    public void No_frame_makes_a_value_outside_its_range()
    {
        var random = new Random(9);
        uint[] ids = [0x351, 0x355, 0x356, 0x359, 0x35A, 0x35C];
        Span<byte> bytes = stackalloc byte[8];
        for (var i = 0; i < 200_000; i++)
        {
            random.NextBytes(bytes);
            if (random.Next(4) == 0) bytes[random.Next(8)] = random.Next(2) == 0 ? (byte)0xFF : (byte)0x80;
            now += 1.Milliseconds;
            battery.TrySend(new CanFrame(ids[random.Next(ids.Length)], bytes[..random.Next(9)]));
            if (!device.Read(now) || Seen is not { } seen) continue;

            Assert.True(seen.Soc is null or { Percent: >= 0 and <= 100 });
            Assert.True(seen.HealthPercent is null or (>= 0 and <= 100));
            Assert.True(seen.Voltage is null or { Value: >= 0 and <= 60 });
            Assert.True(seen.Current is null or { Value: >= -150 and <= 150 });
            Assert.True(seen.ChargeLimit is null or { Value: >= 0 and <= 150 });
            Assert.True(seen.DischargeLimit is null or { Value: >= -150 and <= 0 });
            Assert.True(seen.ChargeVoltageLimit is null or { Value: > 0 and <= 60 });
            Assert.True(seen.Temperature is null or { Value: >= -60 and <= 120 });
        }
    }
}
