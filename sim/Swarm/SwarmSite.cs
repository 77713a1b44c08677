using System.Globalization;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>What hangs at the EVSE of a swarm home.</summary>
internal enum SwarmSiteKind
{
    /// <summary>A CHAdeMO car behind a DC module.</summary>
    Chademo,
    /// <summary>A Wallbox Quasar.</summary>
    Quasar,
    /// <summary>A bidirectional SunSpec inverter.</summary>
    Der,
}

/// <summary>A site that ships, and what is different at this one.</summary>
internal sealed class SwarmSite
{
    private readonly Dice dice;
    private readonly List<string> overrides = [];

    private SwarmSite(Dice dice) => this.dice = dice;

    public SwarmSiteKind Kind { get; private init; }

    public string File => Kind switch
    {
        SwarmSiteKind.Chademo => "demo-split-phase.json",
        SwarmSiteKind.Quasar => "demo-quasar.json",
        _ => "demo-der.json",
    };

    public IReadOnlyList<string> Overrides => overrides;
    public double MainBreakerA { get; private set; } = 100;
    public double ImportW { get; private set; } = 19200;
    public double RatingW { get; private set; }
    public double Reserve { get; private set; } = 30;
    public double Upper { get; private set; } = 90;
    public bool HasOperator { get; private set; }
    public bool HasRelay { get; private set; }
    public bool HasDeparture { get; private set; }
    public bool HasSecondModule { get; private set; }

    public static SwarmSite Draw(Dice dice)
    {
        var kind = dice.Whole(1, 20) switch
        {
            <= 12 => SwarmSiteKind.Chademo, <= 16 => SwarmSiteKind.Der, _ => SwarmSiteKind.Quasar,
        };
        var site = new SwarmSite(dice) { Kind = kind, RatingW = kind == SwarmSiteKind.Quasar ? 7400 : 9600 };
        site.DrawService();
        site.DrawBranch();
        site.DrawOperator();
        site.DrawVehicle();
        site.DrawTimes();
        site.DrawDevices();
        return site;
    }

    private void DrawService()
    {
        if (dice.Chance(0.3)) Set("service.mainBreakerA", MainBreakerA = dice.Whole(50, 100));
        if (dice.Chance(0.25)) Set("service.importCapW", ImportW = dice.Whole(4000, 16000));
        if (dice.Chance(0.3)) Set("service.exportCapW", dice.Whole(0, 9000));
        else if (dice.Chance(0.3)) Set("service.exportCapW", "none");
        if (dice.Chance(0.1)) Set("service.importLegCapW", dice.Whole(2500, 8000));
        if (dice.Chance(0.1)) Set("service.exportLegCapW", dice.Whole(300, 4000));
        if (dice.Chance(0.12)) Set("service.homeBatteryChargeMaxW", dice.Whole(1000, 4000));
    }

    private void DrawBranch()
    {
        if (dice.Chance(0.12))
            Set("service.feeder", $"{{\"breakerA\": {dice.Whole(40, (int)MainBreakerA)}, "
                + $"\"loadsMaxA\": {dice.Whole(0, 25)}, \"sourcesMaxA\": {dice.Whole(0, 20)}}}");
        if (dice.Chance(0.12))
            Set("service.busbar", $"{{\"ratingA\": {dice.Whole((int)MainBreakerA, 125)}, \"share\": 1.2, "
                + $"\"sourceFactor\": 1.25, \"otherSourcesA\": {dice.Whole(0, 16)}, \"backfeedLimitA\": \"none\"}}");
        if (dice.Chance(0.12)) Set("evse.cableA", dice.Whole(12, 45));
        if (!dice.Chance(0.15))
        {
            // The EVSE's breaker is not above the main one.
            if (MainBreakerA < 60 && Kind != SwarmSiteKind.Quasar) Set("evse.breakerA", MainBreakerA);
            return;
        }
        // The rating just fits its breaker, 0.8 of it on two legs of 120 V: with any less voltage the breaker binds.
        var breaker = dice.Whole(30, Kind == SwarmSiteKind.Quasar ? 38 : 50);
        Set("evse.breakerA", breaker);
        Set("evse.chargeRatingW", RatingW = 0.8 * 240 * breaker);
        Set("evse.dischargeRatingW", RatingW);
    }

