using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads what protects the car's battery and its driver.</summary>
internal static class VehicleReader
{
    public static WattHours? DailyDischarge(ConfigSection vehicle)
    {
        if (vehicle.SectionOrNone("dailyDischarge") is not { } section) return null;
        var energy = section.NumberOrNone("energyKwh", 0, 1000);
        var cycles = section.NumberOrNone("cycles", 0, 10);
        var capacity = section.Number("capacityKwh", 1, 500);
        section.RefuseUnknown();
        if (energy is null && cycles is null && section.AreGood("energyKwh", "cycles"))
            section.Error("both energyKwh and cycles are \"none\": then dailyDischarge itself is");
        // A cycle is what fills the battery once, given over any number of times.
        return new(1000 * Math.Min(energy ?? double.PositiveInfinity, cycles * capacity ?? double.PositiveInfinity));
    }

    public static DepartureRules? Departure(ConfigSection vehicle)
    {
        if (vehicle.SectionOrNone("departure") is not { } section) return null;
        var rules = new DepartureRules(
            new(1000 * section.Number("capacityKwh", 1, 500)), section.Number("efficiency", 0.5, 1),
            TimeSpan.FromMinutes(section.Number("marginMin", 0, 240)));
        section.RefuseUnknown();
        return rules;
    }
}
