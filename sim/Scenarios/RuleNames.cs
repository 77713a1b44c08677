using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>Rules by the names that scenario files and people use.</summary>
public static class RuleNames
{
    /// <summary>Taking the EVSE's power at the meter's sample time: no limit, but a rule that can be missed.</summary>
    public const string Alignment = "alignment";

    /// <summary>Two agreeing signals before the car supplies a home.</summary>
    public const string Isolation = "isolation";

    /// <summary>The rules without one; null when no rule has that name.</summary>
    /// <param name="name">A limit or trip in the words of the wire, <see cref="Alignment"/> or
    /// <see cref="Isolation"/>.</param>
    public static RuleSet? AllWithout(string name)
    {
        if (name == Alignment) return RuleSet.All with { AlignsMeterAndEvse = false };
        if (name == Isolation) return RuleSet.All with { ProvesIsolation = false };
        if (Find<LimitId>(name) is { } limit) return RuleSet.All.Without(limit);
        return Find<TripId>(name) is { } trip ? RuleSet.All.Without(trip) : null;
    }

    private static T? Find<T>(string name) where T : struct, Enum
    {
        var word = name.Replace("_", "", StringComparison.Ordinal);
        foreach (var value in Enum.GetValues<T>())
        {
            if (Convert.ToInt32(value) != 0 && value.ToString().Equals(word, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        return null;
    }
}
