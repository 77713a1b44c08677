using ChargeScape.Edge.Tests.Integration;

namespace ChargeScape.Edge.Tests.Kernel;

/// <summary>A virtual CAN bus of the kernel, with can-utils as peers; gone when disposed.</summary>
internal sealed class VirtualBus : IDisposable
{
    /// <summary>
    /// CAN_ERR_FLAG | CAN_ERR_BUSOFF of linux/can/error.h: what a controller's driver says when it has left the bus.
    /// </summary>
    public const string BusOff = "20000040#0000000000000000";

    private const string Package = "can-utils";

    /// <summary>Makes the interface, for FD frames as well, and takes it up.</summary>
    public VirtualBus(string name)
    {
        Name = name;
        Shell.Do($"ip link add {name} type vcan && ip link set {name} mtu 72 up");
    }

    /// <summary>Name of the interface.</summary>
    public string Name { get; }

    /// <summary>Takes the interface down or up.</summary>
    public bool IsUp { set => Shell.Do($"ip link set {Name} {(value ? "up" : "down")}"); }

    /// <summary>Sends a frame with <c>cansend</c>, in its notation.</summary>
    public void Send(string frame)
    {
        using var sender = Peer.Start("/usr/bin/cansend", Package, Name, frame);
        sender.WaitForExit();
        Assert.True(sender.ExitCode == 0, $"cansend {frame}: {sender.StandardError.ReadToEnd()}");
    }

    /// <summary>
    /// As a shorted pair does, throws every station off the bus for 5 s, again a tenth of a second after one is back.
    /// </summary>
    public void KeepOff() => Shell.Do($"for i in {{1..50}}; do cansend {Name} {BusOff}; sleep 0.1; done");

    /// <summary>Sees every frame, error frames as well, as <c>candump -L</c> prints it.</summary>
    public PeerLines Dump()
    {
        var lines = new PeerLines(Peer.Start("/usr/bin/candump", Package, "-L", $"{Name},0:0,#FFFFFFFF"));
        WaitForListeners();
        return lines;
    }

    /// <inheritdoc/>
    public void Dispose() => Shell.Do($"ip link del {Name}");

    // candump says nothing when it listens; the kernel's list of receivers does.
    private void WaitForListeners() => Eventually.Is(
        () => File.ReadLines("/proc/net/can/rcvlist_all").Any(
            line => line.TrimStart().StartsWith($"{Name} ", StringComparison.Ordinal)),
        $"candump listens on {Name}");
}
