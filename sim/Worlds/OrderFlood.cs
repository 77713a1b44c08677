using System.Globalization;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>Orders that come without end, one kind after the other.</summary>
internal sealed class OrderFlood(ScenarioEvent.Flood orders, TimeSpan begins)
{
    private int sent;

    /// <summary>When the next one is published; null when it is over.</summary>
    public TimeSpan? NextAt => begins + sent * orders.Every is var at && at < orders.Until ? at : null;

    /// <summary>Publishes what is due.</summary>
    /// <param name="now">Time.</param>
    /// <param name="publish">Takes the order's name, its JSON and when it was published.</param>
    public void Pour(TimeSpan now, Action<string, string, TimeSpan> publish)
    {
        while (NextAt is { } at && at <= now)
        {
            var name = orders.Name + sent.ToString(CultureInfo.InvariantCulture);
            publish(name, orders.Jsons[sent % orders.Jsons.Count], at);
            sent++;
        }
    }
}
