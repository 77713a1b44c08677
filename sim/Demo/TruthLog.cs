using System.Text.Json;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>One line of the truth: the plant at a moment. Positive = into the site or the car.</summary>
/// <param name="At">The plant's time.</param>
/// <param name="Monotonic">The machine's monotonic clock.</param>
/// <param name="L1">Active power of leg 1 at the service entrance, W.</param>
/// <param name="L2">Active power of leg 2, W.</param>
/// <param name="MostAmperes">The larger current of both legs, RMS.</param>
/// <param name="House">House without PV and EVSE, W.</param>
/// <param name="Pv">PV, W; generation negative.</param>
/// <param name="Evse">AC at the EVSE, W.</param>
/// <param name="DcVolts">At the outlet.</param>
/// <param name="DcAmperes">Into the car.</param>
/// <param name="Soc">True state of charge, %.</param>
/// <param name="IsClosed">The car's contactor is closed.</param>
/// <param name="ActiveLines">Names of the digital lines that are active.</param>
/// <param name="Did">What was done to the home since the line before.</param>
internal sealed record TruthLine(
    TimeSpan At, TimeSpan Monotonic, double L1, double L2, double MostAmperes, double House, double Pv, double Evse,
    double DcVolts, double DcAmperes, double Soc, bool IsClosed, IReadOnlyList<string> ActiveLines,
    IReadOnlyList<string> Did)
{
    /// <summary>Both legs.</summary>
    public double Grid => L1 + L2;

    /// <summary>Reads a line of the file.</summary>
    public static TruthLine Parse(ReadOnlyMemory<byte> line)
    {
        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        double Of(string name) => root.GetProperty(name).GetDouble();
        var (grid, amperes) = (root.GetProperty("grid_w"), root.GetProperty("grid_a"));
        return new(
            TimeSpan.FromSeconds(Of("t_s")), new(root.GetProperty("mono_ns").GetInt64() / TimeSpan.NanosecondsPerTick),
            grid[0].GetDouble(), grid[1].GetDouble(), Math.Max(amperes[0].GetDouble(), amperes[1].GetDouble()),
            Of("house_w"), Of("pv_w"), Of("evse_w"), Of("dc_v"), Of("dc_a"), Of("soc_pct"),
            root.GetProperty("contactor_closed").GetBoolean(),
            [.. root.GetProperty("lines").EnumerateObject().Where(line => line.Value.ValueKind == JsonValueKind.True)
                .Select(line => line.Name)],
            root.TryGetProperty("did", out var did) ? [.. did.EnumerateArray().Select(what => what.GetString()!)] : []);
    }
}

/// <summary>
/// The simulator's truth file, read along as it grows. Every check is judged by what stands in it and by nothing else.
/// </summary>
internal sealed class TruthLog : IDisposable
{
    private readonly FileStream file;
    private readonly List<TruthLine> lines = [];
    private readonly byte[] part = new byte[64 * 1024];
    private int held;

    /// <summary>Opens the file.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    public TruthLog(string path) => file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    /// <summary>All of it so far.</summary>
    public IReadOnlyList<TruthLine> Lines => lines;

    /// <summary>The newest line; null when there is none yet.</summary>
    public TruthLine? Newest => lines.Count == 0 ? null : lines[^1];

    /// <summary>Takes in what has been written since.</summary>
    public void Follow()
    {
        int got;
        while ((got = file.Read(part, held, part.Length - held)) > 0)
        {
            var end = held + got;
            var next = 0;
            for (int length; (length = part.AsSpan(next, end - next).IndexOf((byte)'\n')) >= 0; next += length + 1)
                lines.Add(TruthLine.Parse(part.AsMemory(next, length)));
            part.AsSpan(next, end - next).CopyTo(part);
            held = end - next;
        }
    }

    /// <summary>
    /// The last moment before something was done to the home (for the last time): it was done within a tenth of a
    /// second after it. Null when it never was.
    /// </summary>
    public TimeSpan? Before(string did)
    {
        var at = lines.FindLastIndex(line => line.Did.Contains(did));
        return at < 0 ? null : lines[Math.Max(0, at - 1)].At;
    }

    /// <summary>The plant's time at a moment of the machine's clock: that of the first line written after it.</summary>
    public TimeSpan At(TimeSpan monotonic) =>
        lines.Find(line => line.Monotonic >= monotonic)?.At ?? Newest?.At ?? TimeSpan.Zero;

    /// <summary>The lines of a window of the plant's time, both ends included.</summary>
    public IReadOnlyList<TruthLine> Between(TimeSpan from, TimeSpan until) =>
        [.. lines.Where(line => line.At >= from && line.At <= until)];

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
