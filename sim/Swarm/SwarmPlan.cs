using System.Text;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>Something that happens at a time, as a line of a scenario file says it.</summary>
/// <param name="Milliseconds">Since the beginning.</param>
/// <param name="Text">As in <c>meter: silent</c>.</param>
internal sealed record TimedLine(int Milliseconds, string Text);

/// <summary>What belongs together and is taken away together: an order, or a fault and its end.</summary>
/// <param name="Name">As in <c>meter silent</c>.</param>
/// <param name="IsFault">Otherwise it is a part of an ordinary day: an order, an appliance, the sun.</param>
/// <param name="Lines">What happens.</param>
internal sealed record Stroke(string Name, bool IsFault, IReadOnlyList<TimedLine> Lines);

/// <summary>
/// One run of the swarm. It is a scenario file, so that whatever it shows can be shown again without the swarm.
/// </summary>
internal sealed record SwarmPlan
{
    /// <summary>Decides all that is chance, here and in the world.</summary>
    public required ulong Seed { get; init; }
    /// <summary>The site file.</summary>
    public required string Site { get; init; }
    /// <summary>What is different at this site.</summary>
    public required IReadOnlyList<string> Overrides { get; init; }
    /// <summary>Lines of <c>home</c>.</summary>
    public required IReadOnlyList<string> Home { get; init; }
    /// <summary>What happens.</summary>
    public required IReadOnlyList<Stroke> Strokes { get; init; }
    /// <summary>How long it lasts.</summary>
    public required int Seconds { get; init; }

    /// <summary>So many of its strokes are faults.</summary>
    public int Faults => Strokes.Count(stroke => stroke.IsFault);

    /// <summary>The scenario file.</summary>
    public string ToYaml()
    {
        var text = new StringBuilder();
        Line($"about: Run {Seed} of the swarm; it is judged by what the judge watches in every run.");
        Line($"site: {Site}");
        if (Overrides.Count > 0) Line($"site_set: [{string.Join(", ", Overrides.Select(one => $"'{one}'"))}]");
        Line($"length: {Seconds} s");
        Line("home:");
        foreach (var line in Home) Line($"  {line}");
        if (Strokes.Count > 0) Line("events:");
        foreach (var line in Strokes.SelectMany(stroke => stroke.Lines).OrderBy(line => line.Milliseconds))
            Line($"  - {{ at: {line.Milliseconds} ms, {line.Text} }}");
        Line("expect:");
        Line("  - { claim: the charge of the car is one, of: soc_pct, between: [0, 100] }");
        return text.ToString();

        void Line(string line) => text.Append(line).Append('\n');
    }

    /// <summary>The scenario.</summary>
    /// <exception cref="InvalidOperationException">The planner made no scenario: a mistake in it.</exception>
    public Scenario ToScenario()
    {
        var (scenario, errors) = ScenarioFile.Parse(ToYaml(), $"swarm-{Seed}.yaml");
        return scenario ?? throw new InvalidOperationException(string.Join("\n", errors));
    }
}
