using System.Globalization;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>What became of an expectation.</summary>
/// <param name="Claim">In words.</param>
/// <param name="Held">It held.</param>
/// <param name="Seen">What was seen.</param>
public sealed record Verdict(string Claim, bool Held, string Seen);

/// <summary>One expectation at work: it is shown the true plant and the answers, and judges at the end.</summary>
internal abstract class Check
{
    public virtual void See(in Truth truth) { }

    public abstract Verdict Judge();

    public static Check For(Expectation expectation, AnswerBook answers) => expectation switch
    {
        Expectation.Bounds bounds => new BoundsCheck(bounds),
        Expectation.Reversals reversals => new ReversalsCheck(reversals),
        Expectation.Moved moved => new MovedCheck(moved),
        Expectation.Served served => new ServedCheck(served),
        Expectation.Answer answer => new AnswerCheck(answer, answers),
        Expectation.Ownership ownership => new OwnershipCheck(ownership, answers),
        _ => throw new ArgumentOutOfRangeException(nameof(expectation)),
    };

    protected static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    protected static string Text(TimeSpan at) => $"{Text(at.TotalSeconds)} s";
}

/// <summary>A quantity inside its bounds, always or once.</summary>
internal sealed class BoundsCheck(Expectation.Bounds expected) : Check
{
    private readonly QuantityOf quantity = Quantity.Find(expected.Of)!;
    private long seen;
    private double lowest = double.PositiveInfinity;
    private double highest = double.NegativeInfinity;
    private TimeSpan lowestAt, highestAt;
    private TimeSpan? firstInside;

    public override void See(in Truth truth)
    {
        if (truth.At < expected.From || truth.At > expected.Until) return;
        var value = quantity(truth);
        seen++;
        if (value < lowest) (lowest, lowestAt) = (value, truth.At);
        if (value > highest) (highest, highestAt) = (value, truth.At);
        if (firstInside is null && value >= expected.AtLeast && value <= expected.AtMost) firstInside = truth.At;
    }

    public override Verdict Judge()
    {
        if (seen == 0) return new(expected.Claim, false, "nothing was seen in its window");
        var range = $"{expected.Of} {Text(lowest)} (at {Text(lowestAt)}) … {Text(highest)} (at {Text(highestAt)})";
        if (expected.Once)
        {
            var seenAt = firstInside is { } at ? $"at {Text(at)}" : $"never: {range}";
            return new(expected.Claim, firstInside is not null, seenAt);
        }
        return new(expected.Claim, lowest >= expected.AtLeast && highest <= expected.AtMost, range);
    }
}

/// <summary>How often a quantity turned round by more than the dead band.</summary>
internal sealed class ReversalsCheck(Expectation.Reversals expected) : Check
{
    private readonly QuantityOf quantity = Quantity.Find(expected.Of)!;
    private double extreme;
    private int direction;
    private bool hasBegun;
    private int turns;
    private double lowest = double.PositiveInfinity;
    private double highest = double.NegativeInfinity;

    public override void See(in Truth truth)
    {
        if (truth.At < expected.From || truth.At > expected.Until) return;
        var value = quantity(truth);
        (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        if (!hasBegun) (extreme, hasBegun) = (value, true);
        var moved = value - extreme;
        if (direction >= 0 && moved > 0 || direction <= 0 && moved < 0)
        {
            if (direction != 0) extreme = value;
            else if (Math.Abs(moved) > expected.Deadband) (direction, extreme) = (Math.Sign(moved), value);
        }
        else if (Math.Abs(moved) > expected.Deadband)
        {
            turns++;
            (direction, extreme) = (Math.Sign(moved), value);
        }
    }

    public override Verdict Judge() => hasBegun
        ? new(expected.Claim, turns <= expected.AtMost,
            $"{expected.Of} turned {turns} times between {Text(lowest)} and {Text(highest)}")
        : new(expected.Claim, false, "nothing was seen in its window");
}

/// <summary>A quantity that moved at all.</summary>
internal sealed class MovedCheck(Expectation.Moved expected) : Check
{
    private readonly QuantityOf quantity = Quantity.Find(expected.Of)!;
    private double lowest = double.PositiveInfinity;
    private double highest = double.NegativeInfinity;

    public override void See(in Truth truth)
    {
        if (truth.At < expected.From || truth.At > expected.Until) return;
        var value = quantity(truth);
        (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
    }

    public override Verdict Judge() => new(expected.Claim, highest - lowest >= expected.AtLeast,
        $"{expected.Of} moved between {Text(lowest)} and {Text(highest)}");
}

/// <summary>Energy at the AC side of the EVSE, one direction.</summary>
internal sealed class ServedCheck(Expectation.Served expected) : Check
{
    private readonly double sign = expected.IsCharge ? 1 : -1;
    private TimeSpan last;
    private double wattHours;

