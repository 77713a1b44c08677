using System.Globalization;
using System.Net;
using System.Text;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>
/// Draws one picture of a run as SVG: panels and lanes under each other over one time axis. Nothing is loaded from
/// anywhere; who reads it needs no script.
/// </summary>
internal sealed class Chart(TimeSpan length)
{
    private const double Left = 92, Right = 16, Width = 1180, Gap = 26, LaneHeight = 20, CharacterWidth = 6.3;
    private readonly StringBuilder body = new();
    private double top = 22;

    /// <summary>Where a time lies.</summary>
    public double X(TimeSpan at) => Left + (Width - Left - Right) * Math.Clamp(at / length, 0, 1);

    /// <summary>A panel with a value axis; the content is drawn by <paramref name="draw"/>.</summary>
    public void Panel(string title, string unit, double low, double high, double height, Action<Panel> draw)
    {
        Title(title);
        var panel = new Panel(this, body, top, height, low, high);
        body.Put($"<rect class='plot' x='{Left}' y='{top:0.#}' width='{Width - Left - Right}' height='{height}'/>");
        foreach (var value in Ticks(low, high, 5))
        {
            var y = panel.Y(value);
            body.Put($"<line class='grid' x1='{Left}' x2='{Width - Right}' y1='{y:0.#}' y2='{y:0.#}'/>");
            body.Put($"<text class='axis' x='{Left - 6}' y='{y + 4:0.#}' text-anchor='end'>{Text(value)}</text>");
        }
        body.Put($"<text class='axis' x='14' y='{top + height / 2:0.#}'>{unit}</text>");
        draw(panel);
        top += height + Gap;
    }

    /// <summary>A row of bars with words in them.</summary>
    public void Lane(string title, IEnumerable<Bar> bars)
    {
        body.Put($"<text class='axis' x='{Left - 6}' y='{top + 14:0.#}' text-anchor='end'>{Html(title)}</text>");
        body.Put($"<rect class='lane' x='{Left}' y='{top:0.#}' width='{Width - Left - Right}' ");
        body.Put($"height='{LaneHeight - 4}'/>");
        foreach (var bar in bars)
        {
            var (from, until) = (X(bar.From), X(bar.Until));
            var width = Math.Max(until - from, 2);
            body.Put($"<g><title>{Html(bar.Tip)}</title><rect class='{bar.Kind}' x='{from:0.#}' y='{top:0.#}' ");
            body.Put($"width='{width:0.#}' height='{LaneHeight - 4}'/>");
            var fits = (int)((width - 6) / CharacterWidth);
            if (fits >= 3)
            {
                var text = bar.Text.Length > fits ? bar.Text[..(fits - 1)] + "…" : bar.Text;
                body.Put($"<text class='inbar' x='{from + 4:0.#}' y='{top + 12:0.#}'>{Html(text)}</text>");
            }
            body.Append("</g>");
        }
        top += LaneHeight;
    }

    /// <summary>Room and a heading above what follows.</summary>
    public void Title(string title)
    {
        body.Put($"<text class='title' x='{Left}' y='{top + 1:0.#}'>{Html(title)}</text>");
        top += 12;
    }

    /// <summary>Room below a group of lanes.</summary>
    public void Space() => top += Gap - 4;

    /// <summary>The picture, with the time axis below and a numbered line at each event.</summary>
    public string Svg(IEnumerable<(int Number, TimeSpan At)> events, string description)
    {
        var bottom = top - 6;
        var axis = new StringBuilder();
        foreach (var seconds in Ticks(0, length.TotalSeconds, 10))
        {
            var x = X(TimeSpan.FromSeconds(seconds));
            axis.Put($"<line class='tick' x1='{x:0.#}' x2='{x:0.#}' y1='{bottom:0.#}' ");
            axis.Put($"y2='{bottom + 5:0.#}'/><text class='axis' x='{x:0.#}' ");
            axis.Put($"y='{bottom + 18:0.#}' text-anchor='middle'>{Clock(seconds)}</text>");
        }
        var last = double.NegativeInfinity;
        foreach (var (number, at) in events)
        {
            var x = X(at);
            axis.Put($"<line class='event' x1='{x:0.#}' x2='{x:0.#}' y1='14' ");
            axis.Put($"y2='{bottom:0.#}'/>");
            // Numbers that would lie upon each other are left to the list below.
            if (x - last < 13) continue;
            last = x;
            axis.Put($"<text class='number' x='{x:0.#}' y='11'>{number}</text>");
        }
        var svg = new StringBuilder().Put($"<svg viewBox='0 0 {Width} {bottom + 26:0}' role='img' ");
        return svg.Put($"aria-label='{Html(description)}'>").Append(body).Append(axis).Append("</svg>").ToString();
    }

