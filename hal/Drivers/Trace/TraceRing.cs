using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Trace;

/// <summary>What happened on a wire.</summary>
public enum TraceKind : byte
{
    /// <summary>Bytes or a frame left.</summary>
    Sent,
    /// <summary>Bytes or a frame came.</summary>
    Received,
    /// <summary>The connection was made; no bytes.</summary>
    Connected,
    /// <summary>The connection ended; no bytes.</summary>
    Closed,
}

/// <summary>Room for the bytes of one record: two Modbus frames, the most that one receive takes in.</summary>
[InlineArray(TraceRecord.Capacity)]
public struct TraceBytes
{
    private byte first;
}

/// <summary>One thing that happened on a wire.</summary>
public struct TraceRecord
{
    /// <summary>Most bytes of a record; more are cut off.</summary>
    public const int Capacity = 544;

    /// <summary>Monotonic time.</summary>
    public TimeSpan At;
    /// <summary>What happened.</summary>
    public TraceKind Kind;
    /// <summary>How many of <see cref="Bytes"/> count.</summary>
    public int Length;
    /// <summary>On a byte stream: the bytes. On CAN: identifier, big-endian, bit 31 = 29 bits, then the data.</summary>
    public TraceBytes Bytes;
}

/// <summary>
/// Records on their way from one thread that must not wait to one that prints: bounded, allocated once. What does not
/// fit is dropped and counted. One writer, one reader.
/// </summary>
public sealed class TraceRing
{
    private readonly TraceRecord[] records;
    private long written;
    private long taken;
    private long dropped;

    /// <summary>Makes a ring.</summary>
    /// <param name="capacity">Records; a power of two.</param>
    public TraceRing(int capacity)
    {
        if (capacity < 2 || (capacity & (capacity - 1)) != 0)
            throw new ArgumentOutOfRangeException(nameof(capacity), capacity, "a power of two");
        records = GC.AllocateArray<TraceRecord>(capacity);
    }

    /// <summary>Records that found no room.</summary>
    public long Dropped => Volatile.Read(ref dropped);

    /// <summary>Adds a record, or counts it as dropped. The writer's thread.</summary>
    public void Put(TraceKind kind, TimeSpan at, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail)
    {
        var mine = written;
        if (mine - Volatile.Read(ref taken) == records.Length)
        {
            Volatile.Write(ref dropped, dropped + 1);
            return;
        }
        ref var record = ref records[mine & (records.Length - 1)];
        (record.At, record.Kind) = (at, kind);
        Span<byte> into = record.Bytes;
        if (head.Length > into.Length) head = head[..into.Length];
        head.CopyTo(into);
        var rest = tail[..Math.Min(tail.Length, into.Length - head.Length)];
        rest.CopyTo(into[head.Length..]);
        record.Length = head.Length + rest.Length;
        Volatile.Write(ref written, mine + 1);
    }

    /// <summary>Takes the oldest record; false when there is none. The reader's thread.</summary>
    public bool TryTake(ref TraceRecord into)
    {
        var mine = taken;
        if (mine == Volatile.Read(ref written)) return false;
        into = records[mine & (records.Length - 1)];
        Volatile.Write(ref taken, mine + 1);
        return true;
    }
}
