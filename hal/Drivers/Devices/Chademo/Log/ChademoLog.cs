using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>What became of a log.</summary>
/// <param name="Frames">Data frames read.</param>
/// <param name="Changes">Lines printed for a change.</param>
/// <param name="Errors">Lines that were none of such a log; each was printed with its number.</param>
public readonly record struct ChademoLogSummary(int Frames, int Changes, int Errors);

/// <summary>
/// Prints a <c>candump -L</c> log of a CHAdeMO session as one JSON line per change, as <see cref="ChademoObserver"/>
/// sees it.
/// </summary>
public static class ChademoLog
{
    private const int MostErrorsPrinted = 100;
    private const string Note =
        "permission is derived from 102.5.0: the analogue line k/j is not in a CAN log; t counts from the first frame";

    /// <summary>Reads to the end. Bad lines are printed as <c>{"line":n,"error":"…"}</c> and skipped.</summary>
    public static ChademoLogSummary Print(TextReader log, TextWriter output)
    {
        var reader = new CandumpReader(log);
        var observer = new ChademoObserver();
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        TimeSpan? start = null;
        int frames = 0, changes = 0, errors = 0;
        for (CandumpLine line; (line = reader.Next()) != CandumpLine.End;)
        {
            if (line == CandumpLine.Bad && errors++ < MostErrorsPrinted) PrintError(reader, json);
            if (line == CandumpLine.Frame)
            {
                frames++;
                var isFirst = start is null;
                start ??= reader.At;
                // The first frame always makes a line: it carries the note.
                if (!observer.Take(reader.Frame, reader.At) && !isFirst) continue;
                changes++;
                PrintChange(observer, reader.At - start.Value, isFirst ? start : null, json);
            }
            Flush(json, buffer, output);
        }
        return new(frames, changes, errors);
    }

    private static void Flush(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer, TextWriter output)
    {
        json.Flush();
        if (buffer.WrittenCount == 0) return;
        output.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
        buffer.ResetWrittenCount();
        json.Reset();
    }

    private static void PrintError(CandumpReader reader, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("line", reader.LineNumber);
        json.WriteString("error", reader.Error);
        json.WriteEndObject();
    }

    private static void PrintChange(ChademoObserver observer, TimeSpan at, TimeSpan? start, Utf8JsonWriter json)
    {
        var seen = observer.Seen;
        json.WriteStartObject();
        json.WriteNumber("t", (decimal)at.Ticks / TimeSpan.TicksPerSecond);
        json.WriteString("state", NameOf(seen.Phase));
        if (seen.Soc is { } soc) json.WriteNumber("soc", Math.Round(soc.Percent, 1));
        else json.WriteNull("soc");
        json.WriteBoolean("permitted", seen.IsPermitted);
        json.WriteString("permission", "derived");
        json.WriteBoolean("locked", seen.IsLocked);
        json.WriteBoolean("contactorClosed", seen.IsContactorClosed);
        json.WriteBoolean("charging", (seen.Charger & ChargerState.Charging) != 0);
        json.WriteBoolean("stopControl", (seen.Charger & ChargerState.StopControl) != 0);
        json.WriteNumber("requestA", seen.Requested.Value);
        json.WriteNumber("availableA", seen.Available.Value);
        json.WriteNumber("dischargeAllowedA", seen.DischargeAllowed.Value);
        json.WriteNumber("dischargeAvailableA", seen.DischargeAvailable.Value);
        json.WriteNumber("voltageV", observer.Voltage.Value);
        json.WriteNumber("currentA", observer.Current.Value);
        json.WriteStartArray("faults");
        for (var bit = 1u; bit != 0 && bit <= (uint)EvseFaults.Line; bit <<= 1)
        {
            if (((uint)seen.Faults & bit) == 0) continue;
            json.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName($"{(EvseFaults)bit}"));
        }
        json.WriteEndArray();
        if (start is { } first)
        {
            json.WriteNumber("startedAt", (decimal)first.Ticks / TimeSpan.TicksPerSecond);
            json.WriteString("note", Note);
        }
        json.WriteEndObject();
    }

    private static string NameOf(SessionPhase phase) => phase switch
    {
        SessionPhase.Idle => "idle",
        SessionPhase.Waking => "waking",
        SessionPhase.Exchanging => "exchanging",
        SessionPhase.Locking => "locking",
        SessionPhase.Insulating => "insulating",
        SessionPhase.Bleeding => "bleeding",
        SessionPhase.Closing => "closing",
        SessionPhase.Requesting => "requesting",
        SessionPhase.Transferring => "transferring",
        SessionPhase.RampingDown => "ramping_down",
        SessionPhase.AwaitingOpen => "awaiting_open",
        SessionPhase.Interrupting => "interrupting",
        SessionPhase.Releasing => "releasing",
        SessionPhase.Unlocking => "unlocking",
        _ => "faulted",
    };
}
