using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>What is to be shown now.</summary>
/// <param name="Elapsed">Since the demo began.</param>
/// <param name="Length">How long it is planned to last.</param>
/// <param name="Truth">The simulated home as it truly is; null before it is open.</param>
/// <param name="Site">What the controller says over MQTT; null before it does.</param>
/// <param name="Order">The order in force and its end, as the site says; null for none.</param>
internal sealed record Status(
    TimeSpan Elapsed, TimeSpan Length, TruthLine? Truth, SiteWord? Site, (SentOrder Order, DateTimeOffset? End)? Order);

/// <summary>Where the demo tells what happens.</summary>
internal interface IScreen
{
    /// <summary>Something happens.</summary>
    void Say(string what);

    /// <summary>A check was judged.</summary>
    void Judged(Verdict verdict);

    /// <summary>This is how things stand; called often.</summary>
    void Show(Status status);
}