    private void DrawOperator()
    {
        if (!dice.Chance(0.15)) return;
        HasRelay = dice.Chance(0.4);
        HasOperator = !HasRelay || dice.Chance(0.5);
        var relays = HasRelay
            ? $"[{{\"relay\": 1, \"consumptionW\": {dice.Whole(0, 6000)}, \"productionW\": {dice.Whole(0, 5000)}}}]"
            : "[]";
        var failsafe = HasOperator
            ? $"{{\"consumptionW\": {dice.Whole(2000, 8000)}, \"productionW\": {dice.Whole(0, 6000)}, \"lastsH\": 2, "
                + $"\"afterwards\": \"{dice.OneOf("stay", "unlimited")}\"}}"
            : "\"none\"";
        Set("gridOperator", $"{{\"limits\": \"{dice.OneOf("evse", "site")}\", \"consumptionFloorW\": "
            + $"{dice.OneOf(0, 4200)}, \"relays\": {relays}, \"failsafe\": {failsafe}}}");
        if (HasRelay) Set("devices.panel.relay1Line", "relay-1");
    }

    private void DrawVehicle()
    {
        if (dice.Chance(0.3)) Set("vehicle.reserveSocPct", Reserve = dice.Whole(10, 55));
        if (dice.Chance(0.3)) Set("vehicle.upperSocPct", Upper = dice.Whole(60, 97));
        if (dice.Chance(0.1))
            Set("vehicle.dailyDischarge", $"{{\"energyKwh\": {Number(dice.Between(0.01, 0.2))}, \"cycles\": \"none\", "
                + "\"capacityKwh\": 40}");
        if (!dice.Chance(0.12)) return;
        HasDeparture = true;
        Set("vehicle.departure", $"{{\"capacityKwh\": {dice.Whole(16, 77)}, \"efficiency\": 0.88, "
            + $"\"marginMin\": {dice.Whole(0, 10)}}}");
    }

    private void DrawTimes()
    {
        if (dice.Chance(0.3)) Set("evse.rampWPerS", dice.Whole(300, 6000));
        if (dice.Chance(0.2)) Set("evse.wideningHoldS", Kind == SwarmSiteKind.Quasar ? dice.Whole(5, 15) : dice.Whole(1, 8));
        if (dice.Chance(0.2)) Set("evse.minimumConnectedS", dice.Whole(0, 40));
        if (dice.Chance(0.2)) Set("grid.enterServiceDelayS", dice.Whole(1, 20));
        if (dice.Chance(0.2)) Set("grid.enterServiceRampS", dice.Whole(1, 30));
        if (dice.Chance(0.1)) Set("grid.utilityProfile", dice.OneOf("ieee1547-cat-i", "ieee1547-cat-ii"));
        if (dice.Chance(0.03)) Set("grid.householdDischarge", "not-agreed");
    }

    private void DrawDevices()
    {
        switch (Kind)
        {
            case SwarmSiteKind.Chademo when dice.Chance(0.15):
                HasSecondModule = true;
                Set("devices.dc-module.modules", 2);
                Set("devices.dc-module.maxPowerW", 5000);
                Set("devices.dc-module.maxCurrentA", 14);
                Set("devices.charger.maxChargeA", 28);
                Set("devices.charger.maxDischargeA", 28);
                break;
            case SwarmSiteKind.Chademo when dice.Chance(0.2):
                Set("devices.dc-module.maxPowerW", dice.Whole(3000, 9000));
                break;
            case SwarmSiteKind.Quasar:
                // Whoever takes it with the charger's own app answers for what it does then; as a fault it opens.
                Set("devices.quasar.onSecondMaster", "fault");
                break;
            case SwarmSiteKind.Der when dice.Chance(0.5):
                Set("evse.stageDerate", "{\"fromC\": 45, \"zeroC\": 65, \"restoreK\": 4, \"tripC\": \"none\", "
                    + "\"unknownAfterS\": 20, \"unknownShare\": 0.2}");
                break;
        }
    }

    private void Set(string path, double value) => Set(path, Number(value));

    private void Set(string path, string value) => overrides.Add($"{path}={value}");

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
