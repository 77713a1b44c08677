using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>A safety rule counts as tested once deleting it turns something red.</summary>
internal static class Deleted
{
    /// <summary>The claim holds with every rule and fails without this limit.</summary>
    public static void IsMissed(LimitId id, Func<RuleSet, bool> claim)
    {
        Assert.True(claim(RuleSet.All), $"with every rule, {id} included");
        Assert.False(claim(RuleSet.All.Without(id)), $"without {id} nothing changed");
    }

    /// <summary>The claim holds with every rule and fails without this trip.</summary>
    public static void IsMissed(TripId id, Func<RuleSet, bool> claim)
    {
        Assert.True(claim(RuleSet.All), $"with every rule, {id} included");
        Assert.False(claim(RuleSet.All.Without(id)), $"without {id} nothing changed");
    }
}
