using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Faults;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>The picture of one run: powers, envelope, state of charge, and what happened, over one time axis.</summary>
internal static class RunPicture
{
    private const double Kilo = 1e-3;

    public static string Svg(Scenario scenario, SiteLimits site, RunReport report, Recorder recorder)
    {
        var (moments, chart) = (recorder.All, new Chart(scenario.Length));
        Service(chart, moments, site);
        Home(chart, moments, site);
        Car(chart, moments);
        chart.Lane("charge", Binding(moments, scenario.Length, thought => thought.Charge));
        chart.Lane("discharge", Binding(moments, scenario.Length, thought => thought.Discharge));
        chart.Space();
        Soc(chart, recorder, site);
        chart.Title("What was done to the home, and what came of it");
        chart.Lane("orders", Orders(scenario));
        chart.Lane("faults", Faults(scenario));
        chart.Lane("session", Session(moments, scenario.Length));
        chart.Lane("over a limit", Breaches(report));
        chart.Space();
        return chart.Svg(
            recorder.Happenings.Select((happening, i) => (i + 1, happening.At)), $"{scenario.Name}: {scenario.About}");
    }

    private static void Service(Chart chart, IReadOnlyList<Moment> moments, SiteLimits site)
    {
        var breakerKw = site.MainBreaker.Value * site.BreakerContinuousShare * site.NominalLegVoltage.Value * Kilo;
        var (low, high) = Range(moments, [m => m.L1, m => m.L2, m => m.L3]);
        var name = $"main breaker, continuous: {Chart.Text(site.MainBreaker.Value * site.BreakerContinuousShare)} A";
        chart.Panel("Grid, power on each leg (above 0: the home draws; below 0: it feeds back)", "kW",
            Math.Min(low, -0.5), Math.Max(high, breakerKw * 1.08), 150, panel =>
            {
                panel.Bound(breakerKw, name);
                panel.Bound(-breakerKw, name);
                panel.Line("l1", moments, moment => moment.L1, Kilo);
                if (site.Legs > 1) panel.Line("l2", moments, moment => moment.L2, Kilo);
                if (site.Legs > 2) panel.Line("l3", moments, moment => moment.L3, Kilo);
            });
    }

    private static void Home(Chart chart, IReadOnlyList<Moment> moments, SiteLimits site)
    {
        var (low, high) = Range(moments, [m => m.Grid, m => m.House, m => m.Pv, m => m.Evse]);
        var (import, export) = (site.ImportCap?.Value * Kilo, -site.ExportCap?.Value * Kilo);
        if (export is { } cap && low < cap / 2) low = Math.Min(low, cap * 1.1);
        chart.Panel("Grid in total, and what it is made of: house + EV + PV (generation is negative)", "kW", low,
            Math.Max(high, import * 1.1 ?? high), 190, panel =>
            {
                if (import is { } most) panel.Bound(most, $"import cap {Chart.Text(most)} kW");
                if (export is { } least) panel.Bound(least, $"export cap {Chart.Text(-least)} kW");
                panel.Line("house", moments, moment => moment.House, Kilo);
                panel.Line("pv", moments, moment => moment.Pv, Kilo);
                panel.Line("evse", moments, moment => moment.Evse, Kilo);
                panel.Line("total", moments, moment => moment.Grid, Kilo);
            });
    }

    private static void Car(Chart chart, IReadOnlyList<Moment> moments)
    {
        var (low, high) = Range(moments, [m => m.Evse]);
        foreach (var moment in moments)
        {
            if (moment.Thought is not { } thought) continue;
            low = Math.Min(low, Math.Max(thought.Low, -25_000) * Kilo);
            high = Math.Max(high, Math.Min(thought.High, 25_000) * Kilo);
        }
        chart.Panel("EV, and the envelope that the controller allows (band); above 0 charges, below 0 feeds back", "kW",
            low * 1.05 - 0.2, high * 1.05 + 0.2, 190, panel =>
            {
                panel.Band("envelope", moments, moment => moment.Thought is { } thought
                    ? (thought.Low, thought.High) : null, Kilo);
                panel.Line("setpoint", moments, moment => moment.Thought is { } thought
                    ? new(thought.Setpoint, thought.Setpoint) : Span.Empty, Kilo);
                panel.Line("evse", moments, moment => moment.Evse, Kilo);
            });
        chart.Title("What binds the envelope: the side that charges, and the side that feeds back");
    }

