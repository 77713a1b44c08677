using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Host.Commissioning;

/// <summary>Asks what protects the car's battery and its driver.</summary>
internal static class VehicleInterview
{
    public static JsonNode? DailyDischarge(IAnswers answers)
    {
        var energy = answers.To(Question.NumberOrNone(
            "vehicle.dailyDischarge.energyKwh", "Most energy that the car gives in 24 h, in kWh; none: no bound",
            1000));
        if (energy is not JsonValue value || !value.TryGetValue<double>(out _)) return energy;
        return new JsonObject
        {
            ["energyKwh"] = energy,
            ["cycles"] = answers.To(Question.NumberOrNone(
                "vehicle.dailyDischarge.cycles", "Most equivalent full cycles in 24 h", 10)),
            ["capacityKwh"] = answers.To(Question.Number(
                "vehicle.dailyDischarge.capacityKwh", "Capacity of the car's battery, in kWh", 1, 500)),
        };
    }

    public static JsonNode? Departure(IAnswers answers)
    {
        var capacity = answers.To(Question.NumberOrNone(
            "vehicle.departure.capacityKwh", "Capacity of the car's battery, in kWh; none: no departures are kept",
            500, 1));
        if (capacity is not JsonValue value || !value.TryGetValue<double>(out _)) return capacity;
        return new JsonObject
        {
            ["capacityKwh"] = capacity,
            ["efficiency"] = answers.To(Question.Number(
                "vehicle.departure.efficiency", "Share of AC energy that arrives in the battery", 0.5, 1, 0.88)),
            ["marginMin"] = answers.To(Question.Number(
                "vehicle.departure.marginMin", "Ready so much before the departure, in minutes", 0, 240, 15)),
        };
    }
}
