using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Northbound;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>Reads one entry of <c>expect</c> or <c>premise</c>.</summary>
/// <param name="length">How long the scenario lasts.</param>
/// <param name="events">What happens in it, for windows that last as long as a fault.</param>
internal sealed class ExpectationReader(TimeSpan length, IReadOnlyList<TimedEvent> events)
{
    public Expectation? Read(YamlSection section)
    {
        var claim = section.RequiredText("claim");
        var read = section.Has("answer") ? Answer(section, claim)
            : section.Has("ownership") ? Ownership(section, claim)
            : OfPlant(section, claim);
        section.RefuseUnknown();
        return read;
    }

    /// <summary>The pressure is judged at the plant; what a controller says about it is none.</summary>
    public Expectation? Premise(YamlSection section)
    {
        if (section.Has("answer") || section.Has("ownership"))
            section.Error("a premise is about the true plant, not about what is said");
        return Read(section);
    }

    private static Expectation.Answer? Answer(YamlSection section, string claim)
    {
        if (section.Section("answer") is not { } answer) return null;
        var read = new Expectation.Answer(
            claim, section.Line, answer.RequiredText("to"), answer.RequiredText("stage"), answer.Text("reason"),
            answer.Text("binding_limit"), answer.Duration("within", TimeSpan.FromSeconds(1)));
        answer.RefuseUnknown();
        return read;
    }

    private Expectation.Ownership? Ownership(YamlSection section, string claim)
    {
        if (section.Section("ownership") is not { } told) return null;
        var (device, what) = (told.RequiredText("device"), told.RequiredText("what"));
        if (!WireWord<OwnedDevice>.TryParse(device, out _)) told.Error($"no device '{device}'");
        if (!WireWord<OwnershipHappening>.TryParse(what, out _)) told.Error($"nothing is called '{what}'");
        told.RefuseUnknown();
        var (from, until) = Window(section);
        return new(claim, section.Line, device, what, from, until);
    }

    private Expectation? OfPlant(YamlSection section, string claim)
    {
        var (from, until) = Window(section);
        if (section.Text("served") is { } direction) return Served(section, claim, direction, from, until);
        var of = section.RequiredText("of");
        if (Quantity.Find(of) is null)
            section.Error($"unknown quantity '{of}'; known: {string.Join(", ", Quantity.Names)}");
        if (section.Has("reversals_at_most"))
        {
            return new Expectation.Reversals(
                claim, section.Line, of, from, until, (int)section.RequiredNumber("reversals_at_most"),
                section.RequiredNumber("deadband"));
        }
        if (section.Number("moved_at_least") is { } moved)
            return new Expectation.Moved(claim, section.Line, of, from, until, moved);
        var once = section.Flag("once");
        var (low, high) = Bounds(section);
        return new Expectation.Bounds(claim, section.Line, of, from, until, low, high, once);
    }

    private static Expectation.Served Served(
        YamlSection section, string claim, string direction, TimeSpan from, TimeSpan until)
    {
        if (direction is not ("charge" or "discharge"))
            section.Error($"'served' is charge or discharge, not '{direction}'");
        var (low, high) = Bounds(section);
        return new(claim, section.Line, direction == "charge", from, until, low, high);
    }

    // "while: meter frozen" is from that event to the next one of its name.
    private (TimeSpan From, TimeSpan Until) Window(YamlSection section)
    {
        var (from, until) = (TimeSpan.Zero, length);
        if (section.Text("while") is { } what)
        {
            if (Find(what) is { } found) (from, until) = found;
            else section.Error($"no event '{what}' happens; it takes a name and its value, as in 'meter frozen'");
        }
        (from, until) = (section.Duration("from", from), section.Duration("until", until));
        if (until <= from || until > length)
            section.Error("'until' must be after 'from' and not after the scenario's end");
        return (from, until);
    }

    private (TimeSpan From, TimeSpan Until)? Find(string what)
    {
        var armed = events.FirstOrDefault(one => one.Event is ScenarioEvent.Change change && change.ToString() == what);
        if (armed?.Event is not ScenarioEvent.Change fault) return null;
        var healed = events.FirstOrDefault(
            one => one.At > armed.At && one.Event is ScenarioEvent.Change change && change.What == fault.What);
        return (armed.At, healed?.At ?? length);
    }

    private static (double Low, double High) Bounds(YamlSection section)
    {
        if (section.Numbers("between") is { } between)
        {
            if (between.Count == 2 && between[0] <= between[1]) return (between[0], between[1]);
            section.Error("'between' takes two numbers, the smaller first");
        }
        var low = section.Number("at_least");
        var high = section.Number("at_most");
        if (low is null && high is null)
            section.Error("expected 'between', 'at_least', 'at_most', 'moved_at_least' or 'reversals_at_most'");
        return (low ?? double.NegativeInfinity, high ?? double.PositiveInfinity);
    }
}
