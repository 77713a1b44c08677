using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>The orders that wait or run, at most as many as a plan holds.</summary>
internal sealed class OrderBook
{
    private readonly List<BookEntry> entries = [];
    private uint lastNumber;
    private uint lastPlan;
    private BookEntry? ended;

    public bool IsFull => entries.Count >= Plan.Capacity;

    /// <summary>In order of precedence.</summary>
    public IReadOnlyList<BookEntry> Entries => entries;

    public BookEntry? Find(uint number) => number == 0 ? null : entries.Find(entry => entry.Number == number);

    public BookEntry? Find(Guid id) => entries.Find(entry => entry.Order.Id == id);

    public BookEntry Add(Order order, TimeSpan receivedAt, TimeSpan start, TimeSpan end)
    {
        if (++lastNumber == 0) lastNumber = 1;
        var entry = new BookEntry(lastNumber, order, receivedAt, start, end);
        var index = entries.FindIndex(entry.Outranks);
        entries.Insert(index < 0 ? entries.Count : index, entry);
        return entry;
    }

    /// <summary>Takes out an order that was cancelled or superseded: nothing follows it but the next one.</summary>
    public void Remove(BookEntry entry)
    {
        entries.Remove(entry);
        if (entry.HasStarted) Forget();
    }

    /// <summary>Takes out an order whose end came. One that ran says what follows, until another one acts.</summary>
    public void End(BookEntry entry)
    {
        entries.Remove(entry);
        if (entry.HasStarted) ended = entry;
    }

    /// <summary>Another order acts: what the one before asked to follow is over.</summary>
    public void Forget() => ended = null;

    /// <summary>
    /// The plan that the book amounts to. What is superseded never resumes, so a lease ends where a better one that
    /// begins later takes over: the control side needs no word from here for that.
    /// </summary>
    public Plan ToPlan()
    {
        if (++lastPlan == 0) lastPlan = 1;
        var plan = new Plan { Sequence = lastPlan };
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            var end = entry.End;
            for (var better = 0; better < i; better++)
            {
                var start = entries[better].Start;
                if (start > entry.Start && start < end && ActsBefore(i, start)) end = start;
            }
            plan.Entries[plan.Count++] = entry.InPlan(end);
        }
        // With a full book there is no room left, and zero follows instead.
        if (ended is not null && plan.Count < Plan.Capacity) plan.Entries[plan.Count++] = ended.InPlan(ended.End);
        return plan;
    }

    // Some of the time from its own start until then is not covered by better entries: it acts, and is superseded.
    private bool ActsBefore(int index, TimeSpan until)
    {
        var free = entries[index].Start;
        for (var moved = true; moved;)
        {
            moved = false;
            for (var better = 0; better < index; better++)
            {
                var entry = entries[better];
                if (entry.Start > free || entry.End <= free) continue;
                free = entry.End;
                moved = true;
            }
        }
        return free < until;
    }
}
