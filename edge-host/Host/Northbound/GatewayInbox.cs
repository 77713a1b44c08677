using System.Threading.Channels;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>What the gateway's thread takes up next.</summary>
internal enum InboxKind : byte
{
    Tick,
    Order,
}

/// <summary>A note to the gateway's thread.</summary>
internal readonly record struct InboxNote(InboxKind Kind, byte[] Payload, Arrival Arrival);

/// <summary>The newest change of the connection to the broker.</summary>
internal sealed record ConnectionNote(bool IsConnected, string Reason);

/// <summary>
/// Bounded queue between the broker's thread and the gateway's. When it is full, orders are dropped unanswered and
/// counted: a flood must cost bounded memory, and its sender repeats what matters.
/// </summary>
internal sealed class GatewayInbox
{
    private const int MostNotes = 256;

    private readonly Channel<InboxNote> notes = Channel.CreateBounded<InboxNote>(
        new BoundedChannelOptions(MostNotes) { SingleReader = true });
    private int dropped;
    private ConnectionNote? connection;

    public IAsyncEnumerable<InboxNote> ReadAll(CancellationToken stop) => notes.Reader.ReadAllAsync(stop);

    /// <summary>Orders dropped since the last call.</summary>
    public int TakeDropped() => Interlocked.Exchange(ref dropped, 0);

    public void Tick() => notes.Writer.TryWrite(new(InboxKind.Tick, [], default));

    /// <summary>Called on the client's thread: copies and returns.</summary>
    public void Order(in MqttReceived message)
    {
        var note = new InboxNote(
            InboxKind.Order, message.Payload.ToArray(), new(message.IsRetained, message.IsTooLarge));
        if (!notes.Writer.TryWrite(note)) Interlocked.Increment(ref dropped);
    }

    /// <summary>Called on the client's thread. Kept beside the queue: no flood may push it out.</summary>
    public void Connection(bool isConnected, string reason) =>
        Interlocked.Exchange(ref connection, new(isConnected, reason));

    /// <summary>The newest change since the last call; null when there was none.</summary>
    public ConnectionNote? TakeConnection() => Interlocked.Exchange(ref connection, null);
}
