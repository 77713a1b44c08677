using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Judge;

/// <summary>
/// Watches, in every run and without being asked, what no run may do: every limit of the site at the true plant, and
/// what must not flow or stay closed in an emergency. It knows the plant, the site's constants and the faults that are
/// armed; it never sees what the controller believes or what a device echoes. Allocates nothing while all is well.
/// </summary>
public sealed class PlantJudge : IOracle
{
    // The field's own figure for a limit that is exceeded (safety brief, rows 50 and 51), and how fast a family must be
    // for it; a slower one is held to the times that it declares.
    private const double FastPromiseSeconds = 2;
    private const double FastSettlingSeconds = 5;
    private const double CycleSeconds = 0.2;
    private const double LookSeconds = 0.1;
    private const double EmergencyPowerShare = 0.03;
    private const double InterruptedAmperes = 1;
    // A car tells its state of charge in whole per cent, so half of one is its to hide.
    private const double SocResolution = 0.6;
    private const double RatingSlack = 1.02;
    private const double RatingSlackWatts = 60;
    private const double IdleWatts = 60;
    private const double LowestLasting = 0.8;
    // From a load in an island until a reading of the inverter shows it, and from a stop until it is one.
    private const double ShownSeconds = 2;
    // More W, and more W per second, than there are.
    private const double AtOnce = 1e9;

    private readonly SiteLimits site;
    private readonly Pressure pressure;
    private readonly OperatorPressure gridOperator;
    private readonly List<LimitWatch> all = [];
    private readonly LimitWatch[] breakers = new LimitWatch[6];
    private readonly LimitWatch?[] legCaps = new LimitWatch?[6];
    private readonly LimitWatch branchCharge, branchDischarge;
    private readonly double[] share = new double[3];
    private readonly LimitWatch? importCap, exportCap, operatorCharge, operatorDischarge, unlocked;
    private readonly LimitWatch charge, discharge, reserve, upper, interrupted, backfeed;
    private readonly LimitWatch? islandReserve, islandOverload;
    private readonly LimitWatch emergencyPower, emergencyContactor, permitPower, permitContactor;
    private readonly double importW, exportW, importLegW, exportLegW, breakerA, chargeW, dischargeW, forbiddenW, idleW;
    private readonly double branchChargeA, branchDischargeA;
    private double last, nextLook;
    private bool isAnyOpen;
    private double lastDcA;
    private bool wasClosed;

