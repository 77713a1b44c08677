using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>Utility profiles for tests.</summary>
internal static class Profiles
{
    /// <summary>IEEE 1547 category III as it ships.</summary>
    public static readonly UtilityProfile CategoryIii = UtilityProfiles.All["ieee1547-cat-iii"].Profile;

    /// <summary>No delay, no ramp, and a window that every test's voltage is in.</summary>
    public static readonly UtilityProfile AtOnce = CategoryIii with
    {
        EnterService = new(0, 200, new(40), new(70), TimeSpan.Zero, TimeSpan.Zero),
    };
}
