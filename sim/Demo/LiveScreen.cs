using ChargeScape.Edge.Sim.Scenarios;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>A table that is drawn over itself, for a person at a terminal.</summary>
internal sealed class LiveScreen(LiveDisplayContext display) : IScreen
{
    private const int MostHappenings = 9;
    private const int LeastHappenings = 3;
    // Title, table, words and the frame around what happens.
    private const int OtherRows = 16;
    private const string Notes = "the supervisor's permit is simulated · positive = into the site or the car";
    private static readonly TimeSpan period = TimeSpan.FromMilliseconds(200);
    private readonly Queue<string> happenings = [];
    private readonly List<Verdict> verdicts = [];
    private Status? newest;
    private TimeSpan nextAt;

    /// <summary>What has been judged so far.</summary>
    public IReadOnlyList<Verdict> Verdicts => verdicts;

    /// <inheritdoc/>
    public void Say(string what)
    {
        happenings.Enqueue(FormattableString.Invariant($"{newest?.Elapsed.TotalSeconds ?? 0,5:0.0} s  {what}"));
        if (happenings.Count > MostHappenings) happenings.Dequeue();
    }

    /// <inheritdoc/>
    public void Judged(Verdict verdict)
    {
        verdicts.Add(verdict);
        nextAt = default;
    }

    /// <inheritdoc/>
    public void Show(Status status)
    {
        newest = status;
        if (status.Elapsed < nextAt) return;
        nextAt = status.Elapsed + period;
        display.UpdateTarget(Draw(status));
        display.Refresh();
    }

    private Rows Draw(Status now)
    {
        var title = FormattableString.Invariant(
            $"[bold]ChargeScape Edge demo[/]  {now.Elapsed.TotalSeconds:0} s of about {now.Length.TotalSeconds:0} s");
        return new(
            new Markup(title), new Markup($"[grey]{Notes}[/]"),
            Power(now), Words(now), Checks(), Happenings());
    }

    private static int RowsLeft => AnsiConsole.Profile.Height - OtherRows;

    private static Table Power(Status now)
    {
        var (home, site) = (now.Truth, now.Site);
        var table = new Table().RoundedBorder().BorderColor(Color.Grey);
        foreach (var name in new[] { "", "grid L1", "grid L2", "house", "PV", "EV", "SoC" })
            table.AddColumn(new TableColumn($"[grey]{name}[/]").RightAligned());
        table.AddRow([new Text("true home"),
            .. Numbers(home?.L1, home?.L2, home?.House, home?.Pv, home?.Evse, home?.Soc)]);
        table.AddRow([new Text("controller says"),
            .. Numbers(site?.Legs[0], site?.Legs[1], site?.House, site?.Pv, site?.Evse, site?.Soc)]);
        return table;
    }

    private static IEnumerable<IRenderable> Numbers(
        double? l1, double? l2, double? house, double? pv, double? evse, double? soc)
    {
        foreach (var watts in new[] { l1, l2, house, pv }) yield return new Text(StatusWords.Kilowatts(watts));
        var style = evse switch { > 100 => "green", < -100 => "deepskyblue1", _ => "default" };
        yield return new Markup($"[{style}]{StatusWords.Kilowatts(evse)}[/]");
        yield return new Text(soc is { } known ? FormattableString.Invariant($"{known:0.0} %") : "unknown");
    }

    private static Grid Words(Status now)
    {
        var grid = new Grid().AddColumn().AddColumn();
        void Row(string name, string text) => grid.AddRow(new Markup($"[grey]{name}[/]"), new Text(text));
        Row("mode", $"{now.Site?.Mode ?? "controller not there yet"}, {StatusWords.Direction(now.Truth?.Evse)}");
        Row("ordered", StatusWords.Ordered(now.Order));
        Row("binds", now.Site?.Binding ?? "");
        Row("faults", now.Site is { Faults.Count: > 0 } site ? string.Join(", ", site.Faults) : "none");
        return grid;
    }

    // A low terminal shows the newest; the numbers come with the summary.
    private Rows Checks() => new(verdicts.TakeLast(Math.Max(3, RowsLeft - LeastHappenings)).Select(verdict =>
        new Markup($"{(verdict.Held ? "[green]✓[/]" : "[red]✗[/]")} {Markup.Escape(verdict.Claim)}").Ellipsis()));

    private Panel Happenings()
    {
        var rows = Math.Max(LeastHappenings, RowsLeft - verdicts.Count);
        return new Panel(new Rows(happenings.TakeLast(rows).Select(what => new Text(what).Ellipsis())))
            .Header("what happens").RoundedBorder().BorderColor(Color.Grey).Expand();
    }
}
