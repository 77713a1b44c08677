using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>A scenario: a home, what happens in it, and what must be seen at its true plant.</summary>
public sealed record Scenario
{
    /// <summary>Name: the file's, without its ending.</summary>
    public required string Name { get; init; }
    /// <summary>What it shows, in a sentence.</summary>
    public required string About { get; init; }
    /// <summary>Path of the site file.</summary>
    public required string SiteFile { get; init; }
    /// <summary>Values that replace the site file's.</summary>
    public required IReadOnlyList<string> SiteOverrides { get; init; }
    /// <summary>How long it lasts.</summary>
    public required TimeSpan Length { get; init; }
    /// <summary>UTC at its beginning.</summary>
    public required DateTimeOffset Begins { get; init; }
    /// <summary>The home.</summary>
    public required HomeSettings Home { get; init; }
    /// <summary>The meter.</summary>
    public required MeterSettings Meter { get; init; }
    /// <summary>An integrated charger, where the site has one.</summary>
    public QuasarChargerSettings Charger { get; init; } = new();
    /// <summary>A bidirectional SunSpec inverter, where the site has one.</summary>
    public DerSettings Der { get; init; } = new();
    /// <summary>The plug is in from the beginning.</summary>
    public required bool IsPlugged { get; init; }
    /// <summary>What happens, in order of time.</summary>
    public required IReadOnlyList<TimedEvent> Events { get; init; }
    /// <summary>The pressure that it needs to show anything: without it a run is invalid.</summary>
    public IReadOnlyList<Expectation> Premises { get; init; } = [];
    /// <summary>What must be seen.</summary>
    public required IReadOnlyList<Expectation> Expectations { get; init; }
    /// <summary>Rules whose deletion must turn this scenario red.</summary>
    public required IReadOnlyList<string> Guards { get; init; }
}

/// <summary>Something that happens at a time.</summary>
/// <param name="At">Time since the beginning.</param>
/// <param name="Event">What happens.</param>
/// <param name="Line">Line in the file.</param>
public sealed record TimedEvent(TimeSpan At, ScenarioEvent Event, int Line);

/// <summary>Something that happens.</summary>
public abstract record ScenarioEvent
{
    /// <summary>A change in the home: a name and a value, as in <c>meter: silent</c>.</summary>
    public sealed record Change(string What, string Value) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string ToString() => $"{What} {Value}";
    }

    /// <summary>The sun takes another course.</summary>
    public sealed record NewSun(Sun Sun) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string ToString() => "sun changes";
    }

    /// <summary>An order is published.</summary>
    /// <param name="Name">What the scenario calls it.</param>
    /// <param name="Json">The contract's JSON without the fields that the issuer fills in.</param>
    public sealed record Order(string Name, string Json) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string ToString() => $"order {Name} {Json}";
    }

    /// <summary>Orders are published one after the other, faster than anybody can follow.</summary>
    /// <param name="Name">What the scenario calls them, followed by a number.</param>
    /// <param name="Jsons">The contract's JSON, in turn.</param>
    /// <param name="Every">Time between two.</param>
    /// <param name="Until">When it is over.</param>
    public sealed record Flood(string Name, IReadOnlyList<string> Jsons, TimeSpan Every, TimeSpan Until) : ScenarioEvent
    {
        /// <inheritdoc/>
        public override string ToString() => $"flood {Name}";
    }
}

/// <summary>What must be seen.</summary>
/// <param name="Claim">In words.</param>
/// <param name="Line">Line in the file.</param>
public abstract record Expectation(string Claim, int Line)
{
    /// <summary>Bounds of a quantity of the true plant.</summary>
    /// <param name="Claim">In words.</param>
    /// <param name="Line">Line in the file.</param>
    /// <param name="Of">Name of the quantity.</param>
    /// <param name="From">Begin of the window, inclusive.</param>
    /// <param name="Until">End of the window, inclusive.</param>
    /// <param name="AtLeast">Lower bound.</param>
    /// <param name="AtMost">Upper bound.</param>
    /// <param name="Once">One sample inside is enough; otherwise all must be.</param>
    public sealed record Bounds(
        string Claim, int Line, string Of, TimeSpan From, TimeSpan Until, double AtLeast, double AtMost, bool Once)
        : Expectation(Claim, Line);

    /// <summary>How often a quantity may turn round.</summary>
    /// <param name="Claim">In words.</param>
    /// <param name="Line">Line in the file.</param>
    /// <param name="Of">Name of the quantity.</param>
    /// <param name="From">Begin of the window, inclusive.</param>
    /// <param name="Until">End of the window, inclusive.</param>
    /// <param name="AtMost">Most changes of direction.</param>
    /// <param name="Deadband">Movements smaller than this do not count.</param>
    public sealed record Reversals(
        string Claim, int Line, string Of, TimeSpan From, TimeSpan Until, int AtMost, double Deadband)
        : Expectation(Claim, Line);

    /// <summary>A quantity that must have moved.</summary>
    /// <param name="Claim">In words.</param>
    /// <param name="Line">Line in the file.</param>
    /// <param name="Of">Name of the quantity.</param>
    /// <param name="From">Begin of the window, inclusive.</param>
    /// <param name="Until">End of the window, inclusive.</param>
    /// <param name="AtLeast">Least difference of its highest and lowest value.</param>
    public sealed record Moved(string Claim, int Line, string Of, TimeSpan From, TimeSpan Until, double AtLeast)
        : Expectation(Claim, Line);

    /// <summary>Energy that the EVSE must have taken or given at its AC side.</summary>
    /// <param name="Claim">In words.</param>
    /// <param name="Line">Line in the file.</param>
    /// <param name="IsCharge">Into the car; otherwise out of it.</param>
    /// <param name="From">Begin of the window.</param>
    /// <param name="Until">End of the window.</param>
    /// <param name="AtLeast">Least energy, Wh ≥ 0.</param>
    /// <param name="AtMost">Most energy, Wh.</param>
    public sealed record Served(
        string Claim, int Line, bool IsCharge, TimeSpan From, TimeSpan Until, double AtLeast, double AtMost)
        : Expectation(Claim, Line);

    /// <summary>An answer to an order.</summary>
    /// <param name="Claim">In words.</param>
    /// <param name="Line">Line in the file.</param>
    /// <param name="To">The order's name in the scenario.</param>
    /// <param name="Stage">Stage of the answer.</param>
    /// <param name="Reason">Its reason; null = any.</param>
    /// <param name="Binding">Its binding limit; null = any.</param>
    /// <param name="Within">Latest time after the order.</param>
    public sealed record Answer(
        string Claim, int Line, string To, string Stage, string? Reason, string? Binding, TimeSpan Within)
        : Expectation(Claim, Line);

    /// <summary>What a driver tells of the registers that it owns.</summary>
    /// <param name="Claim">In words.</param>
    /// <param name="Line">Line in the file.</param>
    /// <param name="Device">Whose registers.</param>
    /// <param name="What">What happened, in the contract's word.</param>
    /// <param name="From">Begin of the window, inclusive.</param>
    /// <param name="Until">End of the window, inclusive.</param>
    public sealed record Ownership(
        string Claim, int Line, string Device, string What, TimeSpan From, TimeSpan Until)
        : Expectation(Claim, Line);
}
