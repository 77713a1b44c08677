namespace ChargeScape.Edge.Tests.Kernel;

/// <summary>
/// Loss and delay on the loopback link of one TCP port, both ways, by netem; other ports are left alone. Disposing
/// heals it.
/// </summary>
internal sealed class Disturbance : IDisposable
{
    /// <summary>Begins it.</summary>
    /// <param name="port">TCP port of the server.</param>
    /// <param name="netem">In the words of tc-netem(8): "delay 300ms 100ms loss 20%".</param>
    public Disturbance(int port, string netem) => Shell.Do($"""
        set -e
        tc qdisc add dev lo root handle 1: prio bands 4
        tc qdisc add dev lo parent 1:4 handle 40: netem {netem}
        tc filter add dev lo parent 1: protocol ip u32 match ip dport {port} 0xffff flowid 1:4
        tc filter add dev lo parent 1: protocol ip u32 match ip sport {port} 0xffff flowid 1:4
        """);

    /// <inheritdoc/>
    public void Dispose() => Shell.Do("tc qdisc del dev lo root");
}
