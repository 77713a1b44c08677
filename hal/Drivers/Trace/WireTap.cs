using System.Buffers.Binary;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Trace;

/// <summary>
/// Where a wire can be listened to while it works. Off, it costs one look at a field; on, the wire's thread copies what
/// passes into a ring and allocates nothing. Noted by the wire's thread, switched by any other.
/// </summary>
public sealed class WireTap
{
    private const uint ExtendedId = 0x8000_0000;
    private TraceRing? ring;

    /// <summary>Somebody listens.</summary>
    public bool IsOn => Volatile.Read(ref ring) is not null;

    /// <summary>Switches it on and returns what it fills from now on; one that was filled before is left
    /// alone.</summary>
    /// <param name="capacity">Records that can wait; a power of two.</param>
    public TraceRing Start(int capacity)
    {
        var made = new TraceRing(capacity);
        Volatile.Write(ref ring, made);
        return made;
    }

    /// <summary>Switches it off.</summary>
    public void Stop() => Volatile.Write(ref ring, null);

    /// <summary>Bytes passed, or the connection changed.</summary>
    public void Note(TraceKind kind, ReadOnlySpan<byte> bytes)
    {
        if (Volatile.Read(ref ring) is { } on) on.Put(kind, MonotonicClock.Now, bytes, default);
    }

    /// <summary>A frame passed.</summary>
    /// <param name="kind">Which way.</param>
    /// <param name="at">Monotonic time of the frame.</param>
    /// <param name="frame">The frame.</param>
    public void Note(TraceKind kind, TimeSpan at, in CanFrame frame)
    {
        if (Volatile.Read(ref ring) is not { } on) return;
        Span<byte> id = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(id, frame.Id | (frame.IsExtended ? ExtendedId : 0));
        Span<byte> data = stackalloc byte[8];
        frame.CopyTo(data);
        on.Put(kind, at, id, data[..frame.Length]);
    }
}
