using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Tests.Unit.Sim;

public class PlantTests
{
    private static readonly TimeSpan Step = 10.Milliseconds;

    [Fact]
    public void SplitMix64_gives_the_published_sequence()
    {
        var random = new SplitMix64(1234567);

        ulong[] drawn = [random.Next(), random.Next(), random.Next()];

        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423], drawn);
    }

    [Fact]
    public void Streams_of_two_subsystems_differ_and_repeat()
    {
        var house = SplitMix64.Stream(1, "house").Next();

        Assert.Equal(house, SplitMix64.Stream(1, "house").Next());
        Assert.NotEqual(house, SplitMix64.Stream(1, "meter").Next());
        Assert.NotEqual(house, SplitMix64.Stream(2, "house").Next());
    }

    [Fact]
    public void Power_at_the_service_is_house_and_pv_and_evse_on_each_leg()
    {
        var plant = Quiet(new Sun.Steady(0.5));
        Connect(plant);
        plant.Stage.CurrentLimit = 20.A;

        Run(plant, 10.Seconds);

        var total = plant.Service.Power.L1 + plant.Service.Power.L2;
        Assert.Equal((plant.HousePower + plant.Pv.Power + plant.Stage.AcPower).Value, total.Value, 6);
        Assert.True(plant.Pv.Power < Watts.Zero, "generation is negative");
        Assert.True(plant.Stage.AcPower > 6.kW, "charging is positive");
    }

    [Fact]
    public void A_stage_whose_target_moves_faster_than_its_dead_time_follows_all_the_same()
    {
        var plant = Quiet(new Sun.Steady(0));
        Connect(plant);
        plant.Stage.CurrentLimit = 1.A;
        Run(plant, 1.Seconds);

        for (var i = 0; i < 100; i++)
        {
            plant.Stage.CurrentLimit += new Amperes(0.2);
            Run(plant, Step);
        }

        Assert.InRange(plant.Stage.Current.Value, 19, 21);
    }

    [Fact]
    public void An_oven_across_both_legs_loads_each_with_half()
    {
        var plant = Quiet(new Sun.Steady(0));
        Run(plant, 1.Seconds);
        var before = plant.Service.Power;

        Assert.True(plant.House.TrySwitch("oven", true));
        Run(plant, 1.Seconds);

        Assert.Equal(2500, (plant.Service.Power.L1 - before.L1).Value, 3);
        Assert.Equal(2500, (plant.Service.Power.L2 - before.L2).Value, 3);
        Assert.False(plant.House.TrySwitch("sauna", true));
    }

    [Fact]
    public void Discharge_gives_the_site_less_than_the_battery_lost()
    {
        var plant = Quiet(new Sun.Steady(0));
        Connect(plant);
        plant.Stage.IsInverting = true;
        plant.Stage.SetVoltage = 250.V;
        plant.Stage.CurrentLimit = 20.A;

        Run(plant, 10.Seconds);

        var dc = plant.Stage.Voltage * plant.Stage.Current;
        Assert.Equal(-20, plant.Stage.Current.Value, 3);
        Assert.InRange(plant.Stage.AcPower.Value / dc.Value, 0.90, 0.97);
    }

    [Fact]
    public void An_open_contactor_carries_no_current_and_the_outlet_bleeds_down()
    {
        var plant = Quiet(new Sun.Steady(0));
        Connect(plant);
        plant.Stage.CurrentLimit = 20.A;
        Run(plant, 5.Seconds);

        plant.IsContactorDriven = false;
        plant.Stage.IsOn = false;
        Run(plant, 1.Seconds);

        Assert.Equal(Amperes.Zero, plant.Stage.Current);
        Assert.True(plant.Stage.Voltage.Value < 0.25 * plant.Battery.Rest.Value, $"{plant.Stage.Voltage}");
        Assert.Equal(20, plant.InterruptedCurrent.Value, 3);
    }

    [Fact]
    public void Charging_an_hour_at_7_kW_moves_the_state_of_charge_by_the_energy_that_arrived()
    {
        var plant = Quiet(new Sun.Steady(0));
        Connect(plant);
        plant.Stage.CurrentLimit = 19.A;
        var before = plant.Battery.Soc;

        var energy = 0.0;
        for (var i = 0; i < 360_000; i++)
        {
            plant.Advance(Step);
            energy += plant.Battery.Rest.Value * plant.Stage.Current.Value / 360_000;
        }

        Assert.Equal(energy / 40_000 * 100, plant.Battery.Soc.Percent - before.Percent, 0.8);
        Assert.True(plant.Battery.Temperature > plant.Battery.Settings.Ambient);
    }

    [Fact]
    public void A_full_battery_takes_less()
    {
        var battery = new Battery(new BatterySettings { Soc = new(95) });

        Assert.InRange(battery.ChargeAcceptance.Value, 1, 0.5 * battery.Settings.MaxCharge.Value);
        battery.SetSoc(new(60));
        Assert.Equal(battery.Settings.MaxCharge.Value, battery.ChargeAcceptance.Value, 6);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_other_ones()
    {
        double[] Powers(ulong seed)
        {
            var plant = new HomePlant(new HomeSettings(), seed);
            var seen = new double[200];
            for (var i = 0; i < seen.Length; i++)
            {
                plant.Advance(Step);
                seen[i] = plant.Service.Power.L1.Value;
            }
            return seen;
        }

        Assert.Equal(Powers(1), Powers(1));
        Assert.NotEqual(Powers(1), Powers(2));
    }

    [Fact]
    public void Cloud_edges_go_down_and_up_within_their_time()
    {
        var sun = new Sun.SawTooth(0.2, 1.0, PeriodSeconds: 20, EdgeSeconds: 2);

        Assert.Equal(1.0, sun.At(default, 0), 6);
        Assert.Equal(0.6, sun.At(default, 1), 6);
        Assert.Equal(0.2, sun.At(default, 5), 6);
        Assert.Equal(1.0, sun.At(default, 12.5), 6);
    }

    private static HomePlant Quiet(Sun sun) => new(
        new HomeSettings
        {
            House = new HouseSettings
            {
                Noise = Watts.Zero,
                Appliances = new Dictionary<string, Appliance> { ["oven"] = new(5.kW, [0, 1]) },
            },
            Pv = new PvSettings { Sun = sun },
            Service = new ServiceSettings { VoltageWander = 0 },
        }, 1);

    private static void Connect(HomePlant plant)
    {
        plant.IsPlugged = plant.IsContactorDriven = true;
        plant.Stage.IsOn = true;
        plant.Stage.SetVoltage = 500.V;
    }

    private static void Run(HomePlant plant, TimeSpan span)
    {
        for (var end = plant.Now + span; plant.Now < end;) plant.Advance(Step);
    }
}
