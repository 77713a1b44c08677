using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Judge;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Unit.Sim.Judge;

public class PlantJudgeTests
{
    private static readonly SiteConfig Site = Read();
    private readonly PlantJudge judge = new(Site);
    private double at;

    [Fact]
    public void A_quiet_home_has_nothing_over_any_limit()
    {
        For(60, Charging(3000));

        var found = judge.Judge();

        Assert.True(found.IsHeld);
        Assert.All(found.Limits, limit => Assert.Equal(0, limit.Over));
        Assert.Contains(found.Limits, limit => limit.Limit == "main_breaker_l2_export");
    }

    [Fact]
    public void A_breaker_is_judged_by_leg_in_amperes_with_the_reactive_current()
    {
        For(5, Charging(9000, house: 2000));
        // 80 A continuous: 9600 VA on the leg; of the 11 520 VA that flow 6800 are reactive, and 2520 W of the rest
        // too much.
        For(10, Charging(9000, house: 9600) with { Current = Legs(new Amperes(96), new Amperes(60)) });

        var breaker = Finding("main_breaker_l1_import");

        Assert.False(breaker.IsHeld);
        Assert.InRange(breaker.AmpereSeconds, 200, 220);
        Assert.True(Finding("main_breaker_l2_import").IsHeld);
    }

    [Theory]
    [InlineData("emergency_stop", "pressed")]
    [InlineData("insulation", "broken")]
    [InlineData("controller", "crash")]
    public void Power_and_a_closed_contactor_after_an_emergency_are_found(string what, string value)
    {
        For(5, Charging(6000));
        Do(what, value);
        For(3, Charging(6000));

        Assert.False(Finding("emergency_power").IsHeld);
        Assert.False(Finding("emergency_contactor").IsHeld);
    }

    [Fact]
    public void An_emergency_stop_stays_one_until_it_is_released_and_then_cleared()
    {
        Do("emergency_stop", "pressed");
        Do("faults", "clear");
        Do("emergency_stop", "released");
        For(1, Idle());
        For(3, Charging(6000));

        Assert.False(Finding("emergency_power").IsHeld);
    }

    [Fact]
    public void After_it_was_cleared_power_may_flow_again()
    {
        Do("emergency_stop", "pressed");
        For(3, Idle());
        Do("emergency_stop", "released");
        Do("faults", "clear");
        For(30, Charging(6000));

        Assert.True(Finding("emergency_power").IsHeld);
        Assert.True(Finding("emergency_contactor").IsHeld);
    }

    [Fact]
    public void A_welded_contactor_cannot_open_but_its_current_must_end()
    {
        For(5, Charging(6000));
        Do("contactor", "welded");
        Do("emergency_stop", "pressed");
        For(10, Charging(6000));

        Assert.True(Finding("emergency_contactor").IsHeld);
        Assert.False(Finding("emergency_power").IsHeld);
    }

    [Theory]
    [InlineData(0.8, true)]
    [InlineData(12, false)]
    public void Opening_under_current_without_an_emergency_is_found(double amperes, bool isHeld)
    {
        For(5, Charging(amperes * 400));
        For(5, Idle());

        Assert.Equal(isHeld, Finding("interrupted_current").IsHeld);
    }

    [Fact]
    public void Pulling_the_plug_is_not_the_controllers_doing()
    {
        For(5, Charging(6000));
        Do("plug", "out");
        For(5, Idle());

        Assert.True(Finding("interrupted_current").IsHeld);
    }

    [Fact]
    public void Discharging_at_the_reserve_is_found_beyond_what_a_car_can_tell()
    {
        For(60, Charging(-5000) with { Soc = new(29.7) });
        Assert.True(Finding("reserve").IsHeld);
        For(60, Charging(-5000) with { Soc = new(29.0) });

        Assert.False(Finding("reserve").IsHeld);
    }

    [Fact]
    public void Current_through_an_unlocked_plug_is_found()
    {
        For(5, Charging(3000) with { IsLocked = false });

        Assert.False(Finding("unlocked").IsHeld);
    }

    [Fact]
    public void Watching_allocates_nothing_while_all_is_well()
    {
        For(30, Charging(3000));
        var before = GC.GetAllocatedBytesForCurrentThread();

        For(60, Charging(3000));

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Do(string what, string value) =>
        judge.Happened(new ScenarioEvent.Change(what, value), TimeSpan.FromSeconds(at));

    private LimitFinding Finding(string limit) => judge.Judge().Limits.First(finding => finding.Limit == limit);

    private void For(double seconds, Truth truth)
    {
        for (var i = 0; i < Math.Round(seconds * 100); i++)
        {
            at += 0.01;
            judge.See(truth with { At = TimeSpan.FromSeconds(at) });
        }
    }

    private static Truth Idle() => Charging(0) with { IsContactorClosed = false, IsLocked = false };

    private static Truth Charging(double watts, double house = 1000)
    {
        var leg = (house + watts) / 2;
        var amperes = new Amperes(Math.Abs(leg) / 120);
        return new(
            default, Legs(new Watts(leg), new Watts(leg)), Legs(amperes, amperes), new(house),
            default, new(watts), new(400), new(watts / 400), new(60), true, true, default)
        {
            Voltage = Legs(new Volts(120), new Volts(120)),
            IsPlugged = true,
        };
    }

    private static PerLeg<T> Legs<T>(T one, T two) where T : unmanaged => new(one, two, default);

    private static SiteConfig Read()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "sites", "demo-split-phase.json");
        var (site, errors) = SiteFile.Read(file, []);
        return site ?? throw new InvalidOperationException(string.Join("\n", errors));
    }
}