    private static void Soc(Chart chart, Recorder recorder, SiteLimits site)
    {
        var (reserve, upper) = (site.Reserve.Percent, site.UpperSoc.Percent);
        var departure = new DepartureLine(recorder.Happenings, site.Departure);
        chart.Panel("State of charge of the car (true)", "%", 0, 100, 90, panel =>
        {
            panel.Bound(reserve, $"reserve {Chart.Text(reserve)} %: no discharge below");
            panel.Bound(upper, $"upper bound {Chart.Text(upper)} %: no charging above");
            panel.Line("departure", recorder.All, departure.At, 1);
            foreach (var wish in departure.Wishes)
                panel.Mark(wish.At, wish.Needed, $"leaves with {Chart.Text(wish.Needed)} %");
            panel.Line("soc", recorder.All, moment => new(moment.Soc, moment.Soc), 1);
        });
    }

    private static IEnumerable<Bar> Binding(
        IReadOnlyList<Moment> moments, TimeSpan length, Func<Thought, LimitId> side) =>
        Segments<LimitId?>(moments, length, moment => Of(moment, side), (limit, from, until) =>
        {
            if (limit is not { } known) return new(from, until, "controller down", "The controller is down", "down");
            if (known == LimitId.None) return null;
            var word = WireWord<LimitId>.Of(known).Replace('_', ' ');
            return new(from, until, word, $"{word}: {Catalogue.Of(known).Household}", $"b{(int)known % 8}");
        });

    private static LimitId? Of(Moment moment, Func<Thought, LimitId> side) =>
        moment.Thought is { } thought ? side(thought) : null;

    private static IEnumerable<Bar> Session(IReadOnlyList<Moment> moments, TimeSpan length) =>
        Segments(moments, length, moment => moment.Thought?.Mode, (mode, from, until) =>
        {
            if (mode is not { } known) return new(from, until, "controller down", "The controller is down", "down");
            var (text, kind) = known switch
            {
                ModeKind.Unplugged => ("no car", "quiet"),
                ModeKind.Ready => ("ready", "quiet"),
                ModeKind.Starting => ("starting", "b1"),
                ModeKind.Transferring => ("transferring", "b3"),
                ModeKind.Islanding => ("supplying the home", "b3"),
                ModeKind.RampingDown => ("ending", "b1"),
                _ => ("tripped: zero and open", "fault"),
            };
            return new(from, until, text, text, kind);
        });

    private static IEnumerable<Bar> Segments<T>(
        IReadOnlyList<Moment> moments, TimeSpan length, Func<Moment, T> of, Func<T, TimeSpan, TimeSpan, Bar?> bar)
    {
        var from = TimeSpan.Zero;
        for (var i = 0; i < moments.Count; i++)
        {
            var isLast = i == moments.Count - 1;
            if (!isLast && EqualityComparer<T>.Default.Equals(of(moments[i]), of(moments[i + 1]))) continue;
            var until = isLast ? length : moments[i].At;
            if (bar(of(moments[i]), from, until) is { } made) yield return made;
            from = until;
        }
    }

    private static IEnumerable<Bar> Orders(Scenario scenario)
    {
        foreach (var timed in scenario.Events)
        {
            if (timed.Event is not ScenarioEvent.Order order) continue;
            var text = Words.Order(order, out var lasts);
            // The next one takes over; which of them counts is the controller's to say.
            var next = scenario.Events.FirstOrDefault(e => e.At > timed.At && e.Event is ScenarioEvent.Order)?.At;
            var until = timed.At + (lasts ?? TimeSpan.FromSeconds(1));
            if (next is { } later && later < until) until = later;
            yield return new(timed.At, until, text, text, lasts is null ? "fault" : "order");
        }
    }

    private static IEnumerable<Bar> Faults(Scenario scenario)
    {
        foreach (var (what, value, from, until) in Words.Faults(scenario))
            yield return new(from, until, $"{what}: {value}".Replace('_', ' '), Words.Change(what, value), "fault");
    }

    private static IEnumerable<Bar> Breaches(RunReport report) =>
        report.Findings.Breaches.Select(breach => new Bar(breach.From, breach.Until, breach.Id,
            Words.Breach(breach), breach.IsHeld ? "held" : "breach"));

    private static (double Low, double High) Range(IReadOnlyList<Moment> moments, Func<Moment, Span>[] quantities)
    {
        var range = new Span(0, 0.5 / Kilo);
        foreach (var moment in moments)
        {
            foreach (var quantity in quantities)
            {
                var span = quantity(moment);
                if (double.IsFinite(span.Low)) range = range.With(span.Low).With(span.High);
            }
        }
        var room = (range.High - range.Low) * 0.06;
        return ((range.Low - room) * Kilo, (range.High + room) * Kilo);
    }
}
