using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Sim.Reactions;

/// <summary>How often a reaction took how long, in bins of 10 ms; the plant moves no finer.</summary>
internal sealed class ReactionTimes
{
    private const double BinSeconds = 0.01;
    private readonly SortedDictionary<int, long> bins = [];

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>Takes one more.</summary>
    public void Add(TimeSpan time) => Add((int)Math.Ceiling(time.TotalSeconds / BinSeconds - 1e-9), 1);

    /// <summary>Takes those of another one.</summary>
    public void Add(ReactionTimes other)
    {
        foreach (var (bin, count) in other.bins) Add(bin, count);
    }

    /// <summary>The time that this share did not exceed, s; 1 is the longest.</summary>
    public double Seconds(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        foreach (var (bin, count) in bins)
            if ((wanted -= count) <= 0) return bin * BinSeconds;
        return 0;
    }

    /// <summary>How many took longer than <paramref name="from"/> and at most <paramref name="until"/>, s.</summary>
    public long Between(double from, double until) =>
        bins.Where(one => one.Key * BinSeconds > from + 1e-9 && one.Key * BinSeconds <= until + 1e-9).Sum(one => one.Value);

    /// <summary>For the report.</summary>
    public JsonObject ToJson() => new(bins.Select(one => KeyValuePair.Create(
        one.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)JsonValue.Create(one.Value))));

    /// <summary>Out of the report.</summary>
    public static ReactionTimes From(JsonElement json)
    {
        var times = new ReactionTimes();
        foreach (var bin in json.EnumerateObject())
            times.Add(int.Parse(bin.Name, CultureInfo.InvariantCulture), bin.Value.GetInt64());
        return times;
    }

    private void Add(int bin, long count)
    {
        bins[bin] = bins.GetValueOrDefault(bin) + count;
        Count += count;
    }
}

/// <summary>Reactions of one kind.</summary>
internal sealed class ReactionSeries
{
    /// <summary>Until no power flowed, or the site was inside its cap.</summary>
    public ReactionTimes First { get; init; } = new();
    /// <summary>Until the contactor was open.</summary>
    public ReactionTimes Open { get; init; } = new();
    /// <summary>Runs in which there was nothing to end.</summary>
    public long Invalid { get; set; }
}

/// <summary>What many runs came to, by kind; batches of them are lines of a report that a later call goes on with.</summary>
internal sealed class ReactionTally
{
    private readonly Dictionary<string, ReactionSeries> series =
        ReactionKind.All.ToDictionary(kind => kind.Name, _ => new ReactionSeries());

    /// <summary>Of a kind.</summary>
    public ReactionSeries Of(ReactionKind kind) => series[kind.Name];

    /// <summary>Runs, valid or not.</summary>
    public long Runs => series.Values.Sum(one => one.First.Count + one.Invalid);

    /// <summary>Runs in which there was nothing to end.</summary>
    public long Invalid => series.Values.Sum(one => one.Invalid);

    /// <summary>Takes one more run.</summary>
    public void Add(in Reaction reaction)
    {
        var of = Of(reaction.Kind);
        if (!reaction.IsValid)
        {
            of.Invalid++;
            return;
        }
        of.First.Add(reaction.First);
        if (reaction.Open is { } open) of.Open.Add(open);
    }

    /// <summary>Takes those of another one.</summary>
    public void Add(ReactionTally other)
    {
        foreach (var (name, one) in other.series)
        {
            series[name].First.Add(one.First);
            series[name].Open.Add(one.Open);
            series[name].Invalid += one.Invalid;
        }
    }

    /// <summary>All of one goal together.</summary>
    public (ReactionTimes First, ReactionTimes Open) Together(ReactionGoal goal)
    {
        var (first, open) = (new ReactionTimes(), new ReactionTimes());
        foreach (var kind in ReactionKind.All)
        {
            if (kind.Goal != goal) continue;
            first.Add(Of(kind).First);
            open.Add(Of(kind).Open);
        }
        return (first, open);
    }

    /// <summary>A line of the report.</summary>
    public string ToLine(ulong from, int count) => new JsonObject
    {
        ["from"] = from, ["count"] = count,
        ["kinds"] = new JsonObject(series.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)new JsonObject
        {
            ["first"] = one.Value.First.ToJson(), ["open"] = one.Value.Open.ToJson(), ["invalid"] = one.Value.Invalid,
        }))),
    }.ToJsonString();

    /// <summary>Takes a line of the report; says which batch it is, and null for what is none.</summary>
    public (ulong From, int Count)? TryTake(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var read = new ReactionTally();
            foreach (var kind in json.RootElement.GetProperty("kinds").EnumerateObject())
            {
                if (!read.series.ContainsKey(kind.Name)) return null;
                read.series[kind.Name] = new()
                {
                    First = ReactionTimes.From(kind.Value.GetProperty("first")),
                    Open = ReactionTimes.From(kind.Value.GetProperty("open")),
                    Invalid = kind.Value.GetProperty("invalid").GetInt64(),
                };
            }
            Add(read);
            return (json.RootElement.GetProperty("from").GetUInt64(), json.RootElement.GetProperty("count").GetInt32());
        }
        // A line that was cut off when the work was interrupted is work to be done again.
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return null;
        }
    }
}
