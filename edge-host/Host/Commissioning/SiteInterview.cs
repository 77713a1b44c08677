using System.Text.Json.Nodes;
using ChargeScape.Edge.Host.Bench.Scan;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Commissioning;

/// <summary>
/// Asks what a site file needs, in the order in which a person stands before the house: service, charger, car,
/// devices, broker. Numbers that safety rests on have no usual answer.
/// </summary>
internal sealed class SiteInterview(IAnswers answers, IReadOnlyList<ScanFinding> findings)
{
    private const string Schema = "https://chargescape.example/host/site.schema.json";
    private static readonly string[] wirings = ["split-phase", "single-phase", "three-phase"];
    private static readonly string[] legs = ["L1", "L2", "L3"];
    private static readonly string[] clocks = ["kernel", "assumed"];

    /// <summary>The whole file. Where an answer could not be had it holds null.</summary>
    public JsonObject Run()
    {
        var id = Ask(Question.Free("siteId", "Name of the site in topics", Words.IdExpected, Words.IsId));
        var service = Service();
        var gridOperator = PremisesInterview.GridOperator(answers);
        var evse = Evse(service);
        var vehicle = new JsonObject
        {
            ["reserveSocPct"] = Ask(Question.Number(
                "vehicle.reserveSocPct", "No discharge at or below this state of charge, in per cent", 0, 100)),
            ["upperSocPct"] = Ask(Question.Number(
                "vehicle.upperSocPct", "No charging at or above, in per cent", 0, 100, 90)),
            ["dailyDischarge"] = VehicleInterview.DailyDischarge(answers),
            ["departure"] = VehicleInterview.Departure(answers),
        };
        var devices = new DeviceInterview(answers, findings, service);
        devices.Run();
        return new()
        {
            ["$schema"] = Schema,
            ["siteId"] = id,
            ["clock"] = Ask(Question.Word(
                "clock", "How the wall clock is known to be right (kernel: a time service runs)", clocks, "kernel")),
            ["localSocket"] = Ask(Question.Free(
                "localSocket", "Unix socket for faults and traces", Words.PathExpected, Words.IsPath,
                "/run/chargescape-edge/host.sock")),
            ["service"] = service,
            ["gridOperator"] = gridOperator,
            // Shown with simulated devices only: whoever wants it writes it by hand.
            ["island"] = "none",
            ["evse"] = evse,
            // Nobody chooses a utility's profile by guess: without one the site is charge only.
            ["grid"] = new JsonObject { ["utilityProfile"] = "none" },
            ["vehicle"] = vehicle,
            ["buses"] = devices.Buses,
            ["devices"] = devices.Devices,
            ["mqtt"] = Mqtt(),
        };
    }

    private JsonObject Service()
    {
        var wiring = Ask(Question.Word("service.wiring", "Wiring of the service entrance", wirings));
        var volts = Ask(Question.Number(
            "service.nominalLegVoltageV", "Voltage of a leg to neutral, in V", 100, 277,
            (string?)wiring == "split-phase" ? 120 : 230));
        var breaker = Ask(Question.Number("service.mainBreakerA", "Main breaker, in A", 1, 1000));
        var service = new JsonObject
        {
            ["wiring"] = wiring,
            ["nominalLegVoltageV"] = volts,
            ["mainBreakerA"] = breaker,
            ["breakerContinuousShare"] = Ask(Question.Number(
                "service.breakerContinuousShare", "Share of a breaker that may flow for hours", 0.5, 1, 0.8)),
            ["importCapW"] = Ask(Question.NumberOrNone(
                "service.importCapW", "Contractual import limit in total, in W", 1e6)),
            ["exportCapW"] = Ask(Question.NumberOrNone(
                "service.exportCapW", "Contractual export limit in total, in W; 0: no export at all", 1e6)),
            ["importLegCapW"] = Ask(Question.NumberOrNone(
                "service.importLegCapW", "Contractual import limit of each leg, in W", 1e6)),
            ["exportLegCapW"] = Ask(Question.NumberOrNone(
                "service.exportLegCapW", "Contractual export limit of each leg, in W", 1e6)),
        };
        service["feeder"] = PremisesInterview.Feeder(answers);
        service["busbar"] = PremisesInterview.Busbar(answers);
        service["houseLoadMaxW"] = Ask(Question.Number(
            "service.houseLoadMaxW", "Most that the house without the charger can draw, in W", 1, 1e6,
            Carries(service)));
        service["homeBatteryChargeMaxW"] = Ask(Question.NumberOrNone(
            "service.homeBatteryChargeMaxW", "Most that a home battery charges with, in W; none: there is none", 1e6));
        service["sourcesMaxW"] = Ask(Question.Number(
            "service.sourcesMaxW", "Most that PV and every other source except the charger can feed, in W", 0, 1e6));
        service["meterErrorW"] = Ask(Question.Number(
            "service.meterErrorW", "Error of meter and charger together, in W", 0, 5000, 100));
        service["meterProof"] = "by-step";
        return service;
    }

