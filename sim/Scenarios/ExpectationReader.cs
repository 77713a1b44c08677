namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>Reads one entry of <c>expect</c>.</summary>
internal static class ExpectationReader
{
    public static Expectation? Read(YamlSection section, TimeSpan length)
    {
        var claim = section.RequiredText("claim");
        var read = section.Has("answer") ? Answer(section, claim) : OfPlant(section, claim, length);
        section.RefuseUnknown();
        return read;
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

    private static Expectation? OfPlant(YamlSection section, string claim, TimeSpan length)
    {
        var of = section.RequiredText("of");
        if (Quantity.Find(of) is null)
            section.Error($"unknown quantity '{of}'; known: {string.Join(", ", Quantity.Names)}");
        var from = section.Duration("from", TimeSpan.Zero);
        var until = section.Duration("until", length);
        if (until <= from || until > length)
            section.Error("'until' must be after 'from' and not after the scenario's end");
        if (section.Has("reversals_at_most"))
        {
            return new Expectation.Reversals(
                claim, section.Line, of, from, until, (int)section.RequiredNumber("reversals_at_most"),
                section.RequiredNumber("deadband"));
        }
        var once = section.Flag("once");
        var (low, high) = Bounds(section);
        return new Expectation.Bounds(claim, section.Line, of, from, until, low, high, once);
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
            section.Error("expected 'between', 'at_least', 'at_most' or 'reversals_at_most'");
        return (low ?? double.NegativeInfinity, high ?? double.PositiveInfinity);
    }
}
