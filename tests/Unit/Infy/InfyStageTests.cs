using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Tests.Unit.Infy;

public class InfyStageTests
{
    private static readonly StageRatings Ratings = new(200.V, 1000.V, 73.3.Amperes, 22.kW, 0.90, 0.96);
    private readonly InMemoryCanEndpoint end;
    private readonly InfyStage stage;
    private readonly ModuleWire module;
    private TimeSpan now = 100.Seconds;

    public InfyStageTests()
    {
        var bus = new InMemoryCanBus(() => now);
        end = bus.Attach();
        module = new ModuleWire(bus.Attach()) { OpenVoltage = () => 370 };
        stage = new InfyStage(end, new InfySettings { Ratings = Ratings });
    }

    private static StageCommand Off => default;

    private static StageCommand Drive(double amperes) => new(StageMode.Current, 400.V, new(amperes));

    private void Run(StageCommand command, TimeSpan time)
    {
        for (var until = now + time; now < until;) Turn(command);
    }

    private void Turn(StageCommand command)
    {
        now += 10.Milliseconds;
        module.Turn();
        stage.Read(now);
        stage.Write(command, now);
    }

    private StageReading? Seen => stage.Reading.Within(1.Seconds, now);

    [Fact]
    public void Off_is_written_before_anything_else_and_repeated()
    {
        Run(Off, 2.Seconds);

        Assert.Equal((InfyRegister.Status, InfyRegister.Off), module.Writes.First());
        Assert.InRange(module.Writes.Count(w => w == (InfyRegister.Status, InfyRegister.Off)), 4, 6);
        Assert.DoesNotContain(
            module.Writes, w => w.Register is InfyRegister.SystemVoltage or InfyRegister.SystemCurrent);
    }

    [Fact]
    public void Charging_is_voltage_and_current_first_then_on()
    {
        Run(Off, 1.2.Seconds);
        module.Heard.Clear();

        Run(Drive(12.5), 20.Milliseconds);

        Assert.Equal(
            [
                (InfyRegister.SystemVoltage, 400_000u), (InfyRegister.SystemCurrent, 12_500u),
                (InfyRegister.Status, InfyRegister.On),
            ],
            module.Writes);
        Run(Drive(12.5), 300.Milliseconds);
        Assert.Equal(new StageReading(370.V, 12.5.Amperes, true, false, 0), Seen);
    }

    [Fact]
    public void A_changed_current_is_one_frame_in_the_same_call()
    {
        Run(Drive(10), 1.Seconds);
        Run(Drive(10), 50.Milliseconds);
        module.Heard.Clear();

        stage.Write(Drive(4), now);
        module.Turn();

        Assert.Equal([(InfyRegister.SystemCurrent, 4_000u)], module.Writes);
    }

    [Fact]
    public void It_never_comes_on_in_the_direction_that_was_not_asked_for()
    {
        for (var i = 0; i < 300; i++)
        {
            Turn(Drive(-10));
            Assert.True(!module.IsOn || module.IsInverter);
        }

        Assert.True(module.IsOn);
    }

    [Fact]
    public void It_turns_round_only_after_it_was_off_for_its_dwell_also_when_nothing_flowed_before()
    {
        module.Flowing = 0;
        Run(Drive(10), 3.Seconds);

        Run(Drive(-10), 450.Milliseconds);
        Assert.False(module.IsInverter);
        Run(Drive(-10), 2.Seconds);

        Assert.True(module is { IsInverter: true, IsOn: true });
    }

    [Fact]
    public void One_that_is_not_heard_is_not_turned_round()
    {
        Run(Off, 2.Seconds);
        module.IsSilent = true;
        Run(Off, 1.2.Seconds);

        Run(Drive(-10), 3.Seconds);

        Assert.DoesNotContain((InfyRegister.WorkingMode, InfyRegister.Inverter), module.Writes);
    }

    [Fact]
    public void Everything_is_repeated_at_the_keep_alive()
    {
        Run(Drive(10), 1.Seconds);
        module.Heard.Clear();

        Run(Drive(10), 5.Seconds);

        foreach (var expected in new[]
        {
            (InfyRegister.SystemVoltage, 400_000u), (InfyRegister.SystemCurrent, 10_000u),
            (InfyRegister.Status, InfyRegister.On), (InfyRegister.WorkingMode, InfyRegister.Rectifier),
        })
            Assert.InRange(module.Writes.Count(w => w == expected), 9, 11);
    }

    [Fact]
    public void No_current_is_off_in_the_same_call()
    {
        Run(Drive(10), 1.Seconds);
        module.Heard.Clear();

        stage.Write(Drive(0), now);
        module.Turn();

        Assert.Equal((InfyRegister.Status, InfyRegister.Off), module.Writes.First());
    }

    [Fact]
    public void Discharge_switches_off_waits_for_zero_turns_and_reads_negative()
    {
        Run(Drive(10), 1.Seconds);
        module.Heard.Clear();
        var began = now;

        while (!module.IsInverter && now - began < 5.Seconds) Turn(Drive(-8));
        Assert.InRange((now - began).TotalSeconds, 0.5, 0.8);
        Assert.DoesNotContain((InfyRegister.Status, InfyRegister.On), module.Writes);
        Run(Drive(-8), 500.Milliseconds);

        Assert.Equal((InfyRegister.Status, InfyRegister.Off), module.Writes.First());
        Assert.Equal(-8, Seen!.Value.Current.Value, 3);
        Assert.Equal(new Amperes(8), new Amperes(module.Amperes));
    }

    [Fact]
    public void The_direction_does_not_change_while_current_flows()
    {
        Run(Drive(10), 1.Seconds);
        module.Flowing = 3;

        Run(Drive(-8), 5.Seconds);

        Assert.DoesNotContain((InfyRegister.WorkingMode, InfyRegister.Inverter), module.Writes);
        Assert.False(module.IsOn);
    }

