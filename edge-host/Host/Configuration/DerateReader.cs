using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads how a temperature takes power away.</summary>
internal static class DerateReader
{
    public static Derating? Read(ConfigSection evse, string name)
    {
        if (evse.SectionOrNone(name) is not { } section) return null;
        var derating = new Derating(
            new(section.Number("fromC", -20, 120)), new(section.Number("zeroC", -20, 120)),
            section.Number("restoreK", 1, 20),
            section.NumberOrNone("tripC", -20, 140) is { } trip ? new Celsius(trip) : null,
            section.Number("unknownAfterS", 1, 600).Seconds, section.Number("unknownShare", 0, 1));
        section.RefuseUnknown();
        if (section.AreGood("fromC", "zeroC") && derating.Zero <= derating.From)
            section.ErrorAt("zeroC", "not above fromC");
        if (section.AreGood("zeroC", "tripC") && derating.TripAt is { } tripAt && tripAt < derating.Zero)
            section.ErrorAt("tripC", "below zeroC");
        return derating;
    }
}
