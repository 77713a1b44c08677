using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Keeping;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// The production controller without its threads: pollers, drivers and loop of one <see cref="EdgeSystem"/>, called in
/// the order and at the times at which the threads would run. It can be stopped in order, killed and started again.
/// </summary>
internal sealed class Controller : IDisposable
{
    // The machine never starts anew within a scenario.
    private static readonly Guid Boot = new(1, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1]);
    private readonly EdgeSystem system;
    private readonly SubstituteEvse? substitute;
    private LoopPace pace;
    private bool isStepAsked;
    private readonly KeptStore store;
    private EvseCommand announced;
    private KeptState kept;
    private uint keptTaken;
    private TimeSpan stalledUntil;

    public Controller(
        SiteConfig site, VirtualWires wires, RuleSet rules, IKeepMedium medium, TimeSpan now,
        OtherController? instead = null)
    {
        store = new(medium, new(site.Id, "simulator", Boot));
        system = EdgeSystem.Build(site, wires, rules, store);
        Loop = system.Loop;
        KeptState.Take(Loop.State, out kept);
        system.Exchange.Stored.Publish(store.Report);
        if (instead is not null)
        {
            substitute = new(system.Devices.Evse, instead, site.Limits);
            Loop = new(site.Limits, system.Devices with { Evse = substitute }, system.Exchange, rules, Loop.State);
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
    public TimeSpan NextStep
    {
        get
        {
            var next = isStepAsked ? pace.EarliestWoken : pace.Deadline;
            return next > stalledUntil ? next : stalledUntil;
        }
    }

    public void AskForStep() => isStepAsked = true;

    /// <summary>The loop does not step before this time: the machine is too busy.</summary>
    public void Stall(TimeSpan until) => stalledUntil = until;

    /// <summary>The ordered end is over: it is marked as one.</summary>
    public void End() => store.End(kept);

    /// <summary>One step; true when the command is new.</summary>
    public bool Step(TimeSpan now)
    {
        isStepAsked = false;
        pace.Begin(now);
        substitute?.TakeIn();
        Loop.Step(now, pace.Overruns, pace.IsTooLate);
        Keep();
        substitute?.HandOn(Loop.State);
        return Announce();
    }

    // What a thread does in the product.
    private void Keep()
    {
        if (!system.Exchange.Kept.TryReadUnseen(ref kept, ref keptTaken)) return;
        system.Exchange.Stored.Publish(store.Commit(kept));
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
            || command.Session != announced.Session || command.FormsGrid != announced.FormsGrid;
        announced = command;
        return isNew;
    }

    public void Dispose() => system.Dispose();
}
