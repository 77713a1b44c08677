using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Keeping;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// A scenario's home and the production controller on virtual time, on one thread, in the order (time; event, plant,
/// device, poller, gateway, loop, write). The same scenario, rules and seed give the same run, bit by bit.
/// </summary>
public sealed class World : ISurroundings, IDisposable
{
    /// <summary>The plant's step.</summary>
    public static readonly TimeSpan PlantStep = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan TracePeriod = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StallTime = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan EndPeriod = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PatienceForEnd = TimeSpan.FromSeconds(15);
    private const int MostPollers = 6;
    private const int EventSlot = 0, MeterSlot = 1, InverterSlot = 2, CarSlot = 3, ModuleSlot = 4, PanelSlot = 5,
        IntruderSlot = 6;
    private const int ReadSlot = 7, GatewaySlot = ReadSlot + MostPollers, LoopSlot = GatewaySlot + 1,
        WriteSlot = LoopSlot + 1;

    private readonly Scenario scenario;
    private readonly SiteConfig site;
    private readonly RuleSet rules;
    private readonly OtherController? instead;
    private readonly SiteRoles roles;
    private readonly VirtualWires wires;
    private readonly SimulatedHome home;
    private readonly VirtualGateway gateway;
    private readonly CanIntruder? intruder;
    private readonly Agenda agenda = new(WriteSlot + MostPollers);
    private readonly SimDevice?[] devices;
    private readonly TraceHash trace = new();
    private readonly MemoryMedium disk = new();
    private Controller? controller;
    private TimeSpan plantDue = PlantStep;
    private TimeSpan tracedAt;
    private TimeSpan startsAt = TimeSpan.MaxValue;
    private TimeSpan endsSince = TimeSpan.MaxValue;
    private int nextEvent;
    private long edges;

    /// <summary>Builds home and controller at time 0.</summary>
    /// <param name="scenario">The home and what happens in it.</param>
    /// <param name="site">The site.</param>
    /// <param name="rules">The controller's rules.</param>
    /// <param name="seed">Decides all that is chance.</param>
    /// <param name="phase">When the controller starts: where its grid of steps and polls lies against the
    /// events.</param>
    /// <param name="instead">Takes the product's place, to see that it is found out; null for the product.</param>
    /// <exception cref="InvalidOperationException">The site file does not fit the simulated home.</exception>
    public World(
        Scenario scenario, SiteConfig site, RuleSet rules, ulong seed, TimeSpan phase = default,
        OtherController? instead = null)
    {
        this.scenario = scenario;
        this.site = site;
        this.rules = rules;
        this.instead = instead;
        roles = SiteRoles.Of(site);
        wires = new VirtualWires(site, () => Now, seed);
        var module = roles.Module is { } bus ? wires.AttachCan(bus) : null;
        var ends = new HomeEnds(
            roles.Car is { } car ? wires.AttachCan(car) : null, module, () => module?.NextArrival, wires.Lines.Attach(),
            wires.Lines.Attach(), isSilent => wires.Modbuses[roles.Quasar!].IsSilent = isSilent);
        home = new SimulatedHome(
            scenario, roles, SimulatedHome.PlantOf(scenario, site, roles, seed), ends, this, seed);
        wires.Attach(roles.Meter, home.Meter.Image);
        if (home.Der is { } der) wires.Attach(roles.Der!, der.Image);
        if (home.Quasar is { } quasar) wires.Attach(roles.Quasar!, quasar.Image);
        if (home.Inverter is { } inverter) wires.Attach(roles.Inverter!, inverter.Image);
        gateway = new VirtualGateway(site, scenario.Begins);
        intruder = roles.Car is { } carBus ? new CanIntruder(() => wires.AttachIntruder(carBus)) : null;
        devices = [null, home.Meter, home.Inverter, home.Charger, home.Module, home.Panel, intruder];
        for (var slot = MeterSlot; slot < ReadSlot; slot++) Reschedule(slot);
        ScheduleEvent();
        if (phase == TimeSpan.Zero) Start();
        else agenda.Set(LoopSlot, phase);
    }

    /// <summary>Time since the scenario began.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>The home's physics.</summary>
    public HomePlant Plant => home.Plant;

    /// <summary>Orders and answers so far.</summary>
    public AnswerBook Answers => gateway.Book;

    /// <summary>Folds everything that happened.</summary>
    public ulong Trace => trace.Value;

    /// <summary>
    /// What the controller is in, for a person who looks; null while it is down. The oracle never asks.
    /// </summary>
    public ControlState? ControlState => controller?.Loop.State;

    /// <summary>Told what the scenario does.</summary>
    public Action<ScenarioEvent>? Happened { get; set; }

