using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>What each number alone cannot show: whether they fit each other.</summary>
internal static class CrossChecks
{
    // A slower EVSE leaves a step of the house beside it for longer than a person would call at once.
    private static readonly TimeSpan SlowReaction = 10.Seconds;

    public static void Check(SiteLimits site, ConfigSection service, ConfigSection evse, ConfigSection vehicle)
    {
        if (vehicle.AreGood("reserveSocPct", "upperSocPct") && site.Reserve >= site.UpperSoc)
            vehicle.ErrorAt("reserveSocPct", $"{site.Reserve} is not below upperSocPct, {site.UpperSoc}");
        if (service.AreGood("houseLoadMaxW") && site.HouseLoadMax <= Watts.Zero)
            service.ErrorAt(
                "houseLoadMaxW", "0 W says that the house never draws anything; give what its circuits can draw");
        if (!service.Has("houseStepW") && site.EvseReaction > SlowReaction)
            service.ErrorAt(
                "houseStepW",
                $"is missing: this EVSE follows within {site.EvseReaction.TotalSeconds:0} s, so say what load of the "
                + "house can switch on at once");
        CheckWiring(site, service, evse);
        CheckBreakers(site, service, evse);
        CheckPowers(site, evse);
        CheckPremises(site, service);
    }

    private static void CheckPremises(SiteLimits site, ConfigSection service)
    {
        if (!service.AreGood("mainBreakerA", "feeder.breakerA", "busbar.ratingA")) return;
        if (site.Feeder is { } feeder && feeder.Breaker > site.MainBreaker)
            service.ErrorAt("feeder", $"its breaker, {feeder.Breaker}, is above mainBreakerA, {site.MainBreaker}");
        if (site.Busbar is { } busbar && busbar.Rating < site.MainBreaker)
            service.ErrorAt("busbar", $"its rating, {busbar.Rating}, is below mainBreakerA, {site.MainBreaker}");
    }

    private static void CheckWiring(SiteLimits site, ConfigSection service, ConfigSection evse)
    {
        if (!service.AreGood("wiring") || !evse.AreGood("wiring", "leg")) return;
        if (evse.Has("leg") && site.EvseWiring != Wiring.SinglePhase)
            evse.ErrorAt("leg", "belongs to a single-phase EVSE only");
        var fits = site.EvseWiring switch
        {
            Wiring.SinglePhase => site.EvseLeg < site.Legs,
            Wiring.SplitPhase => site.Service == Wiring.SplitPhase,
            _ => site.Service == Wiring.ThreePhase,
        };
        if (!fits) evse.ErrorAt("wiring", "the EVSE's wiring does not fit the service's");
    }

    private static void CheckBreakers(SiteLimits site, ConfigSection service, ConfigSection evse)
    {
        if (service.AreGood("mainBreakerA") && evse.AreGood("breakerA") && site.EvseBreaker > site.MainBreaker)
            evse.ErrorAt("breakerA", $"{site.EvseBreaker} is above mainBreakerA, {site.MainBreaker}");
        if (!service.AreGood("nominalLegVoltageV", "breakerContinuousShare") || !evse.AreGood("wiring", "breakerA"))
            return;
        var legs = site.EvseWiring switch { Wiring.SinglePhase => 1, Wiring.SplitPhase => 2, _ => 3 };
        var carries = site.NominalLegVoltage * (site.EvseBreaker * site.BreakerContinuousShare) * legs;
        CheckRating("chargeRatingW", site.EvseChargeRating);
        CheckRating("dischargeRatingW", site.EvseDischargeRating);

        void CheckRating(string name, Watts rating)
        {
            if (rating <= carries || !evse.AreGood(name)) return;
            evse.ErrorAt(
                name,
                $"{rating} is more than the EVSE's breaker carries continuously: {carries} = {site.EvseBreaker} × "
                + $"{site.BreakerContinuousShare:0.##} × {site.NominalLegVoltage} × {legs}");
        }
    }

    private static void CheckPowers(SiteLimits site, ConfigSection evse)
    {
        var (charge, discharge) = (site.EvseChargeRating, site.EvseDischargeRating);
        if (evse.AreGood("minimumPowerW", "chargeRatingW") && charge > Watts.Zero && site.MinimumPower > charge)
            evse.ErrorAt("minimumPowerW", $"{site.MinimumPower} is above chargeRatingW, {charge}");
        if (evse.AreGood("minimumPowerW", "dischargeRatingW")
            && discharge > Watts.Zero && site.MinimumPower > discharge)
            evse.ErrorAt("minimumPowerW", $"{site.MinimumPower} is above dischargeRatingW, {discharge}");
        if (evse.AreGood("silenceFloorW", "chargeRatingW") && site.SilenceFloor > charge)
            evse.ErrorAt("silenceFloorW", $"{site.SilenceFloor} is above chargeRatingW, {charge}");
        if (evse.AreGood("silenceFloorW", "minimumPowerW")
            && site.SilenceFloor > Watts.Zero && site.SilenceFloor < site.MinimumPower)
            evse.ErrorAt("silenceFloorW", $"{site.SilenceFloor} is below minimumPowerW, {site.MinimumPower}");
        if (evse.AreGood("setpointStepW", "minimumPowerW")
            && site.MinimumPower > Watts.Zero && site.SetpointStep > site.MinimumPower)
            evse.ErrorAt("setpointStepW", $"{site.SetpointStep} is above minimumPowerW, {site.MinimumPower}");
    }
}
