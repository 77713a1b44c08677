using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads <c>grid</c>: on which terms the site may feed the grid.</summary>
internal static class GridReader
{
    /// <summary>The terms; null when the site is charge only.</summary>
    /// <param name="root">The site file.</param>
    /// <param name="mayDischarge">A rating for discharge is given: then "grid" must be there.</param>
    /// <param name="evse">Family of the EVSE; null when an error hides it.</param>
    /// <param name="warnings">What the installer must know.</param>
    public static GridTerms? Read(
        ConfigSection root, bool mayDischarge, EvseFamily? evse, List<string> warnings)
    {
        if (root.Section("grid", isRequired: mayDischarge) is not { } section) return null;
        var name = section.Text("utilityProfile", Expected, IsKnown);
        if (name.Length == 0 || name == "none")
        {
            // What stands beside "none" is checked like anything else, and means nothing.
            if (name.Length == 0) section.TakeAll();
            section.RefuseUnknown();
            return null;
        }
        var shipped = UtilityProfiles.All[name];
        CheckRegion(root, section, shipped);
        var rule = shipped.Profile.EnterService;
        var profile = shipped.Profile with
        {
            EnterService = rule with
            {
                Delay = section.Number("enterServiceDelayS", 0, 600, rule.Delay.TotalSeconds).Seconds,
                Ramp = section.Number("enterServiceRampS", 0, 1000, rule.Ramp.TotalSeconds).Seconds,
            },
        };
        var terms = new GridTerms(
            profile, section.Choice("householdDischarge", ("agreed", true), ("not-agreed", false)),
            Proof(section, evse));
        section.RefuseUnknown();
        if (profile.Warning is { } warning) warnings.Add($"$.grid.utilityProfile: {warning}");
        if (profile.EnterService != rule)
            warnings.Add(
                $"$.grid: enter service after {profile.EnterService.Delay.TotalSeconds:0.#} s with a ramp of "
                + $"{profile.EnterService.Ramp.TotalSeconds:0.#} s instead of {rule.Delay.TotalSeconds:0.#} and "
                + $"{rule.Ramp.TotalSeconds:0.#}: only as agreed with the utility");
        return terms;
    }

    private static string Expected =>
        $"\"none\" (charge only) or one of {string.Join(", ", UtilityProfiles.All.Keys.Order(StringComparer.Ordinal))}";

    private static bool IsKnown(string name) => name == "none" || UtilityProfiles.All.ContainsKey(name);

    // A profile of the wrong region is the mistake that nothing else would show.
    private static void CheckRegion(ConfigSection root, ConfigSection section, ShippedProfile shipped)
    {
        if (root.Node.Member("service")?.Member("nominalLegVoltageV") is not { Kind: ConfigNodeKind.Number } volts)
            return;
        var fits = shipped.NominalHz == 60 ? volts.Number is < 220 or > 240 : volts.Number is >= 220 and <= 240;
        if (!fits)
            section.ErrorAt(
                "utilityProfile",
                $"{shipped.Title} is for {shipped.NominalHz} Hz, and no such grid has {volts.Number:0.#} V from leg to "
                + "neutral");
    }

    private static SettingsProof Proof(ConfigSection grid, EvseFamily? evse)
    {
        const string Expected = "\"read-back\", or an object with statedBy and on";
        if (grid.Raw("inverterSettings", Expected) is not { } found) return SettingsProof.ReadBack;
        if (found is { Kind: ConfigNodeKind.Text, Text: "read-back" })
        {
            if (evse is { TellsGridSettings: false })
                grid.ErrorAt(
                    "inverterSettings",
                    $"the family \"{evse.Name}\" tells no grid-code settings: who set the inverter must state them");
            return SettingsProof.ReadBack;
        }
        if (found.Kind != ConfigNodeKind.Object)
        {
            grid.Wrong(found, Expected);
            return SettingsProof.ReadBack;
        }
        var stated = grid.Section("inverterSettings")!;
        stated.Text("statedBy", "1 to 100 characters: who checked the inverter's settings", Words.IsNamed);
        stated.Text("on", "a date as \"2026-03-31\"", Words.IsDate);
        stated.RefuseUnknown();
        return SettingsProof.Stated;
    }
}
