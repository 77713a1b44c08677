using System.Security.Cryptography;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>
/// What is remembered of past orders, bounded whatever arrives: the last 256 orders with their newest answer, and the
/// last sequence number of at most 16 issuers. It lives in memory: a restart of the host forgets it.
/// </summary>
internal sealed class OrderMemory
{
    public const int MostOrders = 256;
    public const int MostIssuers = 16;

    private readonly Dictionary<Guid, Remembered> orders = [];
    private readonly Queue<Guid> oldestFirst = [];
    private readonly Dictionary<string, long> lastSeq = [];

    /// <summary>A past order; null when it is not remembered.</summary>
    public Remembered? Find(Guid id) => orders.GetValueOrDefault(id);

    /// <summary>Why this sequence number cannot be taken; null when it can.</summary>
    public Rejection? Judge(string issuer, long seq)
    {
        if (!lastSeq.TryGetValue(issuer, out var last))
            return lastSeq.Count < MostIssuers ? null : Rejection.UnknownIssuer;
        if (seq == last) return Rejection.Replayed;
        return seq < last ? Rejection.OutOfOrder : null;
    }

    /// <summary>Takes the sequence number and remembers the order, dropping the oldest that is not <paramref
    /// name="isActive"/>.</summary>
    public void Take(Order order, ReadOnlySpan<byte> payload, Func<Guid, bool> isActive)
    {
        lastSeq[order.Issuer] = order.Seq;
        orders[order.Id] = new(SHA256.HashData(payload));
        oldestFirst.Enqueue(order.Id);
        while (orders.Count > MostOrders)
        {
            var oldest = oldestFirst.Dequeue();
            // At most a book's worth is active, so one of the others comes soon.
            if (isActive(oldest)) oldestFirst.Enqueue(oldest);
            else orders.Remove(oldest);
        }
    }

    /// <summary>Keeps an order's newest answer for repeats.</summary>
    public void Keep(OrderAnswer answer)
    {
        if (answer.OrderId is { } id && orders.TryGetValue(id, out var known)) known.Newest = answer;
    }

    /// <summary>A past order.</summary>
    internal sealed class Remembered(byte[] hash)
    {
        public OrderAnswer? Newest { get; set; }

        public bool IsSame(ReadOnlySpan<byte> payload)
        {
            Span<byte> other = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(payload, other);
            return other.SequenceEqual(hash);
        }
    }
}
