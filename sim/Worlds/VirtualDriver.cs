using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>The driver of a scenario's car, who says when the car leaves.</summary>
internal sealed class VirtualDriver
{
    private Soc needed = new(80);
    private DepartureWish? said;

    /// <summary>What a scenario makes the driver say.</summary>
    public void Say(string what, string value, TimeSpan now)
    {
        var number = double.Parse(value, CultureInfo.InvariantCulture);
        if (what == "needed_soc_pct") needed = new(number);
        else said = new(now + number.Seconds, needed);
    }

    /// <summary>What is new to the controller, if anything is.</summary>
    public bool TryTake(out DepartureWish wish)
    {
        wish = said ?? default;
        (var isNews, said) = (said is not null, null);
        return isNews;
    }
}
