using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>The home's ends of the wires.</summary>
/// <param name="Car">The car's node on its CAN bus; null when the charger is an integrated one.</param>
/// <param name="Module">The module's node on its CAN bus; null likewise.</param>
/// <param name="ModuleArrival">When the module's next frame is there; null when the wire cannot tell.</param>
/// <param name="CarLines">The car's, or the integrated charger's, end of the lines.</param>
/// <param name="PanelLines">The panel's end of the lines.</param>
/// <param name="SilenceQuasar">Takes an integrated charger off its network, or puts it back.</param>
internal sealed record HomeEnds(
    ICanBus? Car, ICanBus? Module, Func<TimeSpan?>? ModuleArrival, IGpio CarLines, IGpio PanelLines,
    Action<bool> SilenceQuasar);

/// <summary>What lies outside the home's devices: wires that can be cut, the broker, the controller.</summary>
internal interface ISurroundings
{
    /// <summary>A change that no device of the home makes; false when it is not possible here.</summary>
    bool TryChange(string what, string value);
}

/// <summary>A scenario's home: the plant and its devices, and what a scenario can do to them.</summary>
internal sealed class SimulatedHome
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);
    private readonly ISurroundings surroundings;

    public SimulatedHome(
        Scenario scenario, SiteRoles roles, HomePlant plant, HomeEnds ends, ISurroundings surroundings, ulong seed)
    {
        this.surroundings = surroundings;
        Plant = plant;
        plant.IsPlugged = scenario.IsPlugged;
        Meter = new SunSpecMeter(plant, scenario.Meter, SplitMix64.Stream(seed, "meter"), roles.MeterUnit);
        Inverter = roles.Inverter is null ? null : new SunSpecInverter(plant, roles.InverterUnit);
        Panel = new LinePanel(plant, ends.PanelLines, roles.RelayLines, roles.ShedLines);
        if (roles.Quasar is not null)
        {
            Quasar = new QuasarCharger(
                plant, scenario.Charger, SplitMix64.Stream(seed, "quasar"), ends.CarLines,
                () => Panel.IsEmergencyStopPressed, ends.SilenceQuasar);
            return;
        }
        if (roles.Der is not null)
        {
            Der = new SunSpecDer(plant, scenario.Der, roles.DerUnit);
            return;
        }
        // Where the car's grid lies against ours is chance.
        var phase = TimeSpan.FromMilliseconds(Math.Floor(SplitMix64.Stream(seed, "car").Between(0, 100)));
        Car = new ChademoCar(plant, ends.Car!, ends.CarLines, phase);
        Module = new InfyModule(
            plant, ends.Module!, ends.ModuleArrival, roles.FirstModule, KeepAlive, roles.Modules, roles.IsRectifier);
    }

    /// <summary>The plant of a scenario at a site.</summary>
    public static HomePlant PlantOf(Scenario scenario, SiteConfig site, SiteRoles roles, ulong seed)
    {
        var settings = scenario.Home with
        {
            EvseWiring = site.Limits.EvseWiring, EvseLeg = site.Limits.EvseLeg,
            HasTransferSwitch = roles.HasTransferSwitch,
        };
        return new(roles.Quasar is null ? settings : settings with { Stage = QuasarCharger.Stage }, seed);
    }

    public HomePlant Plant { get; }
    public SunSpecMeter Meter { get; }
    public SunSpecInverter? Inverter { get; }
    public ChademoCar? Car { get; }
    public InfyModule? Module { get; }
    public QuasarCharger? Quasar { get; }
    public SunSpecDer? Der { get; }
    public LinePanel Panel { get; }

    /// <summary>What the car hangs on: its own CAN node, an integrated charger, or an inverter.</summary>
    public SimDevice? Charger => Quasar ?? (SimDevice?)Der ?? Car;

    /// <summary>Makes something happen. The names were checked when the scenario was read.</summary>
    public bool TryDo(string what, string value)
    {
        switch (what)
        {
            case "switch_on" or "switch_off":
                return Plant.House.TrySwitch(value, what == "switch_on");
            case "plug":
                Plant.IsPlugged = value == "in";
                return true;
            case "soc_pct":
                Plant.Battery.SetSoc(new(Number(value)));
                return true;
            case "sun":
                Plant.Pv.Sun = new Sun.Steady(Number(value));
                return true;
            case "grid":
                Plant.Service.VoltageShare = value == "lost" ? 0 : 1;
                Plant.Service.Forced = null;
                return true;
            case "grid_voltage_pu":
                Plant.Service.VoltageShare = Math.Clamp(Number(value), 0, 2);
                return true;
            case "grid_hz":
                Plant.Service.Forced = new(Number(value));
                return true;
            case "inverter_protection":
                Plant.Protection.IsDead = value == "dead";
                return true;
            case "transfer_switch" when Plant.Switch is { } transfer:
                transfer.Trouble = value switch
                {
                    "stuck" => TransferTrouble.Stuck,
                    "grid_contact_welded" => TransferTrouble.GridContactWelded,
                    "island_contact_welded" => TransferTrouble.IslandContactWelded,
                    "bounces" => TransferTrouble.Bounces,
                    "lies" => TransferTrouble.Lies,
                    _ => TransferTrouble.None,
                };
                return true;
            case "emergency_stop":
                Panel.IsEmergencyStopPressed = value == "pressed";
                return true;
            case "permit":
                Panel.HasPermit = value == "given";
                return true;
            case "relay_1" or "relay_2":
                return Panel.TryPull(what[^1] - '1', value == "pulled");
            case "lock":
                Panel.IsLockStuck = value == "stuck";
                return true;
            case "contactor":
                Plant.IsContactorWelded = value == "welded";
                Plant.IsCoilWeak = value == "chatters";
                return true;
            case "insulation":
                Plant.IsInsulationBroken = value == "broken";
                Panel.IsMonitorStuck = value == "alarm_stuck";
                return true;
            case "car" when Car is not null:
                Car.Trouble = Trouble(value);
                return true;
            case "der" when Der is not null:
                return TryDer(Der, value);
            case "der_cabinet_c" when Der is not null:
                Der.Temperature = new(Number(value));
                return true;
            case "charger":
                return Quasar?.TryDo(value) ?? false;
            case "module" when Module is not null:
                return TryModule(Module, value);
            case "last_module" when Module is not null:
                Module.LastTrouble = value switch
                {
                    "faulted" => SlotTrouble.Faulted,
                    "dead" => SlotTrouble.Dead,
                    _ => SlotTrouble.None,
                };
                return true;
            case "meter":
                Meter.Trouble = value switch
                {
                    "frozen" => MeterTrouble.Frozen,
                    "sign_flipped" => MeterTrouble.SignFlipped,
                    "legs_swapped" => MeterTrouble.LegsSwapped,
                    "not_a_number" => MeterTrouble.NotANumber,
                    "kilowatts" => MeterTrouble.Kilowatts,
                    "spiking" => MeterTrouble.Spiking,
                    "biased" => MeterTrouble.Biased,
                    "one_leg_flipped" => MeterTrouble.OneLegFlipped,
                    "halved" => MeterTrouble.Halved,
                    _ => MeterTrouble.None,
                };
                return surroundings.TryChange(what, value == "silent" ? "silent" : "healthy");
            case "inverter":
                Plant.Pv.IsFaulted = value == "faulted";
                return surroundings.TryChange(what, value == "silent" ? "silent" : "healthy");
            default:
                return surroundings.TryChange(what, value);
        }
    }

    private bool TryDer(SunSpecDer der, string value)
    {
        der.Trouble = value switch
        {
            "ignores" => DerTrouble.Ignores,
            "echoes" => DerTrouble.Echoes,
            "lies" => DerTrouble.Lies,
            "clamps" => DerTrouble.Clamps,
            "faulted" => DerTrouble.Faulted,
            "local" => DerTrouble.Local,
            _ => DerTrouble.None,
        };
        Plant.Stage.IsReversed = value == "reversed";
        der.HasRogueMaster = value == "rogue_master";
        if (value == "second_master") der.WriteAsAnother(-3000);
        return surroundings.TryChange("der", value == "silent" ? "silent" : "healthy");
    }

    private bool TryModule(InfyModule module, string value)
    {
        Plant.Stage.IsFaulted = value == "faulted";
        Plant.Stage.IsStuck = value == "stuck";
        Plant.Stage.IsReversed = value == "reversed";
        Plant.Stage.Gain = value switch { "too_strong" => 1.3, "too_weak" => 0.7, "inaccurate" => 1.04, _ => 1 };
        Plant.Stage.Surge = new(value switch { "over_voltage" => 120, "ripple" => 40, _ => 0 });
        module.IsMute = value == "mute";
        return surroundings.TryChange("module", value == "silent" ? "silent" : "healthy");
    }

    private static CarTrouble Trouble(string value) => value switch
    {
        "silent" => CarTrouble.Silent,
        "never_closes" => CarTrouble.NeverCloses,
        "never_asks" => CarTrouble.NeverAsks,
        "hot" => CarTrouble.Hot,
        "wants_stop" => CarTrouble.WantsStop,
        "implausible" => CarTrouble.Implausible,
        "line_without_flag" => CarTrouble.LineWithoutFlag,
        "soc_dithers" => CarTrouble.SocDithers,
        _ => CarTrouble.None,
    };

    private static double Number(string value) =>
        double.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
}
