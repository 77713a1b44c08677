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
    private readonly SubstituteEvse? substitute;
    private LoopPace pace;
    private bool isStepAsked;
    private EvseCommand announced;

    public Controller(
        SiteConfig site, VirtualWires wires, RuleSet rules, TimeSpan now, OtherController? instead = null)
    {
        system = EdgeSystem.Build(site, wires, rules);
        Loop = system.Loop;
        if (instead is not null)
        {
            substitute = new(system.Devices.Evse, instead, site.Limits);
            Loop = new(site.Limits, system.Devices with { Evse = substitute }, system.Exchange, rules);
        }
        pace = new LoopPace(site.Period, now);
        Pollers = [.. system.Pollers
            .Select(poller => new PollerSlot(poller, wires.Modbuses.GetValueOrDefault(poller.Name)))];
    }

    public EdgeSystem System => system;

    /// <summary>The loop: the product's, except when another controller takes its place.</summary>
    public ControlLoop Loop { get; }

    public PollerSlot[] Pollers { get; }

    /// <summary>When the loop next steps.</summary>
    public TimeSpan NextStep => isStepAsked ? pace.EarliestWoken : pace.Deadline;

    public void AskForStep() => isStepAsked = true;

    /// <summary>One step; true when the command is new.</summary>
    public bool Step(TimeSpan now)
    {
        isStepAsked = false;
        pace.Begin(now);
        substitute?.TakeIn();
        Loop.Step(now, pace.Overruns);
        substitute?.HandOn(Loop.State);
        return Announce();
    }

    /// <summary>One step of the ordered end; true when no current flows any more.</summary>
    public bool StepToEnd(TimeSpan now)
    {
        substitute?.TakeIn();
        var isGone = Loop.StepToEnd(now, Connection.Open);
        substitute?.HandOn(Loop.State);
        return isGone;
    }

    private bool Announce()
    {
        var command = substitute?.Newest ?? Loop.State.Command;
        var isNew = command.Setpoint != announced.Setpoint || command.Connection != announced.Connection
            || command.Session != announced.Session;
        announced = command;
        return isNew;
    }

    public void Dispose() => system.Dispose();
}