    /// <summary>Shown what each step of the controller came to.</summary>
    public StepWatcher? Stepped { get; set; }

    /// <summary>Runs until a time.</summary>
    public void RunUntil(TimeSpan until, IOracle? oracle = null)
    {
        var slot = agenda.Next(out var at);
        while (TryTurn(ref slot, ref at, until, oracle)) { } // a method that is called often is compiled well
        Now = until;
    }

    /// <inheritdoc/>
    public void Dispose() => controller?.Dispose();

    // What is due next and all that is due at the same time; leaves what is due after it.
    private bool TryTurn(ref int slot, ref TimeSpan at, TimeSpan until, IOracle? oracle)
    {
        // The plant moves most often and wakes nobody: it catches up without another look at the agenda.
        var most = at < until ? at : until;
        while (plantDue < most || (plantDue == most && (plantDue < at || slot > EventSlot))) MovePlant(oracle);
        if (at > until) return false;
        if (at > Now) Now = at;
        do
        {
            Turn(slot);
            slot = agenda.Next(out at);
        }
        while (at <= Now && plantDue > Now); // between an instant's events and its other turns the plant moves
        return true;
    }

    private void Turn(int slot)
    {
        switch (slot)
        {
            case EventSlot:
                Happen();
                break;
            case < ReadSlot:
                TurnDevice(slot);
                break;
            case < GatewaySlot:
                Read(slot - ReadSlot);
                break;
            case GatewaySlot:
                TurnGateway();
                break;
            case LoopSlot:
                Step();
                break;
            default:
                Write(slot - WriteSlot);
                break;
        }
    }

    private void MovePlant(IOracle? oracle)
    {
        Now = plantDue;
        home.Plant.Advance(PlantStep);
        plantDue += PlantStep;
        oracle?.See(Truth.Of(home.Plant));
        if (home.Plant.Now < tracedAt + TracePeriod) return;
        tracedAt = home.Plant.Now;
        trace.Add(home.Plant);
    }

    private void TurnDevice(int slot)
    {
        devices[slot]!.Advance(Now);
        Reschedule(slot);
        if (controller is null) return;
        var newEdges = (home.Car?.Edges ?? 0) + home.Panel.Edges;
        var isEdge = newEdges != edges;
        edges = newEdges;
        // Only the turns of car, module and intruder put something on a wire; an edge of a line wakes all who read lines.
        if (isEdge || slot is CarSlot or ModuleSlot or IntruderSlot) ReschedulePollers(isEdge);
    }

    private void Reschedule(int slot)
    {
        if (devices[slot] is { } device) agenda.Set(slot, device.NextDue);
    }

    private void ReschedulePollers(bool wake)
    {
        for (var i = 0; i < controller!.Pollers.Length; i++)
        {
            var poller = controller.Pollers[i];
            if (poller.IsWaitingForStep || !(wake || poller.HearsFrames)) continue;
            if (wake) poller.Wake(Now);
            agenda.Set(ReadSlot + i, poller.NextRead);
        }
    }

    private void Read(int index)
    {
        var poller = controller!.Pollers[index];
        agenda.Clear(ReadSlot + index);
        if (poller.Read(Now))
        {
            controller.AskForStep();
            agenda.Set(LoopSlot, controller.NextStep);
            poller.IsWaitingForStep = true;
            agenda.Set(WriteSlot + index, Now + PollerSlot.LongestWaitForStep);
        }
        else
        {
            agenda.Set(WriteSlot + index, Now);
        }
    }

    private void Write(int index)
    {
        var poller = controller!.Pollers[index];
        poller.Write(Now);
        agenda.Clear(WriteSlot + index);
        agenda.Set(ReadSlot + index, poller.NextRead);
        Reschedule(ModuleSlot);
    }

    private void Step()
    {
        if (controller is null)
        {
            Start();
            return;
        }
        if (endsSince != TimeSpan.MaxValue)
        {
            StepToEnd();
            return;
        }
        var isNew = controller.Step(Now);
        trace.Add(controller.Loop.State);
        Stepped?.Invoke(controller.Loop.State);
        agenda.Set(LoopSlot, controller.NextStep);
        AfterStep(isNew);
        agenda.Hasten(GatewaySlot, gateway.NextAfterStep(Now));
    }

    private void AfterStep(bool isCommandNew)
    {
        for (var i = 0; i < controller!.Pollers.Length; i++)
        {
            var poller = controller.Pollers[i];
            if (poller.IsWaitingForStep) agenda.Set(WriteSlot + i, Now);
            // The threads of the other buses wake too, and find nothing that is theirs.
            else if (isCommandNew && (poller.HearsFrames || poller.Name == roles.Quasar || poller.Name == roles.Der))
            {
                poller.Wake(Now);
                agenda.Hasten(ReadSlot + i, poller.NextRead);
            }
        }
    }

