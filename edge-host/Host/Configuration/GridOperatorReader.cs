using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads what was agreed with the grid operator.</summary>
internal static class GridOperatorReader
{
    public static GridOperatorRules? Read(ConfigSection root)
    {
        if (root.SectionOrNone("gridOperator") is not { } section) return null;
        var rules = new GridOperatorRules(
            section.Choice("limits", ("site", true), ("evse", false)),
            new(section.Number("consumptionFloorW", 0, 1e6)), Failsafe(section), Relays(section));
        section.RefuseUnknown();
        return rules;
    }

    private static Failsafe? Failsafe(ConfigSection section)
    {
        if (section.SectionOrNone("failsafe") is not { } failsafe) return null;
        var read = new Failsafe(
            Power(failsafe, "consumptionW"), Power(failsafe, "productionW"),
            TimeSpan.FromHours(failsafe.Number("lastsH", 2, 24)),
            failsafe.Choice("afterwards", ("stay", true), ("unlimited", false)));
        failsafe.RefuseUnknown();
        return read;
    }

    private static List<RelayCap> Relays(ConfigSection section)
    {
        var relays = new List<RelayCap>();
        foreach (var relay in section.Sections("relays"))
        {
            relays.Add(new(
                relay.Integer("relay", 1, GridRelays.Most) - 1, Power(relay, "consumptionW"),
                Power(relay, "productionW")));
            relay.RefuseUnknown();
        }
        return relays;
    }

    private static Watts? Power(ConfigSection section, string name) =>
        section.NumberOrNone(name, 0, 1e6) is { } watts ? new Watts(watts) : null;
}