    [Fact]
    public void A_module_that_does_not_turn_stays_off()
    {
        Run(Drive(10), 1.Seconds);
        module.IgnoresMode = true;

        Run(Drive(-8), 5.Seconds);

        Assert.False(module.IsOn);
        Assert.Contains((InfyRegister.WorkingMode, InfyRegister.Inverter), module.Writes);
    }

    [Fact]
    public void A_module_found_in_inverter_mode_is_not_turned_under_current()
    {
        module.Turn();
        var bus = new InMemoryCanBus(() => now);
        var found = new ModuleWire(bus.Attach()) { OpenVoltage = () => 370, Flowing = 5, IgnoresOff = true };
        var self = new InfyStage(bus.Attach(), new InfySettings { Ratings = Ratings });
        var somebody = new InfyId(0, InfyId.SingleModule, InfyId.Write, InfyId.Broadcast, 0xF1);
        bus.Attach().TrySend(InfyRegister.Frame(somebody, InfyRegister.WorkingMode, InfyRegister.Inverter));
        for (var i = 0; i < 300; i++)
        {
            now += 10.Milliseconds;
            found.Turn();
            self.Read(now);
            self.Write(Drive(10), now);
        }

        Assert.True(found.IsInverter);
        Assert.Equal(-5.0, self.Reading.Within(1.Seconds, now)!.Value.Current.Value, 3);
    }

    [Fact]
    public void An_off_that_does_not_take_is_repeated_with_every_round()
    {
        Run(Drive(10), 1.Seconds);
        module.IgnoresOff = true;
        module.Heard.Clear();

        Run(Off, 1.Seconds);

        Assert.InRange(module.Writes.Count(w => w == (InfyRegister.Status, InfyRegister.Off)), 9, 12);
    }

    [Fact]
    public void The_insulation_test_is_a_voltage_with_next_to_no_current()
    {
        module.OpenVoltage = () => null;
        Run(Off, 1.Seconds);

        Run(new(StageMode.Voltage, 500.V, 0.A), 500.Milliseconds);

        Assert.Equal((500.0, 0.4), (module.Volts, module.Amperes));
        Assert.Equal(500.V, Seen!.Value.Voltage);
    }

    [Fact]
    public void Set_points_stay_within_the_ratings()
    {
        Run(new(StageMode.Current, 1e6.Volts, new(1e6)), 1.Seconds);
        Assert.Equal((1000.0, 73.3), (module.Volts, module.Amperes));

        Run(new(StageMode.Current, new(double.NaN), 10.A), 100.Milliseconds);
        Assert.False(module.IsOn);
        Run(new(StageMode.Current, 400.V, new(double.PositiveInfinity)), 100.Milliseconds);
        Assert.False(module.IsOn);
    }

    [Theory]
    [InlineData(InfyStatus.Fault, true)]
    [InlineData(InfyStatus.OverTemperature, true)]
    [InlineData(InfyStatus.PhaseLost, true)]
    [InlineData(InfyStatus.PowerLimited, false)]
    [InlineData(InfyStatus.CommunicationLost, false)]
    public void Status_bits_become_the_fault(InfyStatus bits, bool isFaulted)
    {
        module.Alarms = bits;

        Run(Off, 500.Milliseconds);

        Assert.Equal(isFaulted, Seen!.Value.IsFaulted);
        Assert.Equal((uint)(bits | InfyStatus.DcOff), Seen!.Value.FaultBits);
    }

    [Fact]
    public void Silence_lets_the_reading_age()
    {
        Run(Drive(10), 1.Seconds);
        module.IsSilent = true;

        Run(Drive(10), 1.2.Seconds);

        Assert.Null(Seen);
    }

    [Fact]
    public void Two_modules_with_one_address_are_a_fault()
    {
        Run(Off, 500.Milliseconds);
        module.Source = 1;

        Run(Off, 500.Milliseconds);

        Assert.True(Seen!.Value.IsFaulted);
        Assert.NotEqual(0u, Seen!.Value.FaultBits & (uint)InfyStatus.IdRepeat);
    }

    [Fact]
    public void Frames_for_others_errors_and_noise_change_nothing()
    {
        Run(Off, 500.Milliseconds);
        var before = stage.Reading.Sequence;
        var random = new Random(5);
        var other = new InMemoryCanBus(() => now);
        var quiet = new InfyStage(other.Attach(), new InfySettings { Ratings = Ratings });
        var noise = other.Attach();

        for (var i = 0; i < 5_000; i++)
        {
            var bytes = new byte[random.Next(9)];
            random.NextBytes(bytes);
            var id = (uint)random.NextInt64(1u << 29);
            // Anything but a sound answer to this controller.
            if (InfyId.Parse(id) is { Command: InfyId.Read, Destination: InfyId.Controller, Error: 0 }) continue;
            noise.TrySend(new CanFrame(id, bytes, isExtended: true));
            now += 1.Milliseconds;
            quiet.Read(now);
            quiet.Write(Off, now);
        }

        Assert.Equal(0u, quiet.Reading.Sequence);
        Assert.NotEqual(0u, before);
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        Run(Drive(10), 2.Seconds);
        module.IsSilent = true;
        var command = Drive(10);
        for (var i = 0; i < 50; i++) Poll(command);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++) Poll(command);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Poll(StageCommand command)
    {
        now += 10.Milliseconds;
        stage.Read(now);
        stage.Write(command, now);
    }
}

file static class TestUnits
{
    extension(double n)
    {
        public Amperes Amperes => new(n);
        public Volts Volts => new(n);
    }
}
