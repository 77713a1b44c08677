using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// The grid operator of a scenario: a heartbeat each 60 s while it is heard, and limits as it writes them.
/// </summary>
internal sealed class VirtualOperator
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(60);
    private GridOperatorSignal signal;
    private TimeSpan nextHeartbeat = TimeSpan.MaxValue;
    private bool isNews;

    /// <summary>What a scenario makes it do. A limit written while it is not heard does not arrive.</summary>
    public void Say(string what, string value, TimeSpan now)
    {
        switch (what, value)
        {
            case (_, "heard"):
                nextHeartbeat = now;
                break;
            case (_, "silent"):
                nextHeartbeat = TimeSpan.MaxValue;
                break;
            case (_, "lifts_consumption"):
                Write(signal with { Consumption = new(Watts.Zero, false, now, null) });
                break;
            case (_, "lifts_production"):
                Write(signal with { Production = new(Watts.Zero, false, now, null) });
                break;
            case ("grid_operator_consumption_w", _):
                Write(signal with { Consumption = new(Power(value), true, now, null) });
                break;
            default:
                Write(signal with { Production = new(Power(value), true, now, null) });
                break;
        }
    }

    /// <summary>What is new to the controller, if anything is.</summary>
    public bool TryTake(TimeSpan now, out GridOperatorSignal news)
    {
        if (now >= nextHeartbeat)
        {
            nextHeartbeat = now + Period;
            (signal, isNews) = (signal with { HeartbeatAt = now }, true);
        }
        news = signal;
        (var wasNews, isNews) = (isNews, false);
        return wasNews;
    }

    /// <summary>The host has started anew: what was said before is gone.</summary>
    public void Forgotten() => (signal, isNews) = (default, false);

    private void Write(in GridOperatorSignal written)
    {
        if (nextHeartbeat != TimeSpan.MaxValue) (signal, isNews) = (written, true);
    }

    private static Watts Power(string value) => new(double.Parse(value, CultureInfo.InvariantCulture));
}
