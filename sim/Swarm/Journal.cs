using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>Writes a run down as it goes: what was done to the home, and what changed in the controller.</summary>
internal sealed class Journal(TextWriter into)
{
    private readonly ControlEvent[] events = new ControlEvent[ControlEvents.Most];
    private ControlState last;
    private bool hasBegun;

    /// <summary>The scenario did something.</summary>
    public void Happened(ScenarioEvent happening, TimeSpan at) => Line(at, $"home        {happening}");

    /// <summary>A step.</summary>
    public void See(in ControlState now)
    {
        if (!hasBegun || now.Steps <= last.Steps) Line(now.At, "controller  begins");
        else
        {
            var count = ControlEvents.Between(last, now, events);
            foreach (ref readonly var one in events.AsSpan(0, count)) Line(one.At, $"controller  {InWords(one, now)}");
        }
        (last, hasBegun) = (now, true);
    }

    /// <summary>Something that did not hold.</summary>
    public void Failed(SwarmFailure failure) => Line(failure.At, $"FAILED      {failure.Kind}: {failure.Text}");

    private static string InWords(in ControlEvent one, in ControlState now) => one.Kind switch
    {
        ControlEventKind.ModeChanged => $"{WireWord<ModeKind>.Of(one.From)} -> {WireWord<ModeKind>.Of(one.To)}",
        ControlEventKind.TripRaised => $"trip {WireWord<TripId>.Of(one.Trip)} {one.Class}, occurrence {one.Occurrence}",
        ControlEventKind.TripCleared => $"trip {WireWord<TripId>.Of(one.Trip)} {one.Class} cleared",
        ControlEventKind.ClearRefused => "a request to clear is refused",
        ControlEventKind.BindingChanged =>
            $"bound by {WireWord<LimitId>.Of(one.Limit)}, wanted {Watts(now.Wanted)}, commanded {Watts(now.Setpoint)}",
        ControlEventKind.OrderChanged => $"order {one.Order}, wanted {Watts(now.Wanted)}",
        _ => one.Kind.ToString(),
    };

    private static string Watts(Watts power) => power.Value.ToString("0", CultureInfo.InvariantCulture) + " W";

    private void Line(TimeSpan at, string text) =>
        into.WriteLine(at.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture).PadLeft(9) + "  " + text);
}
