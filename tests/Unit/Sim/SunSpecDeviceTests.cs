using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;
using Inverter = ChargeScape.Edge.Sim.Devices.SunSpecInverter;
using Meter = ChargeScape.Edge.Sim.Devices.SunSpecMeter;

namespace ChargeScape.Edge.Tests.Unit.Sim;

public class SunSpecDeviceTests
{
    private static readonly TimeSpan Step = 10.Milliseconds;

    [Fact]
    public void The_meter_shows_a_sample_after_its_delay_and_not_before()
    {
        var plant = Home();
        var late = new MeterSettings
        {
            Refresh = 100.Milliseconds, Delay = 50.Milliseconds, Phase = TimeSpan.Zero, Noise = Watts.Zero,
        };
        var meter = new Meter(plant, late, new(1), unit: 1);
        var watts = meter.Image.Point(202, "W");

        var seen = Run(plant, meter, 140.Milliseconds, () => meter.Image.Get(watts) ?? double.NaN);

        Assert.Equal(0, seen[2], 3);
        Assert.Equal(plant.Service.Total.Value, seen[8], 0);
    }

    [Fact]
    public void A_frozen_meter_answers_with_its_last_value()
    {
        var plant = Home();
        var meter = new Meter(plant, new() { Noise = default }, new(1), unit: 1);
        var watts = meter.Image.Point(202, "W");
        Run(plant, meter, 1.Seconds, () => 0);
        var before = meter.Image.Get(watts);

        meter.Trouble = MeterTrouble.Frozen;
        plant.House.TrySwitch("oven", true);
        Run(plant, meter, 1.Seconds, () => 0);

        Assert.Equal(before, meter.Image.Get(watts));
        Assert.True(plant.Service.Total.Value > before + 4000);
    }

    [Fact]
    public void Curtailment_reverts_after_its_time_to_the_enable_state_that_EnaRvrt_says()
    {
        var plant = Home(sun: 1);
        var inverter = new Inverter(plant, unit: 1);
        Write(inverter, "WMaxLimPctRvrtTms", 5);
        Write(inverter, "WMaxLimPct", 20);
        Write(inverter, "WMaxLimPctEna", 1);

        Run(plant, inverter, 4.Seconds, () => 0);
        var limited = plant.Pv.Power;
        Run(plant, inverter, 4.Seconds, () => 0);

        Assert.InRange(limited.Value, -1000 - 20.0, -1000 + 20.0);
        Assert.Equal(0, inverter.Image.Get(inverter.Image.Point(704, "WMaxLimPctEna")));
        Assert.InRange(plant.Pv.Power.Value, -5000 - 20.0, -5000 + 20.0);
    }

    [Fact]
    public void Writing_only_the_value_does_not_restart_the_reversion_timer()
    {
        var plant = Home(sun: 1);
        var inverter = new Inverter(plant, unit: 1);
        Write(inverter, "WMaxLimPctRvrtTms", 5);
        Write(inverter, "WMaxLimPct", 20);
        Write(inverter, "WMaxLimPctEna", 1);

        Run(plant, inverter, 4.Seconds, () => 0);
        Write(inverter, "WMaxLimPct", 10);
        Run(plant, inverter, 4.Seconds, () => 0);

        Assert.InRange(plant.Pv.Power.Value, -5000 - 20.0, -5000 + 20.0);
    }

    [Fact]
    public void An_inverter_whose_permission_is_taken_stops_and_waits_before_it_comes_back()
    {
        var plant = Home(sun: 1);
        var inverter = new Inverter(plant, unit: 1);
        Run(plant, inverter, 2.Seconds, () => 0);

        inverter.Image.TrySet(inverter.Image.Point(703, "ES"), 0);
        Run(plant, inverter, 3.Seconds, () => 0);
        var off = plant.Pv.Power;
        inverter.Image.TrySet(inverter.Image.Point(703, "ES"), 1);
        Run(plant, inverter, 3.Seconds, () => 0);
        var waiting = plant.Pv.Power;
        Run(plant, inverter, 6.Seconds, () => 0);

        Assert.InRange(off.Value, 0 - 20.0, 0 + 20.0);
        Assert.InRange(waiting.Value, 0 - 20.0, 0 + 20.0);
        Assert.InRange(plant.Pv.Power.Value, -5000 - 20.0, -5000 + 20.0);
    }

    [Fact]
    public void An_inverter_follows_a_ramp_whose_steps_are_shorter_than_its_latency()
    {
        var plant = Home();
        plant.IsPlugged = true;
        var der = new SunSpecDer(plant, new() { EnterService = 1.Seconds }, unit: 1);
        der.Image.TrySet(der.Image.Point(703, "ES"), 1);
        Run(plant, der, 6.Seconds, () => 0);

        var steps = 0;
        var seen = Run(plant, der, 4.Seconds, () =>
        {
            if (steps++ % 5 == 0) der.WriteAsAnother(-20 * steps);
            return plant.Stage.AcPower.Value;
        });

        // What was written 0.2 s before, and never more than what was written.
        for (var i = 100; i < seen.Count; i += 50) Assert.InRange(seen[i], 20 * (i - 20) - 150, 20 * i + 50);
    }

    private static void Write(Inverter inverter, string name, double value)
    {
        var point = inverter.Image.Point(704, name);
        // As a master does it: the whole point, over the same door.
        var place = inverter.Image.Models.First(model => model.Model == 704);
        var raw = (int)Math.Round(value * (name.EndsWith("Pct", StringComparison.Ordinal) ? 10 : 1));
        ushort[] registers = point.Definition.Size == 2 ? [(ushort)(raw >> 16), (ushort)raw] : [(ushort)raw];
        var offset = name switch
        {
            "WMaxLimPctEna" => 14, "WMaxLimPct" => 15, "WMaxLimPctRvrtTms" => 18, _ =>
                throw new ArgumentException(name),
        };
        Assert.Equal(0, inverter.Image.Write(1, (ushort)(place.Address + offset), registers));
    }

    private static HomePlant Home(double sun = 0) => new(
        new HomeSettings
        {
            House = new HouseSettings
            {
                Noise = default,
                Appliances = new Dictionary<string, Appliance> { ["oven"] = new(5.kW, [0, 1]) },
            },
            Pv = new PvSettings { Sun = new Sun.Steady(sun) },
        }, 1);

    private static List<double> Run(HomePlant plant, SimDevice device, TimeSpan span, Func<double> look)
    {
        var seen = new List<double>();
        for (var end = plant.Now + span; plant.Now < end;)
        {
            plant.Advance(Step);
            while (device.NextDue <= plant.Now) device.Advance(plant.Now);
            seen.Add(look());
        }
        return seen;
    }
}
