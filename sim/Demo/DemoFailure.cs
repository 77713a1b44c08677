namespace ChargeScape.Edge.Sim.Demo;

/// <summary>
/// The demo cannot go on: something that it needs is missing or has ended. The message is for the person who started
/// it.
/// </summary>
internal sealed class DemoFailure(string message) : Exception(message);
