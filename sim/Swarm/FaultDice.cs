using System.Globalization;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>An ordinary day's events, and the faults with their times.</summary>
internal sealed class FaultDice(Dice dice, SwarmSite site, int seconds, IReadOnlyList<(int From, int Until)> busy)
{
    // A lie that is found out by three steps of our own power takes longer; hazards 02 to 08 show those.
    private const int LongestLie = 8000;
    // How long it takes until power flows.
    private readonly int settling = site.Kind == SwarmSiteKind.Quasar ? 35_000 : 13_000;

    /// <summary>Appliances and the sun.</summary>
    public IEnumerable<Stroke> Day()
    {
        for (var count = dice.Whole(0, 3); count > 0; count--)
        {
            var (what, from) = (dice.OneOf("oven", "kettle", "dryer"), Any());
            yield return new(what, false, [
                new(from, $"switch_on: {what}"), new(Within(from + dice.Whole(500, 90_000)), $"switch_off: {what}")]);
        }
        if (dice.Chance(0.3)) yield return new("sun", false, [new(Any(), $"sun: {Number(dice.Between(0, 1))}")]);
        if (dice.Chance(0.05))
            yield return new("sun", false, [new(Any(), "sun: { saw_tooth: { low: 0.1, high: 0.9, period: "
                + $"{dice.Whole(2, 20)} s, edge: {dice.Whole(1, 5)} s }} }}")]);
        foreach (var stroke in Operator()) yield return stroke;
        if (!site.HasDeparture) yield break;
        var said = Any();
        yield return new("departure", false, [
            new(said, $"needed_soc_pct: {dice.Whole(20, 95)}"),
            new(Within(said + 100), $"leaves_in_s: {dice.Whole(60, 3600)}")]);
    }

    /// <summary>Between none and six faults of at most three kinds.</summary>
    public IEnumerable<Stroke> Draw()
    {
        var kinds = new FaultKind[dice.Whole(1, 3)];
        for (var i = 0; i < kinds.Length; i++) kinds[i] = FaultKind.Draw(dice, site);
        for (var count = dice.Whole(0, 6); count > 0; count--)
        {
            var kind = dice.OneOf(kinds);
            var stroke = Stroke(kind, dice.Chance(0.8) ? Settled() : Any());
            yield return stroke;
            // Some troubles show only when another one meets them.
            if (FaultKind.Partners.TryGetValue(kind.Name, out var partners))
                yield return Stroke(dice.OneOf(partners), Within(stroke.Lines[0].Milliseconds + dice.Whole(50, 3000)));
        }
        // The person at the machine, soon after something or at any time.
        if (dice.Chance(0.5))
            for (var count = dice.Whole(1, 6); count > 0; count--)
                yield return new("faults clear", true, [new(Any(), "faults: clear")]);
        // The state of charge comes near a bound by itself only after hours.
        if (dice.Chance(0.15))
            yield return new("soc_pct", false, [
                new(Settled(), $"soc_pct: {Number(dice.OneOf(site.Reserve, site.Upper) + dice.Between(-0.5, 1.5))}")]);
    }

    private IEnumerable<Stroke> Operator()
    {
        if (site.HasRelay)
            for (var count = dice.Whole(1, 2); count > 0; count--)
            {
                var from = Any();
                yield return new("relay_1 pulled", true, [
                    new(from, "relay_1: pulled"), new(Within(from + dice.Whole(200, 60_000)), "relay_1: released")]);
            }
        if (!site.HasOperator) yield break;
        var heard = Any();
        var lines = new List<TimedLine> { new(heard, "grid_operator: heard") };
        for (var count = dice.Whole(1, 4); count > 0; count--)
            lines.Add(new(Within(heard + dice.Whole(100, 60_000)), dice.OneOf(
                $"grid_operator_consumption_w: {dice.Whole(0, 12000)}",
                $"grid_operator_production_w: {dice.Whole(0, 9000)}",
                "grid_operator: lifts_consumption", "grid_operator: lifts_production")));
        yield return new("grid_operator", true, lines);
        if (dice.Chance(0.3))
            yield return new("grid_operator silent", true, [new(Within(heard + dice.Whole(1000, 90_000)),
                "grid_operator: silent")]);
    }

    private Stroke Stroke(FaultKind kind, int from)
    {
        var text = kind.Text.Replace("#", Number(dice.Between(kind.Low, kind.High)), StringComparison.Ordinal);
        if (kind.Heals is not { } heals) return new(kind.Name, true, [new(from, text)]);
        var until = from + dice.OneOf(
            dice.Whole(50, 1500), dice.Whole(500, 12_000), dice.Whole(5000, 90_000), dice.Whole(5000, 90_000));
        if (kind.IsLie) until = Math.Min(until, from + LongestLie);
        // Some stay until the end.
        return new(kind.Name, true, until > seconds * 1000 || (!kind.IsLie && dice.Chance(0.1))
            ? [new(from, text)]
            : [new(from, text), new(until, heals)]);
    }

    private int Any() => dice.Whole(0, (seconds - 10) * 1000);

    // A time at which power flows, most likely.
    private int Settled()
    {
        var (from, until) = busy[dice.Whole(0, busy.Count - 1)];
        return Within(dice.Whole(from + settling, Math.Max(until, from + settling + 10_000)));
    }

    private int Within(int at) => Math.Min(at, seconds * 1000);

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
