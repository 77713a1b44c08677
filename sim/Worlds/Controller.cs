using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// The production controller without its threads: pollers, drivers and loop of one <see cref="EdgeSystem"/>, called in
/// the order and at the times at which the threads would run. It can be stopped in order, killed and started again.
/// </summary>
internal sealed class Controller : IDisposable
{
    private readonly EdgeSystem system;
    private LoopPace pace;
    private bool isStepAsked;
    private EvseCommand announced;

    public Controller(SiteConfig site, VirtualWires wires, RuleSet rules, TimeSpan now)
    {
        system = EdgeSystem.Build(site, wires, rules);
        pace = new LoopPace(site.Period, now);
        Pollers = [.. system.Pollers
            .Select(poller => new PollerSlot(poller, wires.Modbuses.GetValueOrDefault(poller.Name)))];
    }

    public EdgeSystem System => system;

    public PollerSlot[] Pollers { get; }

    /// <summary>When the loop next steps.</summary>
    public TimeSpan NextStep => isStepAsked ? pace.EarliestWoken : pace.Deadline;

    public void AskForStep() => isStepAsked = true;

    /// <summary>One step; true when the command is new.</summary>
    public bool Step(TimeSpan now)
    {
        isStepAsked = false;
        pace.Begin(now);
        system.Loop.Step(now, pace.Overruns);
        return Announce();
    }

    private bool Announce()
    {
        var command = system.Loop.State.Command;
        var isNew = command.Setpoint != announced.Setpoint || command.Connection != announced.Connection
            || command.Session != announced.Session;
        announced = command;
        return isNew;
    }

    public void Dispose() => system.Dispose();
}
