using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads what the premises have between service entrance and EVSE.</summary>
internal static class PremisesReader
{
    public static Feeder? Feeder(ConfigSection service)
    {
        if (service.SectionOrNone("feeder") is not { } section) return null;
        var feeder = new Feeder(
            new(section.Number("breakerA", 1, 1000)), new(section.Number("loadsMaxA", 0, 1000)),
            new(section.Number("sourcesMaxA", 0, 1000)));
        section.RefuseUnknown();
        return feeder;
    }

    public static Busbar? Busbar(ConfigSection service)
    {
        if (service.SectionOrNone("busbar") is not { } section) return null;
        var busbar = new Busbar(
            new(section.Number("ratingA", 1, 2000)), section.Number("share", 1, 1.2),
            section.Number("sourceFactor", 1, 2), new(section.Number("otherSourcesA", 0, 1000)),
            section.NumberOrNone("backfeedLimitA", 0, 1000) is { } setting ? new(setting) : null);
        section.RefuseUnknown();
        return busbar;
    }
}