    /// <summary>Takes its seat.</summary>
    public PlantJudge(SiteConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        site = config.Limits;
        pressure = new Pressure(site, config.Devices.All(device => device.Family != SunSpecFamilies.Evse));
        gridOperator = new OperatorPressure(site.GridOperator);
        var isQuasar = config.Devices.Any(device => device.Family == QuasarFamily.Evse);
        idleW = Math.Max(IdleWatts, isQuasar ? QuasarCharger.Stage.IdleLoss.Value : 0);
        breakerA = site.MainBreaker.Value * site.BreakerContinuousShare;
        for (var leg = 0; leg < site.Legs; leg++)
        {
            share[leg] = site.EvseShare(leg);
            if (share[leg] == 0) continue;
            var bound = $"{Text(breakerA)} A continuous on L{leg + 1}";
            breakers[2 * leg] = Watch($"main_breaker_l{leg + 1}_import", bound, "A", share[leg]);
            breakers[2 * leg + 1] = Watch($"main_breaker_l{leg + 1}_export", bound, "A", share[leg]);
            if (site.ImportLegCap is { } legImport)
                legCaps[2 * leg] = Watch(
                    $"import_cap_l{leg + 1}", $"{Text(importLegW = legImport.Value)} W on L{leg + 1}", "W", share[leg]);
            if (site.ExportLegCap is { } legExport)
                legCaps[2 * leg + 1] = Watch(
                    $"export_cap_l{leg + 1}", $"{Text(exportLegW = legExport.Value)} W on L{leg + 1}", "W", share[leg]);
        }
        if (site.ImportCap is { } import) importCap = Watch("import_cap", $"{Text(importW = import.Value)} W in total");
        if (site.ExportCap is { } export) exportCap = Watch("export_cap", $"{Text(exportW = export.Value)} W in total");
        if (gridOperator.IsThere)
        {
            operatorCharge = Watch("grid_operator_consumption", "what the grid operator demands, or its failsafe");
            operatorDischarge = Watch("grid_operator_production", "what the grid operator demands, or its failsafe");
        }
        chargeW = site.EvseChargeRating.Value * RatingSlack + RatingSlackWatts;
        dischargeW = site.EvseDischargeRating.Value * RatingSlack + RatingSlackWatts;
        branchChargeA = RatingSlack * EvseBranch.Amperes(site, isDischarge: false);
        branchDischargeA = RatingSlack * EvseBranch.Amperes(site, isDischarge: true);
        branchCharge = Watch("evse_branch_charge", $"{Text(branchChargeA)} A on the EVSE's legs", "A");
        branchDischarge = Watch("evse_branch_discharge", $"{Text(branchDischargeA)} A on the EVSE's legs", "A");
        charge = Watch("evse_charge_rating", $"{Text(chargeW)} W");
        discharge = Watch("evse_discharge_rating", $"{Text(dischargeW)} W");
        reserve = Watch("reserve", $"nothing out of the car at or below {Text(site.Reserve.Percent)} %");
        upper = Watch("upper_soc", $"nothing into the car at or above {Text(site.UpperSoc.Percent)} %");
        forbiddenW = EmergencyPowerShare * Math.Max(site.EvseChargeRating.Value, site.EvseDischargeRating.Value);
        emergencyPower = Emergency("emergency_power", $"at most {Text(forbiddenW)} W of DC within 1 s", "Wh", "W", 1);
        emergencyContactor = Emergency("emergency_contactor", "open within 2 s", "s", "", 2);
        // The supervisor opens by itself when it has to; what is asked of the controller is an ordered stop.
        var stop = site.EvseTiming.StopTime.TotalSeconds + CycleSeconds;
        var zero = IsFast ? 1 : stop;
        var most = $"at most {Text(forbiddenW)} W of DC";
        permitPower = Emergency("permit_power", $"{most} in {Text(zero)} s", "Wh", "W", zero);
        permitContactor = Emergency("permit_contactor", $"open in {Text(stop)} s", "s", "", stop);
        interrupted = Emergency("interrupted_current", "no opening above 1 A without an emergency", "A", "A", 0);
        backfeed = Emergency("backfeed", "a grid of the home's own on its own wires only", "s", "", 0);
        if (site.Island is { } island)
        {
            islandReserve = Watch(
                "island_reserve", $"nothing out of the car at or below {Text(island.Reserve.Percent)} % in an island");
            islandOverload = Emergency(
                "island_overload", $"at most {Text(island.Overload.Value * RatingSlack)} W in an island", "s", "",
                (island.ShedLines + 1) * (island.ShedAfter.TotalSeconds + CycleSeconds) + ShownSeconds);
        }
        if (config.Devices.Any(device => device.Family == ChademoFamily.Evse))
            unlocked = Emergency("unlocked", "no current while the plug is not locked", "s", "", 0.5);
    }

    /// <summary>The scenario did something; it is told before the plant moves on.</summary>
    public void Happened(ScenarioEvent happening, TimeSpan at)
    {
        pressure.Happened(happening, at.TotalSeconds);
        if (happening is ScenarioEvent.Change change) gridOperator.Happened(change, at.TotalSeconds);
        Extend(at.TotalSeconds);
    }

    /// <inheritdoc/>
    public void See(in Truth truth)
    {
        var at = truth.At.TotalSeconds;
        var seconds = at - last;
        // What armed faults add ends by itself; once a second is often enough to look.
        if ((long)at != (long)last) Extend(at);
        last = at;
        if (truth.IsContactorClosed) pressure.SeeClosed();
        // Well inside everything, ten looks a second are enough to remember what was allowed.
        if (at < nextLook && !isAnyOpen && IsQuiet(truth, at))
        {
            (wasClosed, lastDcA) = (truth.IsContactorClosed, Math.Abs(truth.DcCurrent.Value));
            return;
        }
        nextLook = at + LookSeconds;
        var evseW = truth.Evse.Value;
        SeeIsland(truth, at, seconds, evseW);
        // Behind an open switch the grid sees nothing of the car, and the house decides what flows; behind a closed one
        // any of it is the breach above.
        SeeService(truth, at, seconds, truth.IsIsland ? 0 : evseW);
        SeeCar(truth, at, seconds);
        SeeContactor(truth, at, seconds);
        isAnyOpen = false;
        foreach (var watch in all) isAnyOpen |= watch.IsOpen;
    }

    /// <summary>What it saw.</summary>
    public Findings Judge() => new([.. all.Select(watch => watch.Judge())]);

