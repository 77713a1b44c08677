using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>
/// What happens in the demo, act by act. Each act waits at the truth for what it is about (a loaded machine may take
/// its time), shows it until its share of the demo's length is over, and judges it.
/// </summary>
internal sealed class Play(DemoSite shown, Stage stage, IScreen screen, TimeSpan length)
{
    private readonly DemoChecks checks = new(shown);
    private readonly TimeSpan patience = shown.Patience;
    private readonly TimeSpan startPatience = shown.StartPatience;
    private static readonly TimeSpan least = 1.8.Seconds;
    private readonly List<Verdict> verdicts = [];
    private SentOrder? charge;
    private SentOrder? deep;

    /// <summary>Plays all acts.</summary>
    public IReadOnlyList<Verdict> Run()
    {
        PlugIn();
        Charge();
        Oven();
        Discharge();
        ExportCap();
        SilentMeter();
        EmergencyStop();
        Release();
        ClearByHand();
        Reserve();
        return verdicts;
    }

    private TruthLine Now => stage.Truth.Newest!;

    private void PlugIn()
    {
        screen.Say("the car (62 %) is plugged in");
        stage.AtHome("plug in");
        // Until the plug has gone through its line to the controller, an order would be refused for want of a car.
        stage.Wait(() => stage.Cloud.Mode == "ready", patience);
        charge = Order("charge", shown.Orders.Charge);
        var plugged = Mark("plug in");
        stage.Wait(() => shown.StartSteps[^1].Is(Now), startPatience);
        Judge(checks.Handshake(stage.Truth, plugged));
    }

    private void Charge()
    {
        stage.Wait(() => checks.IsFollowed(Now, charge!), patience);
        ShowUntil(0.25);
        Judge(checks.Follows(stage.Truth, "the charge order is followed", charge!, Now.At));
    }

    private void Oven()
    {
        screen.Say("somebody turns the oven on (5 kW)");
        stage.AtHome("oven on");
        var on = Mark("switch_on oven");
        stage.Wait(shown.Throttles);
        ShowUntil(0.34);
        Judge(checks.MainBreaker(stage.Truth, stage.Site, charge!, on, Now.At));
        screen.Say("the oven is off again");
        stage.AtHome("oven off");
    }

    private void Discharge()
    {
        var order = Order("v2g", shown.Orders.Discharge);
        stage.Wait(() => checks.IsFollowed(Now, order), patience);
        ShowUntil(0.45);
        Judge(checks.Follows(stage.Truth, "the V2G discharge order is followed", order, Now.At));
    }

    private void ExportCap()
    {
        deep = Order("v2g-deep", shown.Orders.Deep);
        stage.Wait(() => Now.Evse < shown.Reached.Deep, patience);
        // The cap is reached by a ramp that the widening hold may interrupt once.
        stage.Wait(1.Seconds);
        ShowUntil(0.54);
        Judge(DemoChecks.ExportCap(stage.Truth, stage.Site, deep, Now.At));
    }

    private void SilentMeter()
    {
        screen.Say("the meter falls silent");
        stage.AtHome("meter silent");
        var silent = Mark("meter silent");
        stage.Wait(shown.Closes);
        ShowUntil(0.62);
        Judge(checks.SilentMeter(stage.Truth, stage.Site, silent, Now.At));
        screen.Say("the meter is back");
        stage.AtHome("meter back");
        stage.Wait(() => Now.Evse < shown.Reached.Back, patience);
    }

    private void EmergencyStop()
    {
        // A second of steady power, so that there is something to interrupt.
        stage.Wait(1.2.Seconds);
        ShowUntil(0.70);
        screen.Say("somebody presses the emergency stop");
        stage.AtHome("emergency-stop press");
        var pressed = Mark("emergency_stop pressed");
        stage.Wait(1.5.Seconds);
        ShowUntil(0.75);
        Judge(DemoChecks.EmergencyStop(stage.Truth, pressed, Now.At));
    }

    private void Release()
    {
        screen.Say("the stop is released at the simulated home; the discharge order is still in force");
        stage.AtHome("emergency-stop release");
        var released = Mark("emergency_stop released");
        ShowUntil(0.79);
        screen.Say("that car drives off, the household's other one comes home with 27 %");
        foreach (var command in new[] { "plug out", "soc 27", "plug in" }) stage.AtHome(command);
        stage.Wait(0.5.Seconds);
        // Up to the last sample before the person acts: after that it may close.
        Judge(checks.Latched(stage.Truth, released, Now.At));
    }

    private void ClearByHand()
    {
        var words = (stage.Host.ClearCommand("emergency_stop") ?? "list").Split(' ');
        var (_, said) = stage.Host.Ask(words);
        screen.Say($"a person at the machine: ./edge faults {string.Join(' ', words)} → {said}");
        var order = Order("charge-again", shown.Orders.Again);
        stage.Wait(() => checks.IsFollowed(Now, order), startPatience);
        ShowUntil(0.95);
        Judge(checks.Follows(
            stage.Truth, "cleared by hand on the machine, the next order is followed", order, Now.At));
    }

    private void Reserve()
    {
        var order = Order("too-deep", -3000);
        stage.Wait(() => stage.Cloud.AnswersTo(order).Count > 0, 5.Seconds);
        ShowUntil(1);
        Judge(DemoChecks.Reserve(stage.Truth, stage.Site, order, stage.Cloud.AnswersTo(order), Now.At));
    }

    private SentOrder Order(string name, double power)
    {
        var order = stage.Cloud.Order(name, power, length + 2.Minutes);
        screen.Say($"the cloud orders: {StatusWords.InWords(order)} (order '{name}')");
        return order;
    }

    private void Judge(Verdict verdict)
    {
        verdicts.Add(verdict);
        screen.Judged(verdict);
    }

    // Until the act's share of the whole is over, and long enough to judge by.
    private void ShowUntil(double share)
    {
        var left = length * share - stage.Elapsed;
        stage.Wait(left > least ? left : least);
    }

    // Just before it happened, by the truth.
    private TimeSpan Mark(string did)
    {
        stage.Wait(() => stage.Truth.Before(did) is not null, 5.Seconds);
        return stage.Truth.Before(did) ?? throw new DemoFailure($"the truth file does not show '{did}'");
    }
}
