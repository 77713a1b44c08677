using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Tests.Scenarios;

/// <summary>The scenarios that ship with the simulator.</summary>
internal static class Shipped
{
    /// <summary>All but the rows of the hazard table, which are run with more seeds of their own.</summary>
    public static IEnumerable<string> Main => Names.Except(
        ScenarioFiles.Hazards.Select(file => Path.GetFileNameWithoutExtension(file)!));

    public static IEnumerable<string> Names =>
        ScenarioFiles.All.Select(file => Path.GetFileNameWithoutExtension(file)!);

    public static (Scenario Scenario, SiteConfig Site) Read(string name)
    {
        var (scenario, errors) = ScenarioFile.Read(ScenarioFiles.Find([name])[0]);
        Assert.True(scenario is not null, string.Join("\n", errors));
        return (scenario, SiteOf(scenario));
    }

    public static Scenario Parse(string yaml)
    {
        var (scenario, errors) = ScenarioFile.Parse(yaml, "here.yaml");
        Assert.True(scenario is not null, string.Join("\n", errors));
        return scenario;
    }

    public static SiteConfig SiteOf(Scenario scenario)
    {
        var (site, errors) = ScenarioRun.ReadSite(scenario);
        Assert.True(site is not null, string.Join("\n", errors));
        return site;
    }

    /// <summary>Everything in a run that is red, for a test's message.</summary>
    public static string Failures(RunReport report) => string.Join("\n",
        report.Premises.Where(premise => !premise.Held).Select(premise => $"  INVALID {premise.Claim}: {premise.Seen}")
            .Concat(report.Verdicts.Where(verdict => !verdict.Held)
                .Select(verdict => $"  {verdict.Claim}: {verdict.Seen}"))
            .Concat(report.Findings.Breaches.Where(breach => !breach.IsHeld).Select(breach => $"  {breach}"))
            .Prepend($"{report.Scenario} with seed {report.Seed}, phase {report.Phase.TotalMilliseconds} ms:"));
}