    // A house cannot draw more than its breaker lets through for long: the careful answer.
    private static double? Carries(JsonObject service)
    {
        if (service["mainBreakerA"] is not { } breaker || service["nominalLegVoltageV"] is not { } volts) return null;
        return Math.Min(1e6, (double)breaker * (double)volts * DeviceInterview.Legs((string?)service["wiring"]));
    }

    private JsonObject Evse(JsonObject service)
    {
        var wiring = Ask(Question.Word("evse.wiring", "Wiring of the charger", wirings, (string?)service["wiring"]));
        var evse = new JsonObject { ["wiring"] = wiring };
        if ((string?)wiring == "single-phase")
            evse["leg"] = Ask(Question.Word("evse.leg", "Leg that the charger is on", legs));
        evse["breakerA"] = Ask(Question.Number("evse.breakerA", "The charger's own breaker, in A", 1, 1000));
        evse["cableA"] = Ask(Question.NumberOrNone(
            "evse.cableA", "Ampacity of its conductors, in A; none: the breaker protects them", 1000, 1));
        evse["stageDerate"] = PremisesInterview.Derating(answers, "evse.stageDerate", "power stage");
        evse["outletDerate"] = PremisesInterview.Derating(answers, "evse.outletDerate", "outlet and cable");
        evse["chargeRatingW"] = Ask(Question.Number(
            "evse.chargeRatingW", "Most that the charger may draw, AC, in W", 0, 350_000));
        evse["dischargeRatingW"] = Ask(Question.Number(
            "evse.dischargeRatingW", "Most that it may feed back, AC, in W; 0: charge only", 0, 350_000));
        evse["rampWPerS"] = Ask(Question.Number("evse.rampWPerS", "Growth of power, in W/s", 1, 1e6, 1000));
        evse["setpointStepW"] = Ask(Question.Number("evse.setpointStepW", "Step of a set-point, in W", 1, 1000, 10));
        evse["minimumPowerW"] = Ask(Question.Number(
            "evse.minimumPowerW", "Least power that it can hold, in W", 0, 10_000, 500));
        evse["silenceFloorW"] = Ask(Question.Number(
            "evse.silenceFloorW", "Charge power when nobody orders any more (on_expire floor), in W", 0, 350_000, 0));
        return evse;
    }

    private JsonObject Mqtt() => new()
    {
        ["host"] = Ask(Question.Free("mqtt.host", "MQTT broker", Words.HostExpected, Words.IsHost)),
        ["port"] = Ask(Question.Number("mqtt.port", "Its TCP port", 1, 65_535, 1883, isWhole: true)),
        ["tls"] = Tls(),
        ["issuers"] = Ask(new(
            "mqtt.issuers", "Whose orders are taken", "any, or names with commas", Issuers)),
    };

    private JsonNode? Tls()
    {
        var word = Ask(Question.Word("mqtt.tls", "Mutual TLS to the broker", ["none", "files"]));
        if ((string?)word != "files") return word;
        return new JsonObject
        {
            ["caFile"] = File("caFile", "CA certificate"),
            ["certificateFile"] = File("certificateFile", "Certificate of this controller"),
            ["keyFile"] = File("keyFile", "Its private key"),
        };

        JsonNode? File(string name, string text) =>
            Ask(Question.Free($"mqtt.tls.{name}", text, Words.PathExpected, Words.IsPath));
    }

    private static JsonNode? Issuers(JsonNode answer)
    {
        var names = answer is JsonArray list
            ? [.. list.Select(item => item is null ? "" : Question.TextOf(item) ?? "")]
            : Question.TextOf(answer)?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        if (names is ["any"]) return JsonValue.Create("any");
        if (names.Length is < 1 or > 16 || !names.All(Words.IsIssuer)) return null;
        return new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
    }

    private JsonNode? Ask(Question question) => answers.To(question);
}
