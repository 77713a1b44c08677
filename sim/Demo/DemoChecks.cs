using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>
/// What the demo claims, judged by the truth file of the simulated home. Times are the plant's; each verdict says in
/// numbers what was seen. Times within which something must have happened leave room for a loaded machine; powers do
/// not depend on it.
/// </summary>
internal sealed class DemoChecks(DemoSite shown)
{
    private const double MostShare = 1.01;
    private const double BandWatts = 50;
    // What the charger's electronics draw while no current flows.
    private const double NoWatts = 60;
    private const double NoAmperes = 1;
    private static readonly TimeSpan leastSeen = 1.2.Seconds;

    /// <summary>The power is what an order asks for: at least the charger's share of it and not more than it.</summary>
    public bool IsFollowed(TruthLine now, SentOrder order)
    {
        var (power, ordered) = (now.Evse * Math.Sign(order.Power), Math.Abs(order.Power));
        return power >= ordered * shown.LeastShare - BandWatts && power <= ordered * MostShare + BandWatts;
    }

    /// <summary>From the plug to the closed contactor: each step is there and none is before its time.</summary>
    public Verdict Handshake(TruthLog truth, TimeSpan plugged)
    {
        var lines = truth.Between(plugged, TimeSpan.MaxValue);
        var seen = new List<string>();
        var (held, last) = (true, TimeSpan.Zero);
        foreach (var (name, isThere) in shown.StartSteps)
        {
            var first = lines.FirstOrDefault(isThere);
            held &= first is not null && first.At >= last;
            last = first?.At ?? last;
            seen.Add(first is null ? $"{name} never" : $"{name} {Seconds(first.At - plugged)}");
        }
        var (missed, holds) = shown.WhileClosed;
        var without = lines.Count(line => line.IsClosed && !holds(line));
        if (without > 0) seen.Add($"closed without {missed} in {without} samples");
        return new(shown.StartClaim, held && without == 0, string.Join(", ", seen));
    }

    /// <summary>Once reached, the power stays at what is ordered.</summary>
    public Verdict Follows(TruthLog truth, string claim, SentOrder order, TimeSpan until)
    {
        var after = truth.Between(truth.At(order.PublishedAt), until);
        var reached = after.FirstOrDefault(line => IsFollowed(line, order));
        if (reached is null) return new(claim, false, $"{Watts(order.Power)} ordered, never reached: {Range(after)}");
        // Half a second for the controller's own small settling.
        var held = truth.Between(reached.At + 0.5.Seconds, until);
        return new(
            claim, IsLong(held) && held.All(line => IsFollowed(line, order)),
            $"{Watts(order.Power)} ordered, {Range(held)} over {Span(held)}");
    }

    /// <summary>With the oven on, the legs stay under the breaker's continuous current, by charging less.</summary>
    public Verdict MainBreaker(TruthLog truth, SiteLimits site, SentOrder order, TimeSpan ovenOn, TimeSpan until)
    {
        var most = site.MainBreaker.Value * site.BreakerContinuousShare;
        var carries = site.MainBreaker.Value * Control.Limits.MainBreaker.NonTrippingShare;
        var lastOver = truth.Between(ovenOn, until).LastOrDefault(line => line.MostAmperes > most);
        var lines = truth.Between(ovenOn + shown.Throttles, until);
        var peak = Peak(truth.Between(ovenOn, until), line => line.MostAmperes);
        var isKept = IsLong(lines) && lines.All(line => line.MostAmperes <= most) && peak <= carries;
        var isThrottled = lines.All(line => line.Evse < order.Power - 1000 && line.Evse > 1000);
        var later = Peak(lines, line => line.MostAmperes);
        var over = lastOver is null ? "never over" : $"over for {Seconds(lastOver.At - ovenOn)}";
        return new(
            $"the oven comes on: charging is throttled for the main breaker ({most:0} A per leg)",
            isKept && isThrottled,
            FormattableString.Invariant($"{Watts(order.Power)} ordered, {Range(lines)}, at most {later:0.0} A ")
            + FormattableString.Invariant($"(at first {peak:0.0} A, {over})"));
    }

    /// <summary>The export stays under its cap, by discharging less and not by discharging nothing.</summary>
    public static Verdict ExportCap(TruthLog truth, SiteLimits site, SentOrder order, TimeSpan until)
    {
        var cap = site.ExportCap?.Value ?? double.PositiveInfinity;
        var all = truth.Between(truth.At(order.PublishedAt), until);
        var settled = all.Where(line => line.At >= until - 1.5.Seconds).ToList();
        var isKept = IsLong(settled) && all.All(line => line.Grid >= -cap);
        var isThrottled = settled.All(line => line.Evse > order.Power + 1000 && line.Grid <= -0.7 * cap);
        var most = StatusWords.Size(Peak(all, line => -line.Grid));
        return new(
            FormattableString.Invariant($"the export cap ({cap / 1000:0.#} kW) throttles the discharge"),
            isKept && isThrottled, $"{Watts(order.Power)} ordered, {Range(settled)}, export at most {most}");
    }