    // Nothing is at any limit: a few comparisons in most of the plant's steps.
    private bool IsQuiet(in Truth truth, double at)
    {
        if (operatorCharge is not null || truth.IsIsland) return false;
        var isClosed = truth.IsContactorClosed;
        if (isClosed != wasClosed || pressure.IsEmergency(at) || pressure.IsPermitWithdrawn) return false;
        if (isClosed && !truth.IsLocked && unlocked is not null) return false;
        var (evseW, totalW, branchA) = (truth.Evse.Value, truth.Total.Value, truth.EvseCurrent.Value);
        if (evseW > chargeW || -evseW > dischargeW) return false;
        if (branchA > branchChargeA || branchA > branchDischargeA) return false;
        if (importCap is not null && totalW > importW || exportCap is not null && -totalW > exportW) return false;
        var soc = truth.Soc.Percent;
        if (soc <= site.Reserve.Percent || soc >= site.UpperSoc.Percent) return false;
        for (var leg = 0; leg < site.Legs; leg++)
        {
            if (truth.Current[leg].Value > breakerA) return false;
            var watts = truth.Grid[leg].Value;
            if (legCaps[2 * leg] is not null && watts > importLegW) return false;
            if (legCaps[2 * leg + 1] is not null && -watts > exportLegW) return false;
        }
        return true;
    }

    private void SeeService(in Truth truth, double at, double seconds, double evseW)
    {
        for (var leg = 0; leg < site.Legs; leg++)
        {
            if (share[leg] == 0) continue;
            var (volts, amperes, watts) = (truth.Voltage[leg].Value, truth.Current[leg].Value, truth.Grid[leg].Value);
            // What the reactive current leaves of the breaker for active power.
            var apparent = breakerA * volts;
            var flows = amperes * volts;
            var active = Math.Sqrt(Math.Max(0, apparent * apparent - flows * flows + watts * watts));
            var own = share[leg] * evseW;
            var house = watts - own;
            breakers[2 * leg].See(at, seconds, own, active - house, active - house, 1 / volts);
            breakers[2 * leg + 1].See(at, seconds, -own, active + house, active + house, 1 / volts);
            legCaps[2 * leg]?.See(at, seconds, own, importLegW - house, importLegW - house);
            legCaps[2 * leg + 1]?.See(at, seconds, -own, exportLegW + house, exportLegW + house);
        }
        var rest = truth.Total.Value - evseW;
        importCap?.See(at, seconds, evseW, importW - rest, importW - rest);
        exportCap?.See(at, seconds, -evseW, exportW + rest, exportW + rest);
        SeeOperator(rest, at, seconds, evseW);
        SeeBranch(truth, at, seconds, evseW);
        charge.See(at, seconds, evseW, chargeW, chargeW);
        discharge.See(at, seconds, -evseW, dischargeW, dischargeW);
    }

    private void SeeIsland(in Truth truth, double at, double seconds, double evseW)
    {
        backfeed.See(at, seconds, truth.IsBackfeeding ? 1 : 0, 0, 0);
        if (islandOverload is null || site.Island is not { } island) return;
        var isOver = truth.IsIsland && -evseW > island.Overload.Value * RatingSlack;
        islandOverload.See(at, seconds, isOver ? 1 : 0, FreeIf(!isOver), FreeIf(!isOver));
    }

    private void SeeOperator(double rest, double at, double seconds, double evseW)
    {
        if (operatorCharge is null || operatorDischarge is null) return;
        var (into, outOf) = (gridOperator.Consumption(at), gridOperator.Production(at));
        (into, outOf) = gridOperator.IsOfSite
            ? (into - rest, outOf + rest)
            : (into + RatingSlackWatts, outOf + RatingSlackWatts);
        operatorCharge.See(at, seconds, evseW, into, into);
        operatorDischarge.See(at, seconds, -evseW, outOf, outOf);
    }

    // At the voltage that its amperes were made with.
    private void SeeBranch(in Truth truth, double at, double seconds, double evseW)
    {
        var amperes = truth.EvseCurrent.Value;
        if (amperes < InterruptedAmperes)
        {
            branchCharge.See(at, seconds, 0, double.PositiveInfinity, double.PositiveInfinity);
            branchDischarge.See(at, seconds, 0, double.PositiveInfinity, double.PositiveInfinity);
            return;
        }
        // A sag lasts seconds, which no breaker feels; then the inverter's own protection ends it.
        var lasting = LowestLasting * site.NominalLegVoltage.Value * site.EvseLegs;
        var volts = Math.Max(lasting, Math.Abs(evseW) / amperes);
        var (into, outOf) = (branchChargeA * volts, branchDischargeA * volts);
        branchCharge.See(at, seconds, evseW, into, into, 1 / volts);
        branchDischarge.See(at, seconds, -evseW, outOf, outOf, 1 / volts);
    }

