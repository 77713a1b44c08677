using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>A home with a transfer switch and an inverter that can form a grid.</summary>
internal static class IslandHome
{
    public static readonly IslandRules Rules = new(
        Overload: 6.kW, ShedAfter: 500.Milliseconds, ShedLines: 2, Restarts: 3, RestartDelay: 20.Seconds,
        Isolation: 1.Seconds, Transfer: 5.Seconds, Reserve: 20.Percent);

    public static readonly SiteLimits Site = Sites.Exact with { Island = Rules };

    /// <summary>On the grid, powered up, nothing asked.</summary>
    public static Rig OnGrid(RuleSet? rules = null)
    {
        var home = new Rig(Site, rules) { CanForm = true, Transfer = TransferPosition.Grid };
        home.HouseTotal = 2.kW;
        home.RunFor(3.Seconds);
        return home;
    }

    /// <summary>The grid is gone and the switch has left it, just now.</summary>
    public static Rig Dark(RuleSet? rules = null)
    {
        var home = OnGrid(rules);
        Part(home);
        return home;
    }

    /// <summary>The car supplies the home.</summary>
    public static Rig Supplied(RuleSet? rules = null)
    {
        var home = Dark(rules);
        home.RunUntil(ModeKind.Islanding);
        home.RunFor(1.Seconds);
        Assert.True(Forms(home));
        return home;
    }

    public static void Part(Rig home) =>
        (home.LegVoltage, home.IsApart, home.Transfer) = (new(0), true, TransferPosition.Island);

    public static bool Forms(Rig home) => home.State.Command.FormsGrid;
}
