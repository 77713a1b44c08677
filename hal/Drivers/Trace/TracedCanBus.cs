using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Trace;

/// <summary>A CAN bus that can be listened to: the bus itself, and a tap beside it.</summary>
public sealed class TracedCanBus(ICanBus bus, WireTap tap) : ICanBus, IUnsent
{
    /// <inheritdoc/>
    public int Descriptor => bus.Descriptor;

    /// <inheritdoc/>
    public bool IsUp => bus.IsUp;

    /// <inheritdoc/>
    bool IUnsent.HasUnsent => bus is IUnsent { HasUnsent: true };

    /// <inheritdoc/>
    public bool TrySend(in CanFrame frame)
    {
        if (!bus.TrySend(frame)) return false;
        if (tap.IsOn) tap.Note(TraceKind.Sent, MonotonicClock.Now, frame);
        return true;
    }

    /// <inheritdoc/>
    public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
    {
        if (!bus.TryReceive(out frame, out arrivedAt)) return false;
        tap.Note(TraceKind.Received, arrivedAt, frame);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => bus.Dispose();
}
