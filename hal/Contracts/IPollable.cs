namespace ChargeScape.Edge.Hal;

/// <summary>Something with a file descriptor that becomes readable when there is news, so one thread can wait on
/// several.</summary>
public interface IPollable
{
    /// <summary>Descriptor for <c>poll(2)</c>, or −1 when there is none (in-memory wires, link down at
    /// present).</summary>
    int Descriptor { get; }
}