    private void SeeCar(in Truth truth, double at, double seconds)
    {
        var soc = truth.Soc.Percent;
        var dcW = truth.DcVoltage.Value * truth.DcCurrent.Value;
        var floor = site.Reserve.Percent;
        var ceiling = site.UpperSoc.Percent;
        var isOwn = truth.IsIsland && islandReserve is not null;
        reserve.See(at, seconds, -dcW, FreeIf(isOwn || soc > floor), FreeIf(isOwn || soc > floor - SocResolution));
        if (islandReserve is not null && site.Island is { } island)
        {
            var least = island.Reserve.Percent;
            islandReserve.See(
                at, seconds, -dcW, FreeIf(!isOwn || soc > least), FreeIf(!isOwn || soc > least - SocResolution));
        }
        upper.See(at, seconds, dcW, FreeIf(soc < ceiling), FreeIf(soc < ceiling + SocResolution));
    }

    private void SeeContactor(in Truth truth, double at, double seconds)
    {
        var isClosed = truth.IsContactorClosed;
        var amperes = Math.Abs(truth.DcCurrent.Value);
        var (power, closed) = (amperes * truth.DcVoltage.Value, isClosed && !pressure.IsWelded ? 1 : 0);
        Forbid(emergencyPower, emergencyContactor, pressure.IsEmergency(at));
        Forbid(permitPower, permitContactor, pressure.IsPermitWithdrawn);
        // A moment, not a duration: it counts as a whole second, so that none is too short to be seen.
        var broken = wasClosed && !isClosed && lastDcA > InterruptedAmperes && !pressure.MayInterrupt(at) ? lastDcA : 0;
        interrupted.See(at, 1, broken, 0, 0);
        var locked = FreeIf(truth.IsLocked);
        unlocked?.See(at, seconds, isClosed && amperes > InterruptedAmperes ? 1 : 0, locked, locked);
        (wasClosed, lastDcA) = (isClosed, amperes);

        void Forbid(LimitWatch flow, LimitWatch contactor, bool isForbidden)
        {
            var (most, free) = (isForbidden ? forbiddenW : double.PositiveInfinity, FreeIf(!isForbidden));
            flow.See(at, seconds, power, most, most);
            contactor.See(at, seconds, closed, free, free);
        }
    }

    private bool IsFast => site.EvseTiming.SettlingTime.TotalSeconds <= FastSettlingSeconds;

    private void Extend(double at)
    {
        var extra = pressure.Extra(at);
        foreach (var watch in all) watch.Extra = extra;
        // No fault of a device excuses what an emergency demands.
        emergencyPower.Extra = emergencyContactor.Extra = interrupted.Extra = 0;
        if (islandOverload is not null) islandOverload.Extra = 0;
        // Two signals that lie together are found out by what comes through: row 48 allows the software a second.
        backfeed.Extra = pressure.IsSwitchLying ? 1 : 0;
        permitContactor.Extra = 0;
        // A stage that does not obey is stopped by what opens after it.
        permitPower.Extra = pressure.MayDisobey(at) ? permitContactor.PromisedSeconds : 0;
    }

    private LimitWatch Watch(string id, string bound, string peakUnit = "W", double part = 1)
    {
        var timing = site.EvseTiming;
        var (dead, settling) = (timing.DeadTime.TotalSeconds, timing.SettlingTime.TotalSeconds);
        var meter = site.MeterTiming;
        var seen = (meter.Period + meter.Refresh + timing.Period + timing.Refresh).TotalSeconds + CycleSeconds;
        var promise = IsFast ? FastPromiseSeconds : dead + settling + seen;
        var rating = part * Math.Max(site.EvseChargeRating.Value, site.EvseDischargeRating.Value);
        var falls = rating / Math.Max(settling - dead, 0.1);
        var within = TimeSpan.FromSeconds(promise);
        return Add(new(id, bound, "Wh", peakUnit, within, timing.DeadTime, falls, rating, idleW));
    }

    // What opens in an emergency waits for nobody: a contactor needs a tenth of a second.
    private LimitWatch Emergency(string id, string bound, string unit, string peakUnit, double promise) => Add(new(
        id, bound, unit, peakUnit, TimeSpan.FromSeconds(promise), TimeSpan.FromSeconds(0.1), AtOnce, Most: AtOnce,
        idleW));

    private LimitWatch Add(WatchedLimit limit)
    {
        var watch = new LimitWatch(limit, limit.Promise + TimeSpan.FromSeconds(pressure.LongestExtra));
        all.Add(watch);
        return watch;
    }

    private static double FreeIf(bool isFree) => isFree ? double.PositiveInfinity : 0;

    private static string Text(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
