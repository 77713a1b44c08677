using System.Globalization;
using System.Text;
using ChargeScape.Edge.Sim.Judge;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>
/// How long reactions took, over all runs: from the moment at which the true plant was over a limit, or an emergency
/// began, until the EVSE had no part in it any more.
/// </summary>
internal static class ReactionHistogram
{
    private const int Bars = 30;
    private const double Width = 1180, Left = 50, Height = 120;

    public static string Html(IReadOnlyList<LimitFinding> limits, int runs)
    {
        var all = Reactions(limits).Order().ToList();
        var page = new StringBuilder("<h2>Reaction times</h2>");
        if (all.Count == 0) return page.Append("<p>Nothing had to be reacted to.</p>").ToString();
        page.Put($"<p>{all.Count} times in {runs} runs the EV had a part in something being over a limit, or power ");
        page.Append("flowed when an emergency began. So long it took until it had none, at the true plant:</p>");
        page.Append(Svg(all));
        page.Append("<table><tr><th>limit</th><th>times</th><th>median</th><th>99 %</th><th>longest</th>");
        page.Append("<th>promise</th></tr>");
        foreach (var same in limits.GroupBy(limit => (limit.Limit, limit.Promise)).OrderBy(same => same.Key.Limit))
        {
            var sorted = Reactions(same).Order().ToList();
            if (sorted.Count == 0) continue;
            page.Put($"<tr><td>{same.Key.Limit.Replace('_', ' ')}</td>");
            page.Put($"<td>{sorted.Count}</td><td>{Seconds(sorted, 0.5)}</td>");
            page.Put($"<td>{Seconds(sorted, 0.99)}</td><td>{Seconds(sorted, 1)}</td>");
            var longest = same.SelectMany(limit => limit.Breaches).Max(breach => breach.Promise);
            var armed = longest > same.Key.Promise ? $", {longest.TotalSeconds:0.#} s with a fault armed" : "";
            page.Put($"<td>{same.Key.Promise.TotalSeconds:0.#} s{armed}</td></tr>");
        }
        return page.Append("</table>").ToString();
    }

    private static IEnumerable<double> Reactions(IEnumerable<LimitFinding> limits) =>
        limits.SelectMany(limit => limit.Breaches).Select(breach => breach.Reaction?.TotalSeconds).OfType<double>();

    private static string Seconds(List<double> sorted, double share)
    {
        var value = sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
        return value.ToString("0.00", CultureInfo.InvariantCulture) + " s";
    }

    private static string Svg(List<double> sorted)
    {
        // A round length of time for each bar, so that its ends can be read.
        var raw = Math.Max(sorted[^1], 0.02) / Bars;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var width = new[] { 1.0, 2, 5, 10 }.First(step => step * power >= raw) * power;
        var counts = new int[(int)(sorted[^1] / width) + 1];
        foreach (var reaction in sorted) counts[(int)(reaction / width)]++;
        var (most, each) = (counts.Max(), (Width - Left - 20) / counts.Length);
        var svg = new StringBuilder();
        svg.Put($"<svg viewBox='0 0 {Width} {Height + 44}' role='img' aria-label='reaction times'>");
        for (var i = 0; i < counts.Length; i++)
        {
            // The square root lets a bar of one be seen beside a bar of a thousand.
            var (x, height) = (Left + i * each, Height * Math.Sqrt((double)counts[i] / most));
            svg.Put($"<rect class='reaction' x='{x + 1:0.#}' y='{16 + Height - height:0.#}' ");
            svg.Put($"width='{Math.Max(each - 2, 1):0.#}' height='{height:0.#}'/>");
            if (counts[i] > 0 && each > 16)
            {
                svg.Put($"<text class='axis' text-anchor='middle' x='{x + each / 2:0.#}' ");
                svg.Put($"y='{12 + Height - height:0.#}'>{counts[i]}</text>");
            }
            if (i % Math.Max(1, counts.Length / 10) != 0) continue;
            svg.Put($"<text class='axis' x='{x:0.#}' y='{Height + 32}' ");
            svg.Put($"text-anchor='middle'>{Chart.Text(i * width)} s</text>");
        }
        svg.Put($"<line class='tick' x1='{Left}' x2='{Width - 20}' y1='{Height + 16}' ");
        return svg.Put($"y2='{Height + 16}'/></svg>").ToString();
    }
}
