using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Scenarios.Judge;

public class PremiseTests
{
    private const string FrozenMeter = """
        about: A meter freezes while the house changes its load.
        site: demo-split-phase.json
        length: 20 s
        home:
          house: { base_w: [600, 500], appliances: { oven: { w: OVEN } } }
        events:
          - { at: 5 s, meter: frozen }
          - { at: 7 s, switch_on: oven }
          - { at: 15 s, meter: healthy }
        premise:
          - { claim: the truth moved meanwhile, while: meter frozen, of: grid_w, moved_at_least: 2000 }
        expect:
          - { claim: nothing flows without a car, of: evse_w, between: [-60, 60] }
        """;

    [Fact]
    public void A_run_whose_pressure_was_there_is_judged()
    {
        var report = Run(FrozenMeter.Replace("OVEN", "3000", StringComparison.Ordinal));

        Assert.Equal(Outcome.Held, report.Outcome);
        Assert.True(Assert.Single(report.Premises).Held);
    }

    [Fact]
    public void A_run_whose_pressure_was_missing_is_invalid_although_everything_held()
    {
        var report = Run(FrozenMeter.Replace("OVEN", "300", StringComparison.Ordinal));

        Assert.All(report.Verdicts, verdict => Assert.True(verdict.Held));
        Assert.Equal(Outcome.Invalid, report.Outcome);
        Assert.False(report.Held);
    }

    [Fact]
    public void Pressure_outside_the_faults_own_time_does_not_count()
    {
        var early = FrozenMeter.Replace("OVEN", "3000", StringComparison.Ordinal)
            .Replace("at: 7 s", "at: 2 s", StringComparison.Ordinal);

        Assert.Equal(Outcome.Invalid, Run(early).Outcome);
    }

    [Fact]
    public void A_premise_about_a_fault_that_never_happens_is_an_error_with_its_line()
    {
        var (scenario, errors) = ScenarioFile.Parse(
            FrozenMeter.Replace("while: meter frozen", "while: meter silent", StringComparison.Ordinal), "here.yaml");

        Assert.Null(scenario);
        var error = Assert.Single(errors, error => error.Line == 11);
        Assert.Contains("meter silent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_seed_lets_the_controller_start_elsewhere_in_its_periods_and_the_first_at_once()
    {
        var (_, site) = Shipped.Read("quasar-stop");

        var phases = Enumerable.Range(1, 50).Select(seed => ScenarioRun.PhaseOf((ulong)seed, site)).ToList();

        Assert.Equal(TimeSpan.Zero, phases[0]);
        Assert.InRange(phases.Max().TotalMilliseconds, 400, 500);
        Assert.True(phases.Distinct().Count() > 30);
    }

    private static RunReport Run(string yaml)
    {
        var scenario = Shipped.Parse(yaml);
        return ScenarioRun.Run(scenario, Shipped.SiteOf(scenario), RuleSet.All, seed: 1);
    }
}
