using System.Globalization;
using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Tests.Unit.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Infy;

/// <summary>The V1.13 rectifiers: published frames, then one module, then the stage.</summary>
public sealed class RectifierTests
{
    private static readonly StageRatings Ratings = new(200.V, 500.V, 50.A, 15.kW, 0.90, 0.96);
    private readonly InMemoryCanBus bus;
    private readonly RectifierWire module;
    private readonly InfyStage stage;
    private TimeSpan now = 100.Seconds;

    public RectifierTests()
    {
        bus = new InMemoryCanBus(() => now);
        module = new RectifierWire(bus.Attach(), 0);
        stage = Stage(settings => settings);
    }

    private InfyStage Stage(Func<InfySettings, InfySettings> with) => new(
        bus.Attach(), with(new InfySettings { Ratings = Ratings, IsRectifier = true }));

    private void Run(StageCommand command, TimeSpan time)
    {
        for (var until = now + time; now < until;)
        {
            now += 10.Milliseconds;
            module.Turn();
            stage.Read(now);
            stage.Write(command, now);
        }
    }

    private static StageCommand Drive(double amperes) => new(StageMode.Current, 400.V, new(amperes));

    private static Dictionary<byte, ulong> Published()
    {
        var sample = JsonDocument.Parse(File.ReadAllLines(Recording.InfySamples)[0]).RootElement;
        var frames = new Dictionary<byte, ulong>();
        foreach (var frame in sample.GetProperty("frames").EnumerateArray())
        {
            var id = uint.Parse(frame[0].GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var sent = new CanFrame(id, Convert.FromHexString(frame[1].GetString()!), isExtended: true);
            Assert.True(RectifierFrame.TryDecode(sent, out var parts, out var data));
            Assert.Equal(sent, RectifierFrame.From(parts.Source, parts.Command, data));
            frames.TryAdd(parts.Command, data);
        }
        return frames;
    }

    [Fact]
    public void The_published_frames_read_as_published()
    {
        var frames = Published();

        Assert.Equal((500.V, new Amperes(3.5)), RectifierFrame.MeasuredIn(frames[RectifierFrame.Measured]));
        Assert.Equal((400.V, 50.A), RectifierFrame.OutletIn(frames[RectifierFrame.Outlet]));
        Assert.Equal((500.V, 200.V, 100.A, 10.kW), RectifierFrame.CapabilitiesIn(frames[RectifierFrame.Capabilities]));
        Assert.Equal(InfyStatus.WalkIn, RectifierFrame.StatusIn(frames[RectifierFrame.Status]));
        Assert.Equal(0x0000_0100_0000_0000u, frames[RectifierFrame.Count]);
    }

    [Fact]
    public void Every_field_survives_the_round_trip_within_one_step()
    {
        var random = new Random(4);
        for (var i = 0; i < 2000; i++)
        {
            var (volts, amperes) = (random.NextDouble() * 1000, random.NextDouble() * 100);
            var (millivolts, milliamperes) = ((uint)random.Next(), (uint)random.Next());
            var measured = RectifierFrame.MeasuredIn(RectifierFrame.OfMeasured(new(volts), new(amperes)))!.Value;
            var outlet = RectifierFrame.OutletIn(RectifierFrame.OfOutlet(new(volts), new(amperes)))!.Value;
            var able = RectifierFrame.CapabilitiesIn(
                RectifierFrame.OfCapabilities(new(volts), new(volts / 2), new(amperes), new(volts * 20)));

            Assert.InRange(measured.Voltage.Value, volts - 0.001, volts + 0.001);
            Assert.InRange(measured.Current.Value, amperes - 0.001, amperes + 0.001);
            Assert.InRange(outlet.Voltage.Value, volts - 0.1, volts + 0.1);
            Assert.InRange(outlet.Available.Value, amperes - 0.1, amperes + 0.1);
            Assert.InRange(able.MaxVoltage.Value, volts - 1, volts + 1);
            Assert.InRange(able.MinVoltage.Value, volts / 2 - 1, volts / 2 + 1);
            Assert.InRange(able.MaxCurrent.Value, amperes - 0.1, amperes + 0.1);
            Assert.InRange(able.MaxPower.Value, volts * 20 - 10, volts * 20 + 10);
            Assert.Equal(
                (millivolts, milliamperes), RectifierFrame.SetIn(RectifierFrame.OfSet(millivolts, milliamperes)));
        }
    }

    [Theory]
    [InlineData(0x7FC0000040600000ul)]
    [InlineData(0x43FA00007F800000ul)]
    [InlineData(0x43FA0000FF800000ul)]
    [InlineData(0x461C400040600000ul)]
    [InlineData(0x43FA0000C1200000ul)]
    [InlineData(0xC120000040600000ul)]
    public void What_no_rectifier_can_show_is_no_measurement(ulong data) =>
        Assert.Null(RectifierFrame.MeasuredIn(data));

    [Fact]
    public void Charging_is_voltage_and_current_first_then_on_and_on_is_zero()
    {
        Run(default, 500.Milliseconds);
        module.Heard.Clear();

        Run(Drive(12.5), 20.Milliseconds);

        var writes = module.Heard.Where(heard => heard.Command is RectifierFrame.Set or RectifierFrame.Switch).ToList();
        Assert.Equal(
            [(RectifierFrame.Set, RectifierFrame.OfSet(400_000, 12_500)), (RectifierFrame.Switch, 0ul)], writes);
        Run(Drive(12.5), 300.Milliseconds);
        var seen = stage.Reading.Within(1.Seconds, now)!.Value;
        Assert.Equal((370.0, 12.5, true, false), (seen.Voltage.Value, seen.Current.Value, seen.IsOn, seen.IsFaulted));
    }

    [Fact]
    public void The_modules_own_voltage_is_a_setting()
    {
        var own = Stage(settings => settings with { HasOutletVoltage = false });
        for (var i = 0; i < 50; i++)
        {
            now += 10.Milliseconds;
            module.Turn();
            own.Read(now);
            own.Write(Drive(5), now);
        }

        Assert.Equal(400, own.Reading.Within(1.Seconds, now)!.Value.Voltage.Value, 3);
    }

    [Fact]
    public void A_rectifier_never_discharges()
    {
        Run(Drive(10), 1.Seconds);

        Run(Drive(-5), 100.Milliseconds);

        Assert.False(module.IsOn);
        Assert.False(stage.IsBidirectional);
    }

    [Fact]
    public void Off_goes_out_in_the_same_call_and_is_repeated_until_it_takes()
    {
        Run(Drive(10), 1.Seconds);
        module.IgnoresOff = true;
        module.Heard.Clear();

        Run(default, 1.Seconds);

        Assert.Equal((RectifierFrame.Switch, RectifierFrame.OfSwitch(false)), module.Heard[0]);
        Assert.InRange(module.Heard.Count(heard => heard == (RectifierFrame.Switch, 1ul << 56)), 9, 12);
    }

    [Fact]
    public void Off_does_not_wait_for_the_next_round()
    {
        Run(Drive(10), 1.Seconds);
        for (var i = 0; i < 10; i++)
        {
            Run(Drive(10), 10.Milliseconds * (10 + i));
            Assert.True(module.IsOn);

            stage.Write(default, now);
            module.Turn();

            Assert.False(module.IsOn);
        }
    }

    [Fact]
    public void A_module_hears_something_well_within_its_ten_seconds()
    {
        Run(Drive(10), 1.Seconds);
        module.Heard.Clear();

        Run(Drive(10), 5.Seconds);

        Assert.InRange(module.Heard.Count(heard => heard.Command == RectifierFrame.Set), 9, 11);
        Assert.InRange(module.Heard.Count(heard => heard.Command == RectifierFrame.Status), 45, 55);
    }

    [Theory]
    [InlineData(InfyStatus.InputLowVoltage)]
    [InlineData(InfyStatus.PhaseLost)]
    [InlineData(InfyStatus.Fault)]
    [InlineData(InfyStatus.OutputShort)]
    public void Mains_loss_and_faults_are_a_faulted_stage(InfyStatus bit)
    {
        Run(Drive(10), 500.Milliseconds);

        module.Alarms = bit;
        Run(Drive(10), 300.Milliseconds);

        Assert.True(stage.Reading.Within(1.Seconds, now)!.Value.IsFaulted);
    }

    [Fact]
    public void Silence_lets_the_reading_age()
    {
        Run(Drive(10), 1.Seconds);
        module.IsSilent = true;

        Run(Drive(10), 1.2.Seconds);

        Assert.Null(stage.Reading.Within(1.Seconds, now));
    }

    [Fact]
    public void Answers_of_others_with_errors_or_to_others_change_nothing()
    {
        Run(default, 500.Milliseconds);
        var noise = bus.Attach();
        var before = stage.Reading.Sequence;
        module.IsSilent = true;
        Run(default, 300.Milliseconds);
        var quiet = stage.Reading.Sequence;

        for (byte address = 1; address < 60; address++)
            foreach (var command in new[] { RectifierFrame.Status, RectifierFrame.Measured, RectifierFrame.Outlet })
                noise.TrySend(RectifierFrame.From(address, command, 0));
        foreach (var command in new[] { RectifierFrame.Status, RectifierFrame.Measured, RectifierFrame.Outlet })
            noise.TrySend(RectifierFrame.From(0, command, 0, error: 2));
        Run(default, 100.Milliseconds);

        Assert.True(before > 0);
        Assert.Equal(quiet, stage.Reading.Sequence);
    }
}
