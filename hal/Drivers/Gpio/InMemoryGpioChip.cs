using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>
/// Simulated digital lines by name, and who drives each. A line has at most one driver and any number of readers; one
/// that nobody drives is pulled inactive. Deterministic, allocates nothing per change. Any thread.
/// </summary>
public sealed class InMemoryGpioChip
{
    /// <summary>Longest name of a line.</summary>
    public const int LongestName = 32;

    private readonly Line[] lines;
    private readonly List<ILineObserver> observers = [];

    /// <summary>A chip whose lines are all undriven.</summary>
    /// <param name="name">Stands in every error message.</param>
    /// <param name="lines">
    /// Names of 1…<see cref="LongestName"/> characters from a–z, A–Z, 0–9, '-', '_', '.' and '/'.
    /// </param>
    /// <exception cref="ArgumentException">A name is not of that form, or is there twice.</exception>
    public InMemoryGpioChip(string name, params ReadOnlySpan<string> lines)
    {
        RequireName(name);
        Name = name;
        this.lines = new Line[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            RequireName(lines[i]);
            if (Find(lines[i]) >= 0) throw new ArgumentException($"line '{lines[i]}' is there twice", nameof(lines));
            this.lines[i].Name = lines[i];
        }
    }

    /// <summary>Name of the chip.</summary>
    public string Name { get; }

    /// <summary>Number of lines.</summary>
    public int Count => lines.Length;

    /// <summary>Joins the chip as one more process that reads and drives its lines.</summary>
    /// <param name="signalOnChange">
    /// Signalled, from any thread, whenever a line has changed; null in virtual time.
    /// </param>
    public InMemoryGpio Attach(Waker? signalOnChange = null) => new(this, signalOnChange);

    /// <summary>The level that every reader sees; null when the line cannot be read.</summary>
    /// <exception cref="GpioException">The line does not exist.</exception>
    public bool? Level(string line)
    {
        var index = Require(line);
        lock (Sync) return lines[index].Level;
    }

    /// <summary>Breaks or repairs a line.</summary>
    /// <exception cref="GpioException">The line does not exist.</exception>
    public void SetFault(string line, LineFault fault)
    {
        var index = Require(line);
        lock (Sync)
        {
            lines[index].Fault = fault;
            Tell(index);
        }
    }

    internal Lock Sync { get; } = new();

    /// <summary>Index of a line, or −1.</summary>
    internal int Find(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (line.SequenceEqual(lines[i].Name)) return i;
        }
        return -1;
    }

    internal int Require(string line)
    {
        var index = Find(line);
        return index >= 0 ? index : throw GpioErrors.NoSuchLine(Name, line);
    }

    internal string NameOf(int index) => lines[index].Name;

    // Whatever two bytes that change independently say was the level at some moment, so a reader needs no lock.
    internal bool? LevelOf(int index) => lines[index].Level;

    /// <summary>
    /// Makes <paramref name="owner"/> the one driver of a line, which becomes inactive; false when it has another.
    /// </summary>
    internal bool TryClaim(int index, object owner)
    {
        lock (Sync)
        {
            if (lines[index].Driver is not null) return false;
            lines[index].Driver = owner;
            return true;
        }
    }

    /// <summary>
    /// Drives a line; false when <paramref name="owner"/> is not its driver or the line does not obey.
    /// </summary>
    internal bool TryDrive(int index, object owner, bool isActive)
    {
        lock (Sync)
        {
            ref var line = ref lines[index];
            if (line.Driver != owner || line.Fault == LineFault.Unreadable) return false;
            if (line.IsDrivenActive == isActive) return true;
            line.IsDrivenActive = isActive;
            Tell(index);
            return true;
        }
    }

    /// <summary>
    /// What a dead process leaves behind: every line that <paramref name="owner"/> drove is free and inactive.
    /// </summary>
    internal void Release(object owner)
    {
        lock (Sync)
        {
            for (var i = 0; i < lines.Length; i++)
            {
                if (lines[i].Driver != owner) continue;
                lines[i].Driver = null;
                if (!lines[i].IsDrivenActive) continue;
                lines[i].IsDrivenActive = false;
                Tell(i);
            }
        }
    }

    internal void Watch(ILineObserver observer)
    {
        lock (Sync) observers.Add(observer);
    }

    internal void Unwatch(ILineObserver observer)
    {
        lock (Sync) observers.Remove(observer);
    }

    private void Tell(int index)
    {
        foreach (var observer in observers) observer.LineChanged(index, lines[index].Level);
    }

    /// <summary>A name that the line protocol can carry.</summary>
    internal static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or '/')) return false;
        }
        return name.Length is > 0 and <= LongestName;
    }

    private static void RequireName(string name)
    {
        if (!IsName(name)) throw new ArgumentException($"'{name}' is no name for a chip or a line", nameof(name));
    }

    private struct Line
    {
        public string Name;
        public object? Driver;
        public volatile bool IsDrivenActive;
        public volatile LineFault Fault;

        public readonly bool? Level => Fault switch
        {
            LineFault.StuckActive => true,
            LineFault.StuckInactive => false,
            LineFault.Unreadable => null,
            _ => IsDrivenActive,
        };
    }
}