    /// <summary>Without a meter there is no power, and the cap held on the way there.</summary>
    public Verdict SilentMeter(TruthLog truth, SiteLimits site, TimeSpan silent, TimeSpan until)
    {
        var before = truth.Between(silent - 1.Seconds, silent);
        var gone = truth.Between(silent, until).FirstOrDefault(line => Math.Abs(line.Evse) <= NoWatts);
        var closed = truth.Between(silent + shown.Closes, until);
        var cap = site.ExportCap?.Value ?? double.PositiveInfinity;
        var held = before.Count > 0 && before.All(line => Math.Abs(line.Evse) > 1000)
            && IsLong(closed) && closed.All(line => Math.Abs(line.Evse) <= NoWatts)
            && truth.Between(silent, until).All(line => line.Grid >= -cap);
        return new(
            $"the meter falls silent: power closes within {shown.Closes.TotalSeconds:0} s", held,
            $"{Range(before)} before, {After("none", "power to the end", gone?.At - silent)}, "
            + $"then {Range(closed)} over {Span(closed)}");
    }

    /// <summary>The emergency stop ends the current and opens the contactor.</summary>
    public static Verdict EmergencyStop(TruthLog truth, TimeSpan pressed, TimeSpan until)
    {
        var before = truth.Between(pressed - 1.Seconds, pressed);
        var after = truth.Between(pressed, until).Where(line => line.At > pressed).ToList();
        var noCurrent = after.FirstOrDefault(line => Math.Abs(line.DcAmperes) < NoAmperes);
        var open = after.FirstOrDefault(line => !line.IsClosed);
        var held = before.Count > 0 && before.All(line => line.IsClosed && Math.Abs(line.DcAmperes) > 3)
            && after.All(line => line.At < pressed + 1.5.Seconds || IsDead(line)) && after.Any(IsDead);
        return new(
            "the emergency stop: no current and the contactor open within 1.5 s", held,
            $"{StatusWords.Amperes(before.Count == 0 ? 0 : before[^1].DcAmperes)} before, "
            + $"{After("none", "current to the end", noCurrent?.At - pressed)}, "
            + After("contactor open", "contactor never open", open?.At - pressed));
    }

    /// <summary>Released, it stays as it is until a person clears it.</summary>
    public Verdict Latched(TruthLog truth, TimeSpan released, TimeSpan cleared)
    {
        var lines = truth.Between(released, cleared);
        var closed = lines.Count(line => !IsDead(line) || line.ActiveLines.Contains(shown.DriveLine));
        return new(
            "the stop released: everything stays open until the fault is cleared by hand",
            IsLong(lines) && closed == 0,
            $"{Span(lines)} with an order in force: {Range(lines)}, "
            + $"contactor closed, current or {shown.DriveLine} in {closed} samples");
    }

    /// <summary>What the car may not give is refused with that reason, and nothing is discharged.</summary>
    public static Verdict Reserve(
        TruthLog truth, SiteLimits site, SentOrder order, IReadOnlyList<SeenAnswer> answers, TimeSpan until)
    {
        var lines = truth.Between(truth.At(order.PublishedAt), until);
        var isBelow = lines.All(line => line.Soc <= site.Reserve.Percent);
        var isRefused = answers is [{ Stage: "rejected", Reason: "soc_floor" }];
        var isKept = IsLong(lines) && lines.All(line => line.Evse >= -NoWatts && line.DcAmperes > -NoAmperes);
        var said = answers.Count == 0 ? "no answer" : string.Join(", ", answers);
        var soc = lines.Count == 0 ? double.NaN : lines[^1].Soc;
        return new(
            "an order that would discharge below the SoC reserve is refused with its reason",
            isBelow && isRefused && isKept,
            FormattableString.Invariant($"SoC {soc:0.0} %, reserve {site.Reserve.Percent:0} %: ")
            + $"answered '{said}'; {Range(lines)} over {Span(lines)}");
    }

    private static bool IsDead(TruthLine line) => !line.IsClosed && Math.Abs(line.DcAmperes) < NoAmperes;

    private static bool IsLong(IReadOnlyList<TruthLine> lines) =>
        lines.Count > 0 && lines[^1].At - lines[0].At >= leastSeen;

    private static double Peak(IEnumerable<TruthLine> lines, Func<TruthLine, double> of) =>
        lines.Select(of).DefaultIfEmpty(double.NaN).Max();

    private static string Range(IReadOnlyCollection<TruthLine> lines) => lines.Count == 0
        ? "nothing seen"
        : $"EV {Watts(lines.Min(line => line.Evse))} … {Watts(lines.Max(line => line.Evse))}";

    private static string Span(IReadOnlyList<TruthLine> lines) =>
        Seconds(lines.Count == 0 ? TimeSpan.Zero : lines[^1].At - lines[0].At);

    private static string Watts(double watts) => StatusWords.Kilowatts(watts);

    private static string After(string what, string never, TimeSpan? time) =>
        time is { } known ? $"{what} after {Seconds(known)}" : never;

    private static string Seconds(TimeSpan time) => FormattableString.Invariant($"{time.TotalSeconds:0.0} s");
}
