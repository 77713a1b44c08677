namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// Whether the broker can be reached. <c>down</c> and <c>hangs</c> are the same from here: nothing passes, and what was
/// sent waits; one of them shows as a lost connection, the other one not at all.
/// </summary>
internal sealed class VirtualBroker
{
    // A second client with our id: each of the two is thrown out by the other one, and waits before it comes back.
    private const double FlapSeconds = 2, ReachedSeconds = 0.3;
    private string state = "up";
    private TimeSpan since;

    public void Become(string value, TimeSpan now) => (state, since) = (value, now);

    public bool IsReached(TimeSpan now) => state switch
    {
        "up" or "old_store" => true,
        "flaps" => (now - since).TotalSeconds % FlapSeconds >= FlapSeconds - ReachedSeconds,
        _ => false,
    };
}
