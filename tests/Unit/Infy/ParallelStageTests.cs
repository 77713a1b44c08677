using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Tests.Unit.Infy;

/// <summary>Several modules on one bus as one power stage.</summary>
public sealed class ParallelStageTests
{
    private static readonly InfySettings Three = new()
    {
        Ratings = new(200.V, 500.V, 30.A, 12.kW, 0.90, 0.96), IsRectifier = true, Modules = 3, FirstAddress = 4,
    };

    private readonly InMemoryCanBus bus;
    private readonly RectifierWire[] modules;
    private InfyStage stage;
    private TimeSpan now = 100.Seconds;

    public ParallelStageTests()
    {
        bus = new InMemoryCanBus(() => now);
        modules = [.. Enumerable.Range(4, 3).Select(address => new RectifierWire(bus.Attach(), (byte)address))];
        stage = new InfyStage(bus.Attach(), Three);
    }

    private StageReading? Seen => stage.Reading.Within(1.Seconds, now);

    private static StageCommand Drive(double amperes) => new(StageMode.Current, 400.V, new(amperes));

    private void Run(StageCommand command, TimeSpan time)
    {
        for (var until = now + time; now < until;)
        {
            now += 10.Milliseconds;
            foreach (var module in modules) module.Turn();
            stage.Read(now);
            stage.Write(command, now);
        }
    }

    [Fact]
    public void Ratings_are_those_of_all_and_the_current_is_shared_equally()
    {
        Run(Drive(45), 1.Seconds);

        Assert.Equal(
            (90.A, 36.kW, 500.V), (stage.Ratings.MaxCurrent, stage.Ratings.MaxPower, stage.Ratings.MaxVoltage));
        Assert.All(modules, module => Assert.Equal((true, 15.0), (module.IsOn, module.Amperes)));
        Assert.Equal((370.0, 45.0, true), (Seen!.Value.Voltage.Value, Seen!.Value.Current.Value, Seen!.Value.IsOn));
    }

    [Fact]
    public void A_changed_current_reaches_every_module_in_the_same_call()
    {
        Run(Drive(45), 1.Seconds);

        stage.Write(Drive(6), now);
        foreach (var module in modules) module.Turn();

        Assert.All(modules, module => Assert.Equal(2.0, module.Amperes));
    }

    [Fact]
    public void The_test_voltage_comes_from_one_module()
    {
        Run(default, 500.Milliseconds);

        Run(new(StageMode.Voltage, 450.V, 0.A), 200.Milliseconds);

        Assert.Equal([true, false, false], modules.Select(module => module.IsOn));
        Assert.True(Seen!.Value.IsOn);
    }

    [Fact]
    public void A_faulted_module_is_left_out_and_the_others_take_its_share()
    {
        Run(Drive(45), 1.Seconds);

        modules[1].Alarms = InfyStatus.OverTemperature;
        Run(Drive(45), 2.Seconds);

        Assert.Equal([22.5, 22.5], new[] { modules[0].Amperes, modules[2].Amperes });
        Assert.False(modules[1].IsOn);
        Assert.Equal((2, 60.A), (stage.InService, stage.Available.MaxCurrent));
        Assert.Equal((45.0, false), (Seen!.Value.Current.Value, Seen!.Value.IsFaulted));
        Assert.Equal(90.A, stage.Ratings.MaxCurrent);
    }

    [Fact]
    public void The_share_of_a_module_that_still_conducts_is_given_to_nobody_and_soon_the_stage_is_faulted()
    {
        Run(Drive(45), 1.Seconds);
        (modules[1].Alarms, modules[1].Flowing, modules[1].IgnoresOff) = (InfyStatus.Fault, 15, true);

        Run(Drive(45), 400.Milliseconds);
        var early = Seen!.Value;
        Assert.Equal([15.0, 15.0], new[] { modules[0].Amperes, modules[2].Amperes });
        Run(Drive(45), 600.Milliseconds);

        Assert.Equal((45.0, false), (early.Current.Value, early.IsFaulted));
        Assert.True(Seen!.Value.IsFaulted);
    }

    [Fact]
    public void A_faulted_module_that_stays_on_keeps_its_share_though_nothing_flows()
    {
        Run(Drive(45), 1.Seconds);
        (modules[1].Alarms, modules[1].Flowing, modules[1].IgnoresOff) = (InfyStatus.Fault, 0, true);

        Run(Drive(45), 1.Seconds);

        Assert.Equal([15.0, 15.0], new[] { modules[0].Amperes, modules[2].Amperes });
        Assert.True(Seen!.Value.IsFaulted);
    }

    [Fact]
    public void A_sum_has_one_new_part_of_each_module_and_is_as_old_as_the_oldest_and_as_high_as_the_highest()
    {
        Run(Drive(45), 1.Seconds);
        modules[0].OutletVolts = 372;
        modules[0].IsSilent = true;
        var before = stage.Reading.Sequence;
        Run(Drive(45), 400.Milliseconds);
        Assert.Equal(before, stage.Reading.Sequence);

        modules[0].IsSilent = false;
        Run(Drive(45), 100.Milliseconds);
        var oldest = TimeSpan.Zero;
        for (var i = 0; i < 100; i++)
        {
            now += 10.Milliseconds;
            modules[1].Turn();
            modules[2].Turn();
            // The first one answers later than the others.
            if (i % 7 == 0) modules[0].Turn();
            if (stage.Read(now) && now - stage.Reading.TakenAt > oldest) oldest = now - stage.Reading.TakenAt;
            stage.Write(Drive(45), now);
        }

        Assert.InRange(oldest.TotalMilliseconds, 30, 100);
        Assert.Equal(372, Seen!.Value.Voltage.Value);
    }

