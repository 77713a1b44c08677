using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>Counts how often each limit bound a side and each trip tripped, so that a rule nobody reached is
/// seen.</summary>
internal sealed class Coverage
{
    private readonly long[] charge = new long[Enum.GetValues<LimitId>().Length];
    private readonly long[] discharge = new long[Enum.GetValues<LimitId>().Length];
    private readonly long[] kept = new long[Enum.GetValues<LimitId>().Length];
    private readonly long[] tripped = new long[Enum.GetValues<TripId>().Length];
    private readonly long[] modes = new long[Enum.GetValues<ModeKind>().Length];
    private long steps;

    public void Count(in ControlState before, in ControlState after)
    {
        steps++;
        charge[(int)after.Allowed.Charge.By]++;
        discharge[(int)after.Allowed.Discharge.By]++;
        kept[(int)after.BoundBy]++;
        modes[(int)after.Mode]++;
        for (var id = TripId.PowerUp; id <= TripMemory.Last; id++)
            if (after.Trips[id].Occurrence != before.Trips[id].Occurrence && after.Trips[id].IsTripped)
                tripped[(int)id]++;
    }

    // Its homes have no transfer switch; IslandProperties have one.
    private static readonly string[] OfIslands =
    [
        $"limit {LimitId.TransferSwitch}", $"trip {TripId.IslandNotIsolated}", $"trip {TripId.IslandOverload}",
        $"mode {ModeKind.Islanding}",
    ];

    public IReadOnlyList<string> Unreached => [.. All.Except(OfIslands)];

    private IReadOnlyList<string> All =>
    [
        .. Enum.GetValues<LimitId>()
            .Where(id => id != LimitId.None && (charge[(int)id] + discharge[(int)id] == 0 || kept[(int)id] == 0))
            .Select(id => $"limit {id}"),
        .. Enum.GetValues<TripId>().Where(id => id != TripId.None && tripped[(int)id] == 0).Select(id => $"trip {id}"),
        .. Enum.GetValues<ModeKind>().Where(mode => modes[(int)mode] == 0).Select(mode => $"mode {mode}"),
    ];

    public void Print(ITestOutputHelper output)
    {
        List<string> lines = [$"{steps} steps",
            "limit: sets the charge side, the discharge side, keeps the wanted power from being done"];
        foreach (var id in Enum.GetValues<LimitId>())
            lines.Add($"  {id,-18}{charge[(int)id],12}{discharge[(int)id],12}{kept[(int)id],12}");
        lines.Add("trip: times tripped");
        foreach (var id in Enum.GetValues<TripId>())
            if (id != TripId.None) lines.Add($"  {id,-18}{tripped[(int)id],12}");
        lines.Add("mode: steps in it");
        foreach (var mode in Enum.GetValues<ModeKind>()) lines.Add($"  {mode,-14}{modes[(int)mode],12}");
        foreach (var line in lines) output.WriteLine(line);
        var folder = Directory.CreateDirectory(RepositoryRoot.File("artifacts"));
        File.WriteAllLines(Path.Combine(folder.FullName, "control-coverage.txt"), lines);
    }
}
