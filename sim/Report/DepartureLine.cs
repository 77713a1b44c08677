using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>
/// The state of charge that a car must not fall below if it is to be ready when its driver leaves: what is needed then,
/// less what can still be charged until then with the power that is allowed at each moment. Where the true state of
/// charge meets it, discharging has to end.
/// </summary>
internal sealed class DepartureLine
{
    private const double UsuallyNeeded = 80;
    private readonly DepartureRules? rules;
    private readonly List<(TimeSpan Said, TimeSpan At, double Needed)> wishes = [];

    /// <summary>Takes the wishes out of what happened.</summary>
    public DepartureLine(IEnumerable<Happening> happenings, DepartureRules? rules)
    {
        this.rules = rules;
        var needed = UsuallyNeeded;
        if (rules is null) return;
        foreach (var happening in happenings)
        {
            if (happening.Event is not ScenarioEvent.Change change) continue;
            if (change.What == "needed_soc_pct") needed = Number(change.Value);
            if (change.What != "leaves_in_s") continue;
            wishes.Add((happening.At, happening.At + TimeSpan.FromSeconds(Number(change.Value)), needed));
        }
    }

    /// <summary>When the driver said he would leave, and with what.</summary>
    public IEnumerable<(TimeSpan At, double Needed)> Wishes => wishes.Select(wish => (wish.At, wish.Needed));

    /// <summary>Where it lies at a moment; nothing before a wish, after the departure, and while nobody knows what may
    /// be charged.</summary>
    public Span At(Moment moment)
    {
        var wish = wishes.FindLast(said => said.Said <= moment.At);
        if (rules is null || wish.At == default || moment.At > wish.At) return Span.Empty;
        if (moment.Thought is not { Mode: ModeKind.Transferring } thought) return Span.Empty;
        var hours = Math.Max(0, (wish.At - rules.Margin - moment.At).TotalHours);
        var canCharge = Math.Max(0, thought.High) * rules.Efficiency * hours / rules.Capacity.Value * 100;
        var least = Math.Clamp(wish.Needed - canCharge, 0, 100);
        return new(least, least);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