    [Fact]
    public void A_module_that_falls_silent_leaves_no_sum_until_it_is_off_for_certain()
    {
        Run(Drive(45), 1.Seconds);
        modules[2].IsSilent = true;

        Run(Drive(45), 2.2.Seconds);
        Assert.Null(Seen);
        Assert.False(modules[2].IsOn);
        Run(default, 9.Seconds);
        Assert.Null(Seen);
        Run(default, 1.5.Seconds);

        Assert.Equal((2, false), (stage.InService, Seen!.Value.IsFaulted));
    }

    [Fact]
    public void A_module_that_is_never_heard_is_left_out_after_the_same_time()
    {
        modules[0].IsSilent = true;

        Run(default, 11.Seconds);
        Assert.Null(Seen);
        Run(default, 2.Seconds);
        Run(Drive(20), 500.Milliseconds);

        Assert.Equal((2, 20.0), (stage.InService, Seen!.Value.Current.Value));
    }

    [Fact]
    public void A_module_comes_back_only_while_the_stage_is_off()
    {
        Run(Drive(45), 1.Seconds);
        modules[1].Alarms = InfyStatus.OverTemperature;
        Run(Drive(45), 500.Milliseconds);
        modules[1].Alarms = InfyStatus.None;

        Run(Drive(45), 5.Seconds);
        var during = stage.InService;
        Run(default, 500.Milliseconds);

        Assert.Equal((2, 3), (during, stage.InService));
    }

    [Fact]
    public void A_module_that_is_out_and_conducts_again_is_counted_and_faults_the_stage()
    {
        Run(Drive(45), 1.Seconds);
        modules[1].Alarms = InfyStatus.OverTemperature;
        Run(Drive(45), 500.Milliseconds);

        modules[1].Flowing = 12;
        Run(Drive(45), 700.Milliseconds);

        // The others give back its share at once: 15 + 15 + 12.
        Assert.Equal((42.0, true), (Seen!.Value.Current.Value, Seen!.Value.IsFaulted));
    }

    [Fact]
    public void Where_the_site_wants_it_one_module_out_stops_the_stage()
    {
        stage = new InfyStage(bus.Attach(), Three with { StopsWhenOneIsOut = true });
        Run(Drive(45), 1.Seconds);

        modules[1].Alarms = InfyStatus.OverTemperature;
        Run(Drive(45), 500.Milliseconds);

        Assert.True(Seen!.Value.IsFaulted);
    }

    [Fact]
    public void With_every_module_out_the_stage_is_faulted()
    {
        Run(Drive(45), 1.Seconds);

        foreach (var module in modules) module.Alarms = InfyStatus.PhaseLost;
        Run(Drive(45), 600.Milliseconds);

        Assert.Equal((0, true), (stage.InService, Seen!.Value.IsFaulted));
        Assert.Equal(0.A, stage.Available.MaxCurrent);
    }

    [Fact]
    public void Bidirectional_modules_are_spoken_to_by_address_and_turn_together()
    {
        var wires = Enumerable.Range(0, 2)
            .Select(address => new ModuleWire(
                bus.Attach()) { OpenVoltage = () => 370, Address = (byte)address, Source = (byte)address })
            .ToArray();
        var pair = new InfyStage(
            bus.Attach(), new InfySettings { Ratings = new(200.V, 1000.V, 70.A, 22.kW, 0.9, 0.96), Modules = 2 });
        void RunPair(double amperes, double seconds)
        {
            for (var until = now + seconds.Seconds; now < until;)
            {
                now += 10.Milliseconds;
                foreach (var wire in wires) wire.Turn();
                pair.Read(now);
                pair.Write(Drive(amperes), now);
            }
        }

        RunPair(20, 1);
        var charge = pair.Reading.Within(1.Seconds, now)!.Value;
        RunPair(-16, 3);
        var discharge = pair.Reading.Within(1.Seconds, now)!.Value;

        Assert.Equal((20.0, false), (charge.Current.Value, charge.IsFaulted));
        Assert.Equal(-16, discharge.Current.Value, 3);
        Assert.All(wires, wire => Assert.Equal((true, 8.0), (wire.IsInverter, wire.Amperes)));
        Assert.DoesNotContain(wires[0].Heard, heard => heard.Id.Destination == InfyId.Broadcast);
    }

    [Fact]
    public void Where_a_module_speaks_for_the_system_its_current_is_the_sum()
    {
        var wires = Enumerable.Range(0, 2)
            .Select(address => new ModuleWire(
                bus.Attach()) { OpenVoltage = () => 370, Address = (byte)address, Source = (byte)address })
            .ToArray();
        var pair = new InfyStage(
            bus.Attach(), new InfySettings
            {
                Ratings = new(200.V, 1000.V, 70.A, 22.kW, 0.9, 0.96), Modules = 2, IsCurrentOfSystem = true,
            });
        for (var i = 0; i < 100; i++)
        {
            now += 10.Milliseconds;
            foreach (var wire in wires) wire.Turn();
            pair.Read(now);
            pair.Write(Drive(20), now);
        }

        Assert.All(wires, wire => Assert.Equal(20.0, wire.Amperes));
        Assert.Equal(20, pair.Reading.Within(1.Seconds, now)!.Value.Current.Value, 3);
    }

    [Fact]
    public void Steady_state_allocates_nothing()
    {
        Run(Drive(10), 2.Seconds);
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
