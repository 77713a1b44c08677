namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>
/// Draws a run from its seed: a home near its bounds, orders of an honest and of a hostile cloud, and faults. Each run
/// has a few kinds of trouble and no run has all, so that one does not hide the other.
/// </summary>
internal sealed class SwarmPlanner
{
    private readonly Dice dice;
    private readonly ulong seed;
    private readonly SwarmSite site;

    private SwarmPlanner(ulong seed)
    {
        this.seed = seed;
        dice = new(seed, "swarm");
        site = SwarmSite.Draw(dice);
    }

    /// <summary>The run of a seed: always the same one.</summary>
    public static SwarmPlan Plan(ulong seed) => new SwarmPlanner(seed).Plan();

    private SwarmPlan Plan()
    {
        var seconds = site.Kind == SwarmSiteKind.Quasar ? dice.Whole(200, 420) : dice.Whole(80, 240);
        var cloud = new CloudDice(dice, site, seconds);
        var orders = cloud.Draw();
        var faults = new FaultDice(dice, site, seconds, cloud.Busy);
        return new()
        {
            Seed = seed,
            Site = site.File,
            Overrides = site.Overrides,
            Home = Home(),
            Strokes = [.. orders, .. faults.Day(), .. faults.Draw()],
            Seconds = seconds,
        };
    }

    private List<string> Home()
    {
        var (l1, l2) = BaseLoad();
        var home = new List<string>
        {
            $"hour: {dice.Whole(0, 23)}",
            $"house: {{ base_w: [{l1:0}, {l2:0}], noise_w: {dice.OneOf(0, 15, 60)}, appliances: "
                + "{ oven: { w: 5000 }, kettle: { w: 2200, legs: [1] }, dryer: { w: 2800, legs: [2] } } }",
            $"pv: {{ peak_w: {dice.Whole(2000, 6000)}, rating_w: 5000, sun: {{ share: {dice.Between(0, 1):0.00} }} }}",
            $"car: {{ plugged: {Flag(0.97)}, soc_pct: {Soc():0.00}, "
                + $"capacity_kwh: {dice.Whole(16, 77)}, charge_only: {Flag(0.04)}, "
                + $"max_charge_a: {dice.OneOf(125, 125, dice.Whole(5, 40))}, "
                + $"max_discharge_a: {dice.OneOf(125, 125, dice.Whole(5, 40))} }}",
        };
        if (dice.Chance(0.3))
            home.Add($"meter: {{ delay: {dice.Whole(0, 30)} ms, phase: {dice.Whole(0, 49)} ms, "
                + $"noise_w: {dice.OneOf(0, 4, 20)} }}");
        if (site.Kind == SwarmSiteKind.Quasar)
            home.Add($"charger: {{ boot: {dice.Whole(5, 60)} s, soc_wake: {dice.Whole(2, 10)} s }}");
        if (site.Kind == SwarmSiteKind.Der && dice.Chance(0.3))
            home.Add($"der: {{ rating_w: {dice.Whole(3000, 10000)} }}");
        return home;
    }

    // Near the breaker, near an import or an export bound, or somewhere between.
    private (double L1, double L2) BaseLoad()
    {
        var most = site.MainBreakerA * 0.8 * 120;
        var near = dice.OneOf(
            dice.Between(200, 1500), dice.Between(200, 1500), dice.Between(200, 4000), most - dice.Between(-300, 3000),
            site.ImportW / 2 - dice.Between(-500, 2500));
        var l1 = Math.Clamp(near, 100, 11000);
        return (l1, dice.Chance(0.5) ? l1 : Math.Clamp(l1 + dice.Between(-2500, 2500), 100, 11000));
    }

    private string Flag(double probability) => dice.Chance(probability) ? "true" : "false";

    private double Soc()
    {
        var near = dice.OneOf(site.Reserve, site.Upper, 50, 55, 60, 50);
        var soc = near + dice.OneOf(dice.Between(-0.6, 0.6), dice.Between(-8, 8));
        // A Quasar tells it some time after it has begun to charge.
        return Math.Clamp(soc, 3, site.Kind == SwarmSiteKind.Quasar ? site.Upper - 1 : 98);
    }
}
