using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>Reads the <c>home</c> of a scenario. What it does not say keeps the plant's defaults.</summary>
internal static class HomeReader
{
    public static (HomeSettings Home, MeterSettings Meter, QuasarChargerSettings Charger, DerSettings Der,
        bool IsPlugged) Read(
        YamlSection? home)
    {
        if (home is null) return (new(), new(), new(), new(), false);
        var settings = new HomeSettings
        {
            TimeOfDay = TimeSpan.FromHours(home.Number("hour", 12)),
            House = House(home.Section("house")),
            Pv = Pv(home.Section("pv")),
            Service = Service(home.Section("service")),
            Battery = Battery(home.Section("car"), out var isPlugged),
            Stage = Stage(home.Section("module")),
            Shed = home.Texts("shed"),
        };
        foreach (var name in settings.Shed.Where(name => !settings.House.Appliances.ContainsKey(name)))
            home.Error($"'shed' names '{name}', which the house does not have");
        var meter = Meter(home.Section("meter"));
        var charger = Charger(home.Section("charger"));
        var der = Der(home.Section("der"));
        home.RefuseUnknown();
        return (settings, meter, charger, der, isPlugged);
    }

    public static Sun Sun(YamlSection sun)
    {
        Sun read;
        if (sun.Section("saw_tooth") is { } saw)
        {
            read = new Sun.SawTooth(
                saw.RequiredNumber("low"), saw.RequiredNumber("high"), saw.RequiredDuration("period").TotalSeconds,
                Math.Max(0.01, saw.RequiredDuration("edge").TotalSeconds));
            saw.RefuseUnknown();
        }
        else if (sun.Section("clear_day") is { } day)
        {
            read = new Sun.ClearDay(
                day.RequiredNumber("share"), TimeSpan.FromHours(day.RequiredNumber("sunrise_h")),
                TimeSpan.FromHours(day.RequiredNumber("sunset_h")));
            day.RefuseUnknown();
        }
        else
        {
            read = new Sun.Steady(sun.RequiredNumber("share"));
        }
        sun.RefuseUnknown();
        return read;
    }

    private static HouseSettings House(YamlSection? house)
    {
        var none = new HouseSettings();
        if (house is null) return none;
        var baseW = house.Numbers("base_w");
        var hourly = house.Numbers("hourly_share");
        if (hourly is not null && hourly.Count != 24) house.Error("'hourly_share' takes 24 numbers");
        var read = none with
        {
            Base = baseW is null ? none.Base : [.. baseW.Concat([0, 0, 0]).Take(3).Select(watts => new Watts(watts))],
            HourlyShare = hourly?.Count == 24 ? hourly : null,
            Noise = new(house.Number("noise_w", none.Noise.Value)),
            NoiseMemory = house.Duration("noise_memory", none.NoiseMemory),
            PowerFactor = house.Number("power_factor", none.PowerFactor),
            Appliances = Appliances(house.Section("appliances")),
        };
        house.RefuseUnknown();
        return read;
    }

    private static Dictionary<string, Appliance> Appliances(YamlSection? all)
    {
        var read = new Dictionary<string, Appliance>();
        if (all is null) return read;
        foreach (var name in all.Keys)
        {
            if (all.Section(name) is not { } one) continue;
            var legs = one.Numbers("legs") ?? [1, 2];
            if (legs.Count == 0 || legs.Any(leg => leg is not (1 or 2 or 3))) one.Error("'legs' takes 1, 2 and 3");
            else read[name] = new(new(one.RequiredNumber("w")), [.. legs.Select(leg => (int)leg - 1)]);
            one.RefuseUnknown();
        }
        return read;
    }

    private static PvSettings Pv(YamlSection? pv)
    {
        var none = new PvSettings();
        if (pv is null) return none;
        var read = none with
        {
            Peak = new(pv.Number("peak_w", none.Peak.Value)),
            Rating = new(pv.Number("rating_w", none.Rating.Value)),
            Settling = pv.Duration("settling", none.Settling),
            RampPerSecond = pv.Number("ramp_per_s", none.RampPerSecond),
            Sun = pv.Section("sun") is { } sun ? Sun(sun) : none.Sun,
        };
        pv.RefuseUnknown();
        return read;
    }

    private static ServiceSettings Service(YamlSection? service)
    {
        var none = new ServiceSettings();
        if (service is null) return none;
        var read = none with
        {
            Nominal = new(service.Number("nominal_v", none.Nominal.Value)),
            SourceOhm = service.Number("source_ohm", none.SourceOhm),
            VoltageWander = service.Number("voltage_wander", none.VoltageWander),
        };
        service.RefuseUnknown();
        return read;
    }

    private static BatterySettings Battery(YamlSection? car, out bool isPlugged)
    {
        var none = new BatterySettings();
        isPlugged = false;
        if (car is null) return none;
        isPlugged = car.Flag("plugged");
        var read = none with
        {
            CapacityKwh = car.Number("capacity_kwh", none.CapacityKwh),
            Soc = new(car.Number("soc_pct", none.Soc.Percent)),
            Ohm = car.Number("ohm", none.Ohm),
            Ambient = new(car.Number("ambient_c", none.Ambient.Value)),
            MaxCharge = new(car.Number("max_charge_a", none.MaxCharge.Value)),
            MaxDischarge = new(car.Number("max_discharge_a", none.MaxDischarge.Value)),
            IsChargeOnly = car.Flag("charge_only"),
            TaperFrom = new(car.Number("taper_from_pct", none.TaperFrom.Percent)),
        };
        car.RefuseUnknown();
        return read;
    }

    private static PowerStageSettings Stage(YamlSection? module)
    {
        var none = new PowerStageSettings();
        if (module is null) return none;
        var read = none with
        {
            GrowAmperesPerSecond = module.Number("grow_a_per_s", none.GrowAmperesPerSecond),
            FallAmperesPerSecond = module.Number("fall_a_per_s", none.FallAmperesPerSecond),
            DeadTime = module.Duration("dead_time", none.DeadTime),
        };
        module.RefuseUnknown();
        return read;
    }

    private static MeterSettings Meter(YamlSection? meter)
    {
        var none = new MeterSettings();
        if (meter is null) return none;
        var read = none with
        {
            Refresh = meter.Duration("refresh", none.Refresh),
            Delay = meter.Duration("delay", none.Delay),
            Phase = meter.Duration("phase", none.Phase),
            Noise = new(meter.Number("noise_w", none.Noise.Value)),
            Gain = meter.Number("gain_error", none.Gain),
        };
        meter.RefuseUnknown();
        return read;
    }

    private static QuasarChargerSettings Charger(YamlSection? charger)
    {
        var none = new QuasarChargerSettings();
        if (charger is null) return none;
        var read = none with
        {
            HasPowerSetpoint = !charger.Flag("without_power_setpoint"),
            MayExport = !charger.Flag("without_export"),
            Boot = charger.Duration("boot", none.Boot),
            SocWake = charger.Duration("soc_wake", none.SocWake),
            Refresh = charger.Duration("refresh", none.Refresh),
        };
        charger.RefuseUnknown();
        return read;
    }

    private static DerSettings Der(YamlSection? der)
    {
        var none = new DerSettings();
        if (der is null) return none;
        var read = none with
        {
            IsOlder = der.Flag("older"),
            HasReversion = !der.Flag("without_reversion"),
            RatingW = der.Number("rating_w", none.RatingW),
            EnterService = der.Duration("enter_service", none.EnterService),
            FormsW = der.Number("forms_w"),
        };
        der.RefuseUnknown();
        return read;
    }
}
