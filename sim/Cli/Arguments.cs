namespace ChargeScape.Edge.Sim.Cli;

/// <summary>Something in the arguments that cannot be meant; the message says what is expected.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>A verb's arguments: options that start with "--", and the rest in order. Each is taken once.</summary>
internal sealed class Arguments(IEnumerable<string> all)
{
    private readonly List<string> left = [.. all];

    /// <summary>Takes a flag.</summary>
    public bool Flag(string name) => left.Remove(name);

    /// <summary>Takes an option with its value; null when it is absent.</summary>
    /// <exception cref="UsageException">Its value is missing.</exception>
    public string? Option(string name)
    {
        var at = left.IndexOf(name);
        if (at < 0) return null;
        if (at + 1 >= left.Count || left[at + 1].StartsWith("--", StringComparison.Ordinal))
            throw new UsageException($"{name} needs a value");
        var value = left[at + 1];
        left.RemoveRange(at, 2);
        return value;
    }

    /// <summary>Takes an option that holds a whole number in a range.</summary>
    /// <exception cref="UsageException">It is no such number.</exception>
    public long Number(string name, long fallback, long min, long max)
    {
        if (Option(name) is not { } text) return fallback;
        if (long.TryParse(text, out var number) && number >= min && number <= max) return number;
        throw new UsageException($"{name} takes a whole number from {min} to {max}, not '{text}'");
    }

    /// <summary>What is left; an option nobody took is an error.</summary>
    /// <exception cref="UsageException">An unknown option.</exception>
    public IReadOnlyList<string> Rest()
    {
        var unknown = left.FirstOrDefault(text => text.StartsWith("--", StringComparison.Ordinal));
        return unknown is null ? left : throw new UsageException($"unknown option {unknown}");
    }
}
