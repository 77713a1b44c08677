using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Host.Commissioning;

/// <summary>
/// Asks what lies between service entrance and charger. Each part begins with a question that "none" answers, and
/// nobody's silence does.
/// </summary>
internal static class PremisesInterview
{
    public static JsonNode? Feeder(IAnswers answers)
    {
        var breaker = answers.To(Question.NumberOrNone(
            "service.feeder.breakerA", "Breaker of the sub-panel that the charger hangs on, in A; none: main panel",
            1000, 1));
        if (breaker is not JsonValue value || !value.TryGetValue<double>(out _)) return breaker;
        return new JsonObject
        {
            ["breakerA"] = breaker,
            ["loadsMaxA"] = answers.To(Question.Number(
                "service.feeder.loadsMaxA", "Most that its other loads draw, in A per leg", 0, 1000)),
            ["sourcesMaxA"] = answers.To(Question.Number(
                "service.feeder.sourcesMaxA", "Most that PV and other sources on it feed, in A per leg", 0, 1000)),
        };
    }

    public static JsonNode? Busbar(IAnswers answers)
    {
        var rating = answers.To(Question.NumberOrNone(
            "service.busbar.ratingA",
            "Rating of the busbar that the charger feeds into, in A; none: no 120 % rule applies", 2000, 1));
        if (rating is not JsonValue value || !value.TryGetValue<double>(out _)) return rating;
        return new JsonObject
        {
            ["ratingA"] = rating,
            ["share"] = answers.To(Question.Number(
                "service.busbar.share", "Share of the rating that main breaker and sources may reach (US: 1.2)",
                1, 1.2)),
            ["sourceFactor"] = answers.To(Question.Number(
                "service.busbar.sourceFactor", "By which the current of a source counts (US: 1.25)", 1, 2)),
            ["otherSourcesA"] = answers.To(Question.Number(
                "service.busbar.otherSourcesA", "Current of PV and other sources on the busbar, in A per leg",
                0, 1000)),
            ["backfeedLimitA"] = answers.To(Question.NumberOrNone(
                "service.busbar.backfeedLimitA", "Listed setting of the back-feed, in A", 1000)),
        };
    }

    public static JsonNode? Derating(IAnswers answers, string key, string of)
    {
        var from = answers.To(Question.NumberOrNone(
            $"{key}.fromC", $"Temperature of {of} from which power is taken away, in °C; none: never", 120, -20));
        if (from is not JsonValue value || !value.TryGetValue<double>(out _)) return from;
        return new JsonObject
        {
            ["fromC"] = from,
            ["zeroC"] = answers.To(Question.Number($"{key}.zeroC", "No power from here on, in °C", -20, 120)),
            ["restoreK"] = answers.To(Question.Number(
                $"{key}.restoreK", "Cooler by this before it returns, in K", 1, 20)),
            ["tripC"] = answers.To(Question.NumberOrNone($"{key}.tripC", "Opens from here on, in °C", 140, -20)),
            ["unknownAfterS"] = answers.To(Question.Number(
                $"{key}.unknownAfterS", "How long a silent sensor counts as before, in s", 1, 600)),
            ["unknownShare"] = answers.To(Question.Number(
                $"{key}.unknownShare", "Share of power while it is not known; 0: none", 0, 1)),
        };
    }

    /// <summary>"none", or a frame of one; failsafe and relays are written by hand from the contract.</summary>
    public static JsonNode? GridOperator(IAnswers answers)
    {
        var limits = answers.To(Question.Word(
            "gridOperator.limits", "What a limit of the grid operator binds (none: it has no say)",
            ["none", "site", "evse"]));
        if ((string?)limits is not ("site" or "evse")) return limits;
        return new JsonObject
        {
            ["limits"] = limits,
            ["consumptionFloorW"] = answers.To(Question.Number(
                "gridOperator.consumptionFloorW", "No limit of consumption below, in W (section 14a EnWG: 4200)",
                0, 1e6)),
            ["failsafe"] = answers.To(Question.NumberOrNone(
                "gridOperator.failsafe.lastsH", "Failsafe of limits by message lasts, in h", 24, 2)) is { } lasts
                ? Failsafe(answers, lasts) : null,
            ["relays"] = new JsonArray(),
        };
    }

    private static JsonNode Failsafe(IAnswers answers, JsonNode lasts)
    {
        if (!lasts.AsValue().TryGetValue<double>(out _)) return lasts;
        return new JsonObject
        {
            ["consumptionW"] = answers.To(Question.NumberOrNone(
                "gridOperator.failsafe.consumptionW", "Its limit of consumption, in W", 1e6)),
            ["productionW"] = answers.To(Question.NumberOrNone(
                "gridOperator.failsafe.productionW", "Its limit of production, in W", 1e6)),
            ["lastsH"] = lasts,
            ["afterwards"] = answers.To(Question.Word(
                "gridOperator.failsafe.afterwards", "What follows it without a message", ["stay", "unlimited"])),
        };
    }
}