    private void TurnGateway()
    {
        agenda.Clear(GatewaySlot);
        if (controller is null) return;
        if (gateway.Turn(Now, controller.System.Exchange))
        {
            controller.AskForStep();
            agenda.Set(LoopSlot, controller.NextStep);
        }
        if (gateway.NextDue is { } due) agenda.Set(GatewaySlot, due);
    }

    private void Start()
    {
        startsAt = endsSince = TimeSpan.MaxValue;
        controller = new Controller(site, wires, rules, disk, Now, instead);
        if (controller.Pollers.Length > MostPollers)
            throw new InvalidOperationException("the site file has too many buses");
        gateway.Restarted();
        agenda.Set(LoopSlot, controller.NextStep);
        ReschedulePollers(wake: true);
    }

    // As the host's threads end: zero and open until no current flows, then the process is gone and its lines fall.
    private void StepToEnd()
    {
        var isGone = controller!.StepToEnd(Now);
        AfterStep(isCommandNew: true);
        agenda.Set(LoopSlot, Now + EndPeriod);
        if (!isGone && Now - endsSince <= PatienceForEnd) return;
        controller.End();
        Kill();
    }

    private void Kill()
    {
        controller!.Dispose();
        controller = null;
        for (var i = 0; i < MostPollers; i++)
        {
            agenda.Clear(ReadSlot + i);
            agenda.Clear(WriteSlot + i);
        }
        agenda.Clear(GatewaySlot);
        startsAt = Now + RestartTime;
        agenda.Set(LoopSlot, startsAt);
    }

    private void ScheduleEvent()
    {
        if (nextEvent < scenario.Events.Count) agenda.Set(EventSlot, scenario.Events[nextEvent].At);
        else agenda.Clear(EventSlot);
    }

    private void Happen()
    {
        var happening = scenario.Events[nextEvent++];
        ScheduleEvent();
        Do(happening.Event);
    }

    /// <summary>Makes something happen now.</summary>
    /// <exception cref="InvalidOperationException">It is not possible in this home.</exception>
    public void Do(ScenarioEvent happening)
    {
        Happened?.Invoke(happening);
        switch (happening)
        {
            case ScenarioEvent.Order order:
                gateway.Publish(order, Now);
                agenda.Hasten(GatewaySlot, gateway.NextDue ?? TimeSpan.MaxValue);
                break;
            case ScenarioEvent.Flood flood:
                gateway.Publish(flood, Now);
                agenda.Hasten(GatewaySlot, Now);
                break;
            case ScenarioEvent.NewSun sun:
                home.Plant.Pv.Sun = sun.Sun;
                break;
            case ScenarioEvent.Change change when !home.TryDo(change.What, change.Value):
                throw new InvalidOperationException($"'{change.What}: {change.Value}' is not possible in this home");
            case ScenarioEvent.Change:
                Reschedule(PanelSlot);
                break;
        }
    }

    bool ISurroundings.TryChange(string what, string value)
    {
        switch (what)
        {
            case "broker" or "wall_clock" or "wall_clock_error_s":
                agenda.Hasten(GatewaySlot, Now);
                return gateway.TryChange(what, value, Now);
            case "car_can" when intruder is not null:
                intruder.Become(value, Now);
                wires.Starve(roles.Car!, value == "babbling");
                Reschedule(IntruderSlot);
                return true;
            case "grid_operator" or "grid_operator_consumption_w" or "grid_operator_production_w":
                gateway.Operator.Say(what, value, Now);
                agenda.Hasten(GatewaySlot, Now);
                return true;
            case "needed_soc_pct" or "leaves_in_s":
                gateway.Driver.Say(what, value, Now);
                agenda.Hasten(GatewaySlot, Now);
                return true;
            // Nobody is there to be asked, stalled or killed once more.
            case "faults" or "controller" when controller is null:
                return true;
            case "faults" when controller is not null:
                gateway.ClearFaults(controller.System.Exchange);
                return true;
            case "disk":
                disk.Suffer(value);
                return true;
            case "controller" when controller is not null:
                if (value == "crash")
                {
                    Kill();
                    return true;
                }
                if (value == "stall")
                {
                    controller.Stall(Now + StallTime);
                    agenda.Set(LoopSlot, controller.NextStep);
                    return true;
                }
                endsSince = Now;
                agenda.Set(LoopSlot, Now);
                return true;
            default:
                return wires.TryChange(roles, what, value);
        }
    }
}