    public override void See(in Truth truth)
    {
        var seconds = (truth.At - last).TotalSeconds;
        last = truth.At;
        if (truth.At <= expected.From || truth.At > expected.Until) return;
        wattHours += Math.Max(0, sign * truth.Evse.Value) * seconds / 3600;
    }

    public override Verdict Judge() => new(
        expected.Claim, wattHours >= expected.AtLeast && wattHours <= expected.AtMost,
        $"{(expected.IsCharge ? "charged" : "discharged")} {Text(wattHours)} Wh");
}

/// <summary>An answer that came in time.</summary>
internal sealed class AnswerCheck(Expectation.Answer expected, AnswerBook answers) : Check
{
    public override Verdict Judge()
    {
        if (answers.PublishedAt(expected.To) is not { } published)
            return new(expected.Claim, false, "the order was never published");
        var all = answers.To(expected.To);
        foreach (var answer in all)
        {
            if (answer.Stage != expected.Stage || answer.At - published > expected.Within) continue;
            if (expected.Reason is { } reason && reason != answer.Reason) continue;
            if (expected.Binding is { } binding && binding != answer.Binding) continue;
            return new(expected.Claim, true, $"{answer} {Text(answer.At - published)} after the order");
        }
        return new(expected.Claim, false, all.Count == 0 ? "no answer came" : $"came: {string.Join("; ", all)}");
    }
}

/// <summary>Something that was told of owned registers in its window.</summary>
internal sealed class OwnershipCheck(Expectation.Ownership expected, AnswerBook answers) : Check
{
    public override Verdict Judge()
    {
        foreach (var told in answers.Ownership)
        {
            if (told.Device == expected.Device && told.What == expected.What
                && told.At >= expected.From && told.At <= expected.Until)
                return new(expected.Claim, true, $"{told}");
        }
        return new(expected.Claim, false, answers.Ownership.Count == 0
            ? "nothing was told"
            : $"told: {string.Join("; ", answers.Ownership)}");
    }
}

/// <summary>What was told of owned registers.</summary>
/// <param name="At">When it happened, since the beginning.</param>
/// <param name="Device">Whose registers.</param>
/// <param name="What">What happened.</param>
public sealed record SeenOwnership(TimeSpan At, string Device, string What)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Device} {What} at {At.TotalSeconds:0.#} s");
}

/// <summary>An answer as it stood on the wire.</summary>
/// <param name="At">Time since the beginning.</param>
/// <param name="Stage">Its stage.</param>
/// <param name="Reason">Its reason, if any.</param>
/// <param name="Binding">Its binding limit, if any.</param>
public sealed record SeenAnswer(TimeSpan At, string Stage, string? Reason, string? Binding)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Stage}{(Reason is null ? "" : $" {Reason}")}{(Binding is null ? "" : $" bound by {Binding}")}";
}

/// <summary>The scenario's orders and their answers, by the scenario's names, and what was told beside
/// them.</summary>
public sealed class AnswerBook
{
    private readonly Dictionary<string, (TimeSpan At, string Name)> published = [];
    private readonly Dictionary<string, string> idOf = [];
    private readonly List<SeenOwnership> ownership = [];
    private readonly Dictionary<string, List<SeenAnswer>> answers = [];

    /// <summary>What was told of owned registers, in the order in which it came.</summary>
    public IReadOnlyList<SeenOwnership> Ownership => ownership;

    /// <summary>Something was told of owned registers.</summary>
    public void Told(SeenOwnership told) => ownership.Add(told);

    /// <summary>An order was published.</summary>
    public void Published(string name, string id, TimeSpan at)
    {
        published[id] = (at, name);
        idOf[name] = id;
    }

    /// <summary>An answer was seen.</summary>
    public void Answered(string id, SeenAnswer answer)
    {
        if (!answers.TryGetValue(id, out var list)) answers[id] = list = [];
        list.Add(answer);
    }

    /// <summary>When an order was published; null when it was not.</summary>
    public TimeSpan? PublishedAt(string name) => idOf.TryGetValue(name, out var id) ? published[id].At : null;

    /// <summary>The id of an order; null when it was not published.</summary>
    public string? IdOf(string name) => idOf.GetValueOrDefault(name);

    /// <summary>Answers to an order, in the order they came.</summary>
    public IReadOnlyList<SeenAnswer> To(string name) =>
        idOf.TryGetValue(name, out var id) && answers.TryGetValue(id, out var list) ? list : [];
}
