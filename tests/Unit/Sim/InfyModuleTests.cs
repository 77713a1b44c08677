using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Tests.Unit.Sim;

public class InfyModuleTests
{
    private static readonly InfyId WriteId = new(0, InfyId.SingleModule, InfyId.Write, 0, InfyId.Controller);
    private static readonly InfyId ReadId = WriteId with { Command = InfyId.Read };
    private readonly HomePlant plant = new(new(), 1) { IsPlugged = true, IsContactorDriven = true };
    private readonly InMemoryCanEndpoint controller;
    private readonly InfyModule module;

    public InfyModuleTests()
    {
        var bus = new InMemoryCanBus(() => plant.Now);
        controller = bus.Attach();
        var node = bus.Attach();
        module = new InfyModule(plant, node, () => node.NextArrival, address: 0, keepAlive: 10.Seconds);
    }

    [Fact]
    public void It_drives_the_current_that_was_set_and_tells_its_magnitude()
    {
        Write(InfyRegister.SystemVoltage, 420_000);
        Write(InfyRegister.SystemCurrent, 20_000);
        Write(InfyRegister.Status, InfyRegister.On);
        Run(2.Seconds);
        var charged = plant.Stage.Current;

        Write(InfyRegister.WorkingMode, InfyRegister.Inverter);
        Write(InfyRegister.SystemVoltage, 250_000);
        Run(2.Seconds);

        Assert.Equal(20, charged.Value, 2);
        Assert.Equal(-20, plant.Stage.Current.Value, 2);
        Assert.Equal(20_000u, Read(InfyRegister.SystemCurrent));
        Assert.Equal(1u, Read(InfyRegister.InverterStatus) & 1);
    }

    [Fact]
    public void Its_output_goes_off_when_nothing_was_heard_for_10_s_and_it_says_so()
    {
        Write(InfyRegister.SystemVoltage, 420_000);
        Write(InfyRegister.SystemCurrent, 20_000);
        Write(InfyRegister.Status, InfyRegister.On);

        Run(9.Seconds);
        var before = plant.Stage.IsOn;
        Run(2.Seconds);

        Assert.True(before);
        Assert.False(plant.Stage.IsOn);
        Assert.Equal(Amperes.Zero, plant.Stage.Current);
    }

    [Fact]
    public void What_it_does_not_know_it_answers_with_an_error_and_does_not_do()
    {
        controller.TrySend(InfyRegister.Frame(WriteId, InfyRegister.SystemCurrent, 999_000));
        Run(20.Milliseconds);

        Assert.True(controller.TryReceive(out var answer, out _));
        Assert.Equal(2, InfyId.Parse(answer.Id).Error);
        Assert.Equal(Amperes.Zero, plant.Stage.CurrentLimit);
    }

    private void Write(ushort register, uint value)
    {
        controller.TrySend(InfyRegister.Frame(WriteId, register, value));
        Run(10.Milliseconds);
        while (controller.TryReceive(out _, out _)) { }
    }

    private uint Read(ushort register)
    {
        controller.TrySend(InfyRegister.Frame(ReadId, register, 0));
        Run(10.Milliseconds);
        Assert.True(controller.TryReceive(out var answer, out _));
        Assert.True(InfyRegister.TryDecode(answer, out _, out _, out var value));
        return value;
    }

    private void Run(TimeSpan span)
    {
        for (var end = plant.Now + span; plant.Now < end;)
        {
            plant.Advance(5.Milliseconds);
            while (module.NextDue <= plant.Now) module.Advance(plant.Now);
        }
    }
}
