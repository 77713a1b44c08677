namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>Cases of <see cref="SiteSchemaTests"/> for the parts of a site file that only limits use.</summary>
internal static class SiteLimitCases
{
    private const string Bar = "\"ratingA\":200,\"sourceFactor\":1.25,\"otherSourcesA\":10";

    private const string Heat =
        "\"fromC\":45,\"zeroC\":60,\"restoreK\":4,\"tripC\":\"none\",\"unknownAfterS\":30";

    private const string Operator = "\"limits\":\"site\",\"consumptionFloorW\":4200";
    private const string Caps = "\"consumptionW\":4200,\"productionW\":\"none\"";
    private const string Failsafe = Caps + ",\"afterwards\":\"stay\"";

    // Path, and the value that breaks it ("" takes the field out).
    public static readonly (string Path, string Value)[] Broken =
    [
        ("service.feeder", ""), ("service.feeder", "{\"breakerA\":60,\"loadsMaxA\":20}"), ("service.feeder", "60"),
        ("service.busbar", ""), ("service.busbar", $"{{{Bar},\"share\":1.3,\"backfeedLimitA\":\"none\"}}"),
        ("service.busbar", $"{{{Bar},\"share\":1.2}}"), ("service.importLegCapW", ""), ("service.exportLegCapW", "-1"),
        ("service.homeBatteryChargeMaxW", ""), ("vehicle.dailyDischarge", ""), ("vehicle.departure", ""),
        ("vehicle.departure", "{\"capacityKwh\":40,\"efficiency\":1.1,\"marginMin\":10}"),
        ("vehicle.dailyDischarge", "{\"energyKwh\":10,\"cycles\":\"none\"}"), ("gridOperator", ""), ("island", ""),
        ("island", "{\"capability\":\"simulated-only\"}"), ("island", "true"),
        ("gridOperator", $"{{{Operator},\"failsafe\":\"none\"}}"),
        ("gridOperator", $"{{{Operator},\"relays\":[],\"failsafe\":{{{Failsafe},\"lastsH\":1}}}}"),
        ("gridOperator", $"{{{Operator},\"failsafe\":\"none\",\"relays\":[{{\"relay\":5,{Caps}}}]}}"),
        ("evse.cableA", ""), ("evse.cableA", "0"), ("evse.stageDerate", ""),
        ("grid", ""), ("grid.utilityProfile", ""), ("grid.utilityProfile", "\"ieee1547\""),
        ("grid.utilityProfile", "\"none\""), ("grid.householdDischarge", ""), ("grid.householdDischarge", "true"),
        ("grid.inverterSettings", ""), ("grid.inverterSettings", "\"commissioned\""),
        ("grid.inverterSettings", "{\"statedBy\":\" \",\"on\":\"2026-01-01\"}"),
        ("grid.inverterSettings", "{\"statedBy\":\"A\",\"on\":\"1.1.2026\"}"),
        ("grid.enterServiceDelayS", "601"), ("grid.enterServiceRampS", "-1"),
        ("evse.stageDerate", $"{{{Heat},\"unknownShare\":1.1}}"), ("evse.outletDerate", $"{{{Heat}}}"),
    ];

    public static readonly (string Path, string Value)[] Good =
    [
        ("service.feeder", "{\"breakerA\":60,\"loadsMaxA\":20,\"sourcesMaxA\":0}"), ("evse.cableA", "40"),
        ("service.busbar", $"{{{Bar},\"share\":1.2,\"backfeedLimitA\":\"none\"}}"),
        ("service.busbar", $"{{{Bar},\"share\":1.2,\"backfeedLimitA\":32}}"),
        ("evse.stageDerate", $"{{{Heat},\"unknownShare\":0}}"),
        ("gridOperator", $"{{{Operator},\"relays\":[],\"failsafe\":{{{Failsafe},\"lastsH\":24}}}}"),
        ("gridOperator", $"{{{Operator},\"failsafe\":\"none\",\"relays\":[{{\"relay\":4,{Caps}}}]}}"),
        ("grid", "{\"utilityProfile\":\"none\"}"), ("grid.utilityProfile", "\"hi-14h-molokai-lanai\""),
        ("grid.enterServiceDelayS", "300"),
        ("vehicle.departure", "{\"capacityKwh\":40,\"efficiency\":0.9,\"marginMin\":10}"),
        ("vehicle.dailyDischarge", "{\"energyKwh\":10,\"cycles\":\"none\",\"capacityKwh\":40}"),
        ("service.homeBatteryChargeMaxW", "5000"), ("service.importLegCapW", "5000"), ("service.exportLegCapW", "0"),
    ];
}
