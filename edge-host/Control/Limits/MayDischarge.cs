using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Limits;

/// <summary>
/// Feeding the grid needs a utility's profile that the installer chose, the household's opt-in, and an inverter that is
/// set as the profile says: read from it where it tells its settings, stated by the installer where it tells none. What
/// it tells overrules the statement, and settings that are no longer told are not known.
/// </summary>
public static class MayDischarge
{
    /// <summary>Discharge closed, or nothing bound.</summary>
    public static Envelope Allows(in Inputs seen, SiteLimits site, in ControlState memory) =>
        site.Grid is { IsOptedIn: true } terms && IsSet(terms, memory, seen.Now)
            ? Envelope.Open : Envelope.DischargeUpTo(Watts.Zero);

    private static bool IsSet(GridTerms terms, in ControlState memory, TimeSpan now)
    {
        var settings = memory.Grid.Settings;
        var wasTold = settings.Within(TimeSpan.MaxValue, now) is { IsTold: true };
        return wasTold
            ? settings.Within(GridWatch.SettingsMaxAge, now) is { Agrees: true }
            : terms.Proof == SettingsProof.Stated;
    }
}