    internal static string Html(string text) => WebUtility.HtmlEncode(text);

    internal static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private string Clock(double seconds) => length > TimeSpan.FromMinutes(20)
        ? TimeSpan.FromSeconds(seconds).ToString(@"h\:mm", CultureInfo.InvariantCulture) + " h"
        : $"{Text(seconds)} s";

    private static IEnumerable<double> Ticks(double low, double high, int most)
    {
        var raw = (high - low) / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double[] steps = high > 600 ? [1, 2, 3, 6, 12] : [1, 2, 5, 10];
        var step = steps.First(factor => factor * power >= raw * 0.999) * power;
        for (var value = Math.Ceiling(low / step - 1e-9) * step; value <= high + step * 1e-9; value += step)
            yield return Math.Abs(value) < step * 1e-9 ? 0 : value;
    }
}

/// <summary>A bar in a lane.</summary>
/// <param name="From">Begin.</param>
/// <param name="Until">End.</param>
/// <param name="Text">In the bar, as far as there is room.</param>
/// <param name="Tip">Shown by a browser that is pointed at it.</param>
/// <param name="Kind">Class of its colour.</param>
internal sealed record Bar(TimeSpan From, TimeSpan Until, string Text, string Tip, string Kind);

/// <summary>A panel of a chart: a value axis over the chart's time axis.</summary>
internal sealed class Panel(Chart chart, StringBuilder body, double top, double height, double low, double high)
{
    /// <summary>Where a value lies; outside values stay at the edge.</summary>
    public double Y(double value) => top + height * (1 - (Math.Clamp(value, low, high) - low) / (high - low));

    /// <summary>A line through the moments; where one has a spike, through its lowest and highest value.</summary>
    public void Line(string kind, IReadOnlyList<Moment> moments, Func<Moment, Span> value, double scale)
    {
        body.Put($"<polyline class='{kind}' points='");
        foreach (var moment in moments)
        {
            var (x, span) = (chart.X(moment.At), value(moment));
            if (!double.IsFinite(span.Low)) continue;
            Point(x, span.Low * scale);
            if ((span.High - span.Low) * scale > (high - low) / height) Point(x, span.High * scale);
        }
        body.Append("'/>");
    }

    /// <summary>The area between two sides, where both are known.</summary>
    public void Band(
        string kind, IReadOnlyList<Moment> moments, Func<Moment, (double Low, double High)?> sides, double scale)
    {
        var run = new List<(double X, double Low, double High)>();
        foreach (var moment in moments)
        {
            if (sides(moment) is { } side) run.Add((chart.X(moment.At), side.Low * scale, side.High * scale));
            else Flush();
        }
        Flush();

        void Flush()
        {
            if (run.Count > 1)
            {
                body.Put($"<polygon class='{kind}' points='");
                foreach (var (x, _, upper) in run) Point(x, upper);
                for (var i = run.Count - 1; i >= 0; i--) Point(run[i].X, run[i].Low);
                body.Append("'/>");
            }
            run.Clear();
        }
    }

    /// <summary>A bound across the panel with its name.</summary>
    public void Bound(double value, string name)
    {
        if (value < low || value > high) return;
        var (left, right, y) = (chart.X(TimeSpan.Zero), chart.X(TimeSpan.MaxValue), Y(value));
        body.Put($"<line class='bound' x1='{left:0.#}' x2='{right:0.#}' ");
        body.Put($"y1='{y:0.#}' y2='{y:0.#}'/><text class='boundname' ");
        body.Put($"x='{left + 4:0.#}' y='{y - 3:0.#}'>{Chart.Html(name)}</text>");
    }

    /// <summary>A point with its name, if it lies within the time.</summary>
    public void Mark(TimeSpan at, double value, string name)
    {
        var (x, y) = (chart.X(at), Y(value));
        body.Put($"<circle class='mark' cx='{x:0.#}' cy='{y:0.#}' r='3.5'/>");
        body.Put($"<text class='markname' x='{x - 6:0.#}' y='{y - 5:0.#}' text-anchor='end'>{Chart.Html(name)}</text>");
    }

    private void Point(double x, double value) =>
        body.Put($"{x:0.#},{Y(value):0.#} ");
}
