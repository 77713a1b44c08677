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

    /// <summary>Active power at the service entrance in total.</summary>
    public Watts Total => Grid.L1 + Grid.L2 + Grid.L3;

    /// <summary>The plant as it is now.</summary>
    public static Truth Of(HomePlant plant) => new(
        plant.Now, plant.Service.Power, plant.Service.Current, plant.HousePower, plant.Pv.Power, plant.Stage.AcPower,
        plant.Stage.Voltage, plant.Stage.Current, plant.Battery.Soc, plant.IsContactorClosed, plant.IsLocked,
        plant.InterruptedCurrent)
    {
        EvseCurrent = plant.EvseLegCurrent,
    };
}

/// <summary>The quantities that expectations can name.</summary>
public static class Quantity
{
    private static readonly Dictionary<string, Func<Truth, double>> All = new()
    {
        ["grid_w"] = t => t.Total.Value,
        ["grid_l1_w"] = t => t.Grid.L1.Value,
        ["grid_l2_w"] = t => t.Grid.L2.Value,
        ["grid_l3_w"] = t => t.Grid.L3.Value,
        ["grid_leg_a"] = t => Math.Max(t.Current.L1.Value, Math.Max(t.Current.L2.Value, t.Current.L3.Value)),
        ["house_w"] = t => t.House.Value,
        ["pv_w"] = t => t.Pv.Value,
        ["evse_w"] = t => t.Evse.Value,
        ["evse_leg_a"] = t => t.EvseCurrent.Value,
        ["dc_v"] = t => t.DcVoltage.Value,
        ["dc_a"] = t => t.DcCurrent.Value,
        ["soc_pct"] = t => t.Soc.Percent,
        ["contactor_closed"] = t => t.IsContactorClosed ? 1 : 0,
        ["locked"] = t => t.IsLocked ? 1 : 0,
        ["interrupted_a"] = t => t.Interrupted.Value,
    };

    /// <summary>Names, in order.</summary>
    public static IEnumerable<string> Names => All.Keys.Order();

    /// <summary>A quantity by name; null when there is none.</summary>
    public static Func<Truth, double>? Find(string name) => All.GetValueOrDefault(name);
}
