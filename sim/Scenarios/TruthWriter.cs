using System.Buffers;
using System.Text.Json;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Scenarios;

/// <summary>
/// Writes the true plant as JSON lines at 10 Hz: what every check of the demo is judged by. One object per line;
/// numbers in the unit that is their name's last word, positive into the site or the car; <c>did</c> holds what the
/// scenario did since the line before.
/// </summary>
public sealed class TruthWriter : IOracle, IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private readonly Stream into;
    private readonly ArrayBufferWriter<byte> line = new(1024);
    private readonly Utf8JsonWriter json;
    private readonly List<string> did = [];
    private readonly Lock gate = new();
    private TimeSpan nextAt;

    /// <summary>Creates the file, replacing one that is there.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public TruthWriter(string path)
    {
        into = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        json = new Utf8JsonWriter(line, new JsonWriterOptions { SkipValidation = true });
    }

    /// <summary>Lines of the digital wires to be written along; set once.</summary>
    public Func<IEnumerable<(string Name, bool? Level)>>? Levels { get; set; }

    /// <summary>The machine's monotonic clock, written along as <c>mono_ns</c> so that what other processes did can be
    /// set against the truth; null in virtual time. Set once.</summary>
    public Func<TimeSpan>? Clock { get; set; }

    /// <summary>Something happened; it stands in the next line.</summary>
    public void Did(string what)
    {
        lock (gate) did.Add(what);
    }

    /// <inheritdoc/>
    public void See(in Truth truth)
    {
        if (truth.At < nextAt) return;
        nextAt = truth.At + Period;
        line.ResetWrittenCount();
        json.Reset(line);
        json.WriteStartObject();
        json.WriteNumber("t_s"u8, Math.Round(truth.At.TotalSeconds, 3));
        if (Clock is not null) json.WriteNumber("mono_ns"u8, Clock().Ticks * TimeSpan.NanosecondsPerTick);
        json.WriteStartArray("grid_w"u8);
        json.WriteNumberValue(Math.Round(truth.Grid.L1.Value, 1));
        json.WriteNumberValue(Math.Round(truth.Grid.L2.Value, 1));
        json.WriteEndArray();
        json.WriteStartArray("grid_a"u8);
        json.WriteNumberValue(Math.Round(truth.Current.L1.Value, 2));
        json.WriteNumberValue(Math.Round(truth.Current.L2.Value, 2));
        json.WriteEndArray();
        json.WriteNumber("house_w"u8, Math.Round(truth.House.Value, 1));
        json.WriteNumber("pv_w"u8, Math.Round(truth.Pv.Value, 1));
        json.WriteNumber("evse_w"u8, Math.Round(truth.Evse.Value, 1));
        json.WriteNumber("dc_v"u8, Math.Round(truth.DcVoltage.Value, 2));
        json.WriteNumber("dc_a"u8, Math.Round(truth.DcCurrent.Value, 3));
        json.WriteNumber("soc_pct"u8, Math.Round(truth.Soc.Percent, 3));
        json.WriteBoolean("contactor_closed"u8, truth.IsContactorClosed);
        json.WriteBoolean("locked"u8, truth.IsLocked);
        json.WriteNumber("interrupted_a"u8, Math.Round(truth.Interrupted.Value, 2));
        WriteLevels();
        WriteDid();
        json.WriteEndObject();
        json.Flush();
        into.Write(line.WrittenSpan);
        into.WriteByte((byte)'\n');
        // Whoever judges reads along, and a process that is killed must leave what it saw.
        into.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        json.Dispose();
        into.Dispose();
    }

    private void WriteLevels()
    {
        if (Levels is null) return;
        json.WriteStartObject("lines"u8);
        foreach (var (name, level) in Levels())
        {
            if (level is { } known) json.WriteBoolean(name, known); else json.WriteNull(name);
        }
        json.WriteEndObject();
    }

    private void WriteDid()
    {
        lock (gate)
        {
            if (did.Count == 0) return;
            json.WriteStartArray("did"u8);
            foreach (var what in did) json.WriteStringValue(what);
            json.WriteEndArray();
            did.Clear();
        }
    }
}
