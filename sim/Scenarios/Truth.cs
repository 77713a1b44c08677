using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>The true plant at a moment. Positive = into the site or the car.</summary>
/// <param name="At">Time since the beginning.</param>
/// <param name="Grid">Active power per leg at the service entrance.</param>
/// <param name="Current">RMS current per leg.</param>
/// <param name="House">House without PV and EVSE.</param>
/// <param name="Pv">PV; generation negative.</param>
/// <param name="Evse">AC at the EVSE.</param>
/// <param name="DcVoltage">At the outlet.</param>
/// <param name="DcCurrent">Into the car.</param>
/// <param name="Soc">True state of charge.</param>
/// <param name="IsContactorClosed">The car's contactor.</param>
/// <param name="IsLocked">The plug lock.</param>
/// <param name="Interrupted">Largest current that the car's contactor interrupted so far.</param>
public readonly record struct Truth(
    TimeSpan At, PerLeg<Watts> Grid, PerLeg<Amperes> Current, Watts House, Watts Pv, Watts Evse, Volts DcVoltage,
    Amperes DcCurrent, Soc Soc, bool IsContactorClosed, bool IsLocked, Amperes Interrupted)
{
    /// <summary>Current on the EVSE's legs, the larger: its AC power in equal shares at each leg's voltage.</summary>
    public Amperes EvseCurrent { get; init; }
    /// <summary>RMS voltage per leg at the service entrance.</summary>
    public PerLeg<Volts> Voltage { get; init; }
    /// <summary>The plug is in the car's inlet.</summary>
    public bool IsPlugged { get; init; }
    /// <summary>Temperature of the car's cells.</summary>
    public Celsius BatteryTemperature { get; init; }

    /// <summary>Voltage in the home, as a share of nominal.</summary>
    public double HomeVoltage { get; init; }
    /// <summary>The car supplies the home.</summary>
    public bool IsIsland { get; init; }
    /// <summary>Its grid stands on wires that are not the home's alone.</summary>
    public bool IsBackfeeding { get; init; }

    /// <summary>Active power at the service entrance in total.</summary>
    public Watts Total => Grid.L1 + Grid.L2 + Grid.L3;

    /// <summary>The plant as it is now.</summary>
    public static Truth Of(HomePlant plant) => new(
        plant.Now, plant.Service.Power, plant.Service.Current, plant.HousePower, plant.Pv.Power, plant.Stage.AcPower,
        plant.Stage.Voltage, plant.Stage.Current, plant.Battery.Soc, plant.IsContactorClosed, plant.IsLocked,
        plant.InterruptedCurrent)
    {
        EvseCurrent = plant.EvseLegCurrent,
        Voltage = plant.Service.Voltage,
        IsPlugged = plant.IsPlugged,
        BatteryTemperature = plant.Battery.Temperature,
        HomeVoltage = plant.HomeVoltage,
        IsIsland = plant.Forms is not null,
        IsBackfeeding = plant.IsBackfeeding,
    };
}

/// <summary>Reads one quantity of the true plant.</summary>
public delegate double QuantityOf(in Truth truth);

/// <summary>The quantities that expectations can name.</summary>
public static class Quantity
{
    private static readonly Dictionary<string, QuantityOf> All = new()
    {
        ["grid_w"] = (in t) => t.Total.Value,
        ["grid_l1_w"] = (in t) => t.Grid.L1.Value,
        ["grid_l2_w"] = (in t) => t.Grid.L2.Value,
        ["grid_l3_w"] = (in t) => t.Grid.L3.Value,
        ["grid_leg_a"] = (in t) => Math.Max(t.Current.L1.Value, Math.Max(t.Current.L2.Value, t.Current.L3.Value)),
        ["house_w"] = (in t) => t.House.Value,
        ["pv_w"] = (in t) => t.Pv.Value,
        ["evse_w"] = (in t) => t.Evse.Value,
        ["evse_leg_a"] = (in t) => t.EvseCurrent.Value,
        ["dc_v"] = (in t) => t.DcVoltage.Value,
        ["dc_a"] = (in t) => t.DcCurrent.Value,
        ["soc_pct"] = (in t) => t.Soc.Percent,
        ["contactor_closed"] = (in t) => t.IsContactorClosed ? 1 : 0,
        ["locked"] = (in t) => t.IsLocked ? 1 : 0,
        ["plugged"] = (in t) => t.IsPlugged ? 1 : 0,
        ["battery_c"] = (in t) => t.BatteryTemperature.Value,
        ["home_pu"] = (in t) => t.HomeVoltage,
        ["island"] = (in t) => t.IsIsland ? 1 : 0,
        ["backfeeding"] = (in t) => t.IsBackfeeding ? 1 : 0,
        ["interrupted_a"] = (in t) => t.Interrupted.Value,
    };

    /// <summary>Names, in order.</summary>
    public static IEnumerable<string> Names => All.Keys.Order();

    /// <summary>A quantity by name; null when there is none.</summary>
    public static QuantityOf? Find(string name) => All.GetValueOrDefault(name);
}
