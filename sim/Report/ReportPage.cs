using System.Globalization;
using System.Text;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Judge;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>
/// One HTML page about runs of scenarios: complete in itself, nothing is fetched and no script runs. Of each scenario
/// one run is drawn, the first that did not hold or else the first; the figures are of all.
/// </summary>
public sealed class ReportPage
{
    private readonly List<Section> sections = [];

    private sealed class Section(Scenario scenario, SiteLimits site)
    {
        public Scenario Scenario { get; } = scenario;
        public SiteLimits Site { get; } = site;
        public List<RunReport> Runs { get; } = [];
        public RunReport? Shown { get; set; }
        public Recorder? Recorder { get; set; }
    }

    /// <summary>Adds a run.</summary>
    public void Add(Scenario scenario, SiteConfig site, RunReport report, Recorder recorder)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        ArgumentNullException.ThrowIfNull(site);
        ArgumentNullException.ThrowIfNull(report);
        if (sections.LastOrDefault() is not { } section || section.Scenario != scenario)
            sections.Add(section = new(scenario, site.Limits));
        section.Runs.Add(report);
        if (section.Shown is not null && (!section.Shown.Held || report.Held)) return;
        (section.Shown, section.Recorder) = (report, recorder);
    }

    /// <summary>The page.</summary>
    public string Html()
    {
        var page = new StringBuilder();
        var runs = sections.SelectMany(section => section.Runs).ToList();
        var bad = runs.Count(run => !run.Held);
        page.Append(PageParts.Head(sections.Count == 1 ? sections[0].Scenario.Name : "scenarios"));
        page.Put($"<h1>What happened in the simulated home</h1><p class='sum'>");
        page.Put($"{Count(runs.Count, "run")} of {Count(sections.Count, "scenario")}: ");
        page.Append(bad == 0 ? Badge(Outcome.Held, "every run held") : Badge(Outcome.Failed, $"{bad} did not hold"));
        page.Append("</p>").Append(PageParts.HowToRead);
        if (sections.Count > 1) Contents(page);
        page.Append(ReactionHistogram.Html([.. runs.SelectMany(run => run.Findings.Limits)], runs.Count));
        foreach (var section in sections) Show(page, section);
        return page.Append("</main></body></html>\n").ToString();
    }

    private void Contents(StringBuilder page)
    {
        page.Append("<h2>Scenarios</h2><table><tr><th>scenario</th><th>runs</th><th>outcome</th>");
        page.Append("<th>what it shows</th></tr>");
        foreach (var section in sections)
        {
            var name = Chart.Html(section.Scenario.Name);
            page.Put($"<tr><td><a href='#{name}'>{name}</a></td><td>");
            page.Put($"{section.Runs.Count(run => run.Held)} of {section.Runs.Count}</td>");
            page.Put($"<td>{Badge(Worst(section))}</td>");
            page.Put($"<td>{Chart.Html(section.Scenario.About.Trim())}</td></tr>");
        }
        page.Append("</table>");
    }

    private static void Show(StringBuilder page, Section section)
    {
        var (scenario, shown, recorder) = (section.Scenario, section.Shown!, section.Recorder!);
        page.Put($"<section id='{Chart.Html(scenario.Name)}'><h2>");
        page.Put($"{Chart.Html(scenario.Name)} {Badge(Worst(section))}</h2>");
        page.Put($"<p class='about'>{Chart.Html(scenario.About.Trim())}</p>");
        page.Put($"<p>Drawn: the run with seed {shown.Seed}, in which the controller's ");
        page.Put($"grid began {shown.Phase.TotalMilliseconds:0} ms after the scenario. ");
        page.Put($"Seen again with <code>./edge sim {Chart.Html(scenario.Name)} ");
        page.Put($"--seed {shown.Seed}</code>.");
        var bad = section.Runs.Where(run => !run.Held).Select(run => run.Seed).ToList();
        if (bad.Count > 0)
            page.Put($" <b>Seeds that did not hold: {string.Join(", ", bad.Take(40))}.</b>");
        page.Append("</p>").Append(PageParts.Legend);
        page.Append(RunPicture.Svg(scenario, section.Site, shown, recorder));
        Happenings(page, recorder, shown.Findings);
        Verdicts(page, section);
        Limits(page, section);
        page.Append("</section>");
    }

    private static void Happenings(StringBuilder page, Recorder recorder, Findings findings)
    {
        page.Append("<h3>What happened, and why</h3><ul class='events'>");
        foreach (var line in Story.Of(recorder, findings))
        {
            page.Put($"<li><span class='at'>{Number(line.At.TotalSeconds)} s</span><span class='number'>{line.Number}");
            page.Put($"</span>{Chart.Html(line.Text)}</li>");
        }
        page.Append("</ul>");
    }

    private static void Verdicts(StringBuilder page, Section section)
    {
        page.Append("<h3>What had to be seen</h3><table><tr><th></th><th>claim</th>");
        page.Append("<th>seen in the run that is drawn</th><th>runs</th></tr>");
        for (var i = 0; i < section.Shown!.Premises.Count; i++)
            Row(section.Shown.Premises[i], "given", "absent", section.Runs.Count(run => run.Premises[i].Held));
        for (var i = 0; i < section.Shown.Verdicts.Count; i++)
            Row(section.Shown.Verdicts[i], "held", "failed", section.Runs.Count(run => run.Verdicts[i].Held));
        page.Append("</table>");

        void Row(Verdict verdict, string good, string bad, int held)
        {
            var kind = held == section.Runs.Count ? "good" : "bad";
            page.Put($"<tr><td><span class='badge {kind}'>{(kind == "good" ? good : bad)}");
            page.Put($"</span></td><td>{Chart.Html(verdict.Claim)}</td>");
            page.Put($"<td>{Chart.Html(verdict.Seen)}</td>");
            page.Put($"<td>{held} of {section.Runs.Count}</td></tr>");
        }
    }

    private static void Limits(StringBuilder page, Section section)
    {
        page.Append("<h3>What the judge watched unasked</h3><table><tr><th></th><th>limit</th><th>bound</th>");
        page.Append("<th>over it, all runs</th><th>physical floor</th><th>× floor</th><th>late</th>");
        page.Append("<th>promise</th></tr>");
        foreach (var same in section.Runs.SelectMany(run => run.Findings.Limits).GroupBy(limit => limit.Limit))
        {
            var (limit, over, floor) = (same.First(), same.Sum(one => one.Over), same.Sum(one => one.Floor));
            var isHeld = same.All(one => one.IsHeld);
            var ratio = over == 0 ? "" : floor == 0 ? "no floor" : Number(over / floor);
            page.Put($"<tr><td><span class='badge {(isHeld ? "good" : "bad")}'>");
            page.Put($"{(isHeld ? "held" : "breach")}</span></td>");
            page.Put($"<td>{limit.Limit.Replace('_', ' ')}</td><td>{Chart.Html(limit.Bound)}");
            page.Put($"</td><td>{Amount(over, limit)}</td><td>{Amount(floor, limit)}</td>");
            page.Put($"<td>{ratio}</td><td>{Amount(same.Sum(one => one.Late), limit)}</td>");
            page.Put($"<td>{Number(limit.Promise.TotalSeconds)} s</td></tr>");
        }
        page.Append("</table>");
    }

    private static Outcome Worst(Section section) => section.Runs.Max(run => run.Outcome);

    private static string Badge(Outcome outcome, string? text = null)
    {
        var kind = outcome == Outcome.Held ? "good" : "bad";
        return $"<span class='badge {kind}'>{text ?? outcome.ToString().ToLowerInvariant()}</span>";
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private static string Amount(double value, LimitFinding limit) => value == 0 ? "" : $"{Number(value)} {limit.Unit}";

    private static string Number(double value) => Chart.Text(Math.Round(value, value < 1 ? 3 : 2));
}
