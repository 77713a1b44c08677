using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// AC power on its way through a Quasar, as measured by its users: a change of at most 1 A takes 5.9 s, of at most 2 A
/// 7.9 s, a larger one 10.9 s; 81…97 % of the request arrive; below 3 A nothing does.
/// </summary>
internal sealed class QuasarPower(HomePlant plant)
{
    private const double DeadSeconds = 2.5, IgnoredWatts = 50;
    private double nextTarget;
    private double nextSeconds;
    private double untilNext = double.PositiveInfinity;
    private double rate;
    private double asked;

    /// <summary>Where it goes, W at the AC side.</summary>
    public double Target { get; private set; }

    /// <summary>Where it is.</summary>
    public double Now { get; private set; }

    /// <summary>No power and none on its way.</summary>
    public bool IsAtRest => Math.Abs(Now) < 1 && Math.Abs(plant.Stage.Current.Value) < 0.5 && Target == 0
        && double.IsPositiveInfinity(untilNext);

    /// <summary>A set-point that stands in the registers.</summary>
    public void Follow(double watts, double volts)
    {
        if (Math.Abs(watts) < QuasarMap.LeastAmperes * volts) watts = 0;
        // Small steps are not followed, but for the last one to nothing.
        if (watts == asked || (watts != 0 && asked != 0 && Math.Abs(watts - asked) < IgnoredWatts)) return;
        asked = watts;
        var magnitude = Math.Abs(watts);
        var share = Math.Clamp(0.81 + 0.16 * (magnitude - 700) / 6700, 0.81, 0.97);
        var change = Math.Abs(watts * share - Now) / volts;
        GoTo(watts * share, DeadSeconds, change switch { <= 1 => 5.9, <= 2 => 7.9, _ => 10.9 } - DeadSeconds);
    }

    /// <summary>Moves to a power after a dead time; the old course holds until then.</summary>
    public void GoTo(double watts, double afterSeconds, double seconds)
    {
        if (double.IsPositiveInfinity(untilNext) || afterSeconds < untilNext) untilNext = afterSeconds;
        (nextTarget, nextSeconds) = (watts, seconds);
        if (watts == 0) asked = 0;
    }

    /// <summary>No power at once.</summary>
    public void Cut()
    {
        (Target, Now, asked, rate, untilNext) = (0, 0, 0, 0, double.PositiveInfinity);
        plant.Stage.IsOn = false;
        plant.Stage.CurrentLimit = default;
    }

    /// <summary>Moves on, and the stage with it.</summary>
    public void Advance(double seconds, bool isConnected)
    {
        untilNext -= seconds;
        if (untilNext <= 0)
        {
            (Target, untilNext) = (nextTarget, double.PositiveInfinity);
            rate = Math.Abs(Target - Now) / Math.Max(nextSeconds, 0.1);
        }
        Now += Math.Clamp(Target - Now, -rate * seconds, rate * seconds);
        Steer(isConnected ? Accepted : 0);
    }

    private double Accepted
    {
        get
        {
            var battery = plant.Battery;
            // The charger itself never charges above 97 %.
            if (Now > 0 && battery.Soc.Percent >= 97) return 0;
            return Math.Clamp(
                Now, -battery.DischargeAcceptance.Value * battery.Rest.Value,
                battery.ChargeAcceptance.Value * battery.Rest.Value);
        }
    }

    // The current at which the stage's losses leave just this power at the AC side.
    private void Steer(double watts)
    {
        var (stage, battery) = (plant.Stage, plant.Battery);
        var made = stage.Settings;
        var isOn = Math.Abs(watts) > 1;
        if (isOn)
        {
            var direct = watts > 0
                ? Math.Max(0, watts - made.IdleLoss.Value) / (1 + made.LinearLoss)
                : (-watts + made.IdleLoss.Value) / (1 - made.LinearLoss);
            stage.IsInverting = watts < 0;
            stage.SetVoltage = watts < 0 ? battery.Empty : new(battery.Full.Value + 20);
            stage.CurrentLimit = new(direct / Math.Max(battery.Rest.Value, 1));
        }
        // Held on while current is still there, so that it falls and is not broken off.
        stage.IsOn = isOn || (stage.IsOn && Math.Abs(stage.Current.Value) > 0.5);
        if (!isOn) stage.CurrentLimit = Amperes.Zero;
    }
}
