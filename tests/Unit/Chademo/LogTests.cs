using System.Globalization;
using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

public class LogTests
{
    private static (ChademoLogSummary Summary, List<JsonElement> Lines) Print(string log)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var summary = ChademoLog.Print(new StringReader(log), output);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return (summary, [.. lines.Select(line => JsonDocument.Parse(line).RootElement)]);
    }

    /// <summary>The first time of each value that a field takes in a row.</summary>
    private static List<(double At, string Value)> Changes(List<JsonElement> lines, string field)
    {
        var changes = new List<(double, string)>();
        foreach (var line in lines)
        {
            var value = line.GetProperty(field).ToString();
            if (changes.Count != 0 && changes[^1].Item2 == value) continue;
            changes.Add((line.GetProperty("t").GetDouble(), value));
        }
        return changes;
    }

    [Fact]
    public void The_real_session_is_told_at_its_annotated_times()
    {
        var (summary, lines) = Print(File.ReadAllText(Recording.Leaf24));

        Assert.Equal((4072, 0), (summary.Frames, summary.Errors));
        Assert.Equal(
            [
                (0.0, "waking"), (0.019827, "exchanging"), (3.924133, "locking"), (12.664436, "insulating"),
                (15.664292, "bleeding"), (15.867552, "closing"), (17.564111, "requesting"), (19.564003, "transferring"),
                (46.762133, "ramping_down"), (46.962035, "awaiting_open"), (49.870431, "releasing"),
                (50.561855, "idle"),
            ], Changes(lines, "state"));
        Assert.Equal([(0.0, ""), (3.924133, "73"), (50.561855, "")], Changes(lines, "soc"));
        Assert.Equal([(0.0, "False"), (3.924133, "True"), (46.967475, "False")], Changes(lines, "permitted"));
        Assert.Equal([(0.0, "False"), (12.664436, "True"), (50.561855, "False")], Changes(lines, "locked"));
        Assert.Equal([(0.0, "False"), (17.337679, "True"), (49.870431, "False")], Changes(lines, "contactorClosed"));
        Assert.Equal([(0.0, "0"), (0.065225, "15"), (19.563723, "0"), (24.263347, "15")], Changes(lines, "availableA"));
        Assert.All(lines, line => Assert.Equal(0, line.GetProperty("faults").GetArrayLength()));
        Assert.All(lines, line => Assert.Equal("derived", line.GetProperty("permission").GetString()));
        Assert.Contains("102.5.0", lines[0].GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_and_the_discharge_allowance_are_told_step_by_step()
    {
        var (_, lines) = Print(File.ReadAllText(Recording.Leaf24));

        var requests = Changes(lines, "requestA");
        Assert.Equal((19.039504, "2"), requests[1]);
        Assert.Equal((24.945403, "14"), requests[^2]);
        Assert.Equal((46.967475, "0"), requests[^1]);
        Assert.Equal((20.150567, "15"), Changes(lines, "dischargeAllowedA")[^2]);
    }

    [Fact]
    public void Absolute_time_stamps_count_from_the_first_frame()
    {
        var (_, lines) = Print(
            "(1700000000.500000) can0 100#00000000B3016400\n(1700000002.000000) can0 102#029A010000C90300 R\n");

        Assert.Equal(1_700_000_000.5m, lines[0].GetProperty("startedAt").GetDecimal());
        Assert.Equal(1.5, lines[^1].GetProperty("t").GetDouble());
    }

    [Theory]
    [InlineData("nonsense", "no time stamp")]
    [InlineData("(x) can0 102#00", "no time stamp")]
    [InlineData("(-1) can0 102#00", "no time stamp")]
    [InlineData("(1e9) can0 102#00", "no time stamp")]
    [InlineData("(99999999999999999999) can0 102#00", "no time stamp")]
    [InlineData("(1.0)", "no interface")]
    [InlineData("(1.0) can0", "no frame")]
    [InlineData("(1.0) can0 102", "no frame")]
    [InlineData("(1.0) can0 1022#00", "3 or 8")]
    [InlineData("(1.0) can0 1G2#00", "not hexadecimal")]
    [InlineData("(1.0) can0 FFF#00", "at most 7FF")]
    [InlineData("(1.0) can0 102#000", "0 to 8 bytes")]
    [InlineData("(1.0) can0 102#001122334455667788", "0 to 8 bytes")]
    [InlineData("(1.0) can0 102#0G", "not hexadecimal")]
    public void A_bad_line_is_told_with_its_number_and_skipped(string bad, string why)
    {
        var (summary, lines) = Print($"(0.5) can0 100#00000000B3016400\n\n{bad}\n(2.0) can0 102#029A010000C80300\n");

        Assert.Equal((2, 1), (summary.Frames, summary.Errors));
        var error = Assert.Single(lines, line => line.TryGetProperty("error", out _));
        Assert.Equal(3, error.GetProperty("line").GetInt32());
        Assert.Contains(why, error.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Time_that_goes_back_is_an_error()
    {
        var (summary, _) = Print("(2.0) can0 100#00000000B3016400\n(1.0) can0 100#00000000B3016400\n");

        Assert.Equal((1, 1), (summary.Frames, summary.Errors));
    }

    [Fact]
    public void Other_frames_blank_lines_and_comments_are_skipped_in_silence()
    {
        var (summary, _) = Print(
            "# note\n\n(1.0) can0 102##1001122\n(1.1) can0 102#R8\n(1.2) can0 20000080#0000000000000000\n\r\n");

        Assert.Equal(new ChademoLogSummary(0, 0, 0), summary);
    }

    [Fact]
    public void Endless_lines_and_random_text_never_throw_and_printed_errors_are_bounded()
    {
        var random = new Random(11);
        var text = new StringBuilder(new string('x', 100_000)).Append('\n');
        const string letters = "(0123456789.) can#ABCDEF\t\nR";
        for (var i = 0; i < 200_000; i++) text.Append(letters[random.Next(letters.Length)]);

        var (summary, lines) = Print(text.ToString());

        Assert.True(summary.Errors > 1_000);
        Assert.InRange(lines.Count, 100, 200);
    }

    // Sessions rebuilt from descriptions of recordings that we do not have (protocol notes, c.7).

    private static SessionPhase Observe(params (double At, uint Id, string Bytes)[] frames)
    {
        var observer = new ChademoObserver();
        foreach (var (at, id, bytes) in frames)
            observer.Take(new CanFrame(id, Convert.FromHexString(bytes)), at.Seconds);
        return observer.Seen.Phase;
    }

    private const string Limits = "00000000B3016400", Capacity = "0000000000F00000";
    private const string Asking = "029A010500C94900", Allowing = "029A010000C94900", Silent = "029A010000C84900";

    private static string Status(byte flags) => $"0200000000{flags:X2}FFFF";

    [Fact]
    public void A_charger_that_never_answers_leaves_the_session_at_the_exchange() =>
        Assert.Equal(SessionPhase.Exchanging, Observe(
            (0, 0x100, Limits), (0.01, 0x101, Capacity), (0.02, 0x102, Silent), (0.9, 0x102, Silent)));

    [Fact]
    public void A_charger_that_drops_the_lock_without_a_fault_bit_has_given_up() =>
        Assert.Equal(SessionPhase.Idle, Observe(
            (0, 0x100, Limits), (0.01, 0x101, Capacity), (0.02, 0x102, Asking), (0.03, 0x109, Status(0x20)),
            (0.5, 0x102, Asking), (0.6, 0x109, Status(0x24)), (0.7, 0x102, Asking), (0.8, 0x109, Status(0x20)),
            (0.9, 0x102, Asking), (1.0, 0x109, Status(0x20)), (1.1, 0x102, Asking)));

    [Fact]
    public void A_malfunction_before_flow_ends_faulted_after_the_unlock() =>
        Assert.Equal(SessionPhase.Faulted, Observe(
            (0, 0x100, Limits), (0.01, 0x101, Capacity), (0.02, 0x102, Allowing), (0.03, 0x109, Status(0x24)),
            (0.1, 0x102, Allowing), (0.2, 0x109, Status(0x26)), (0.3, 0x102, Silent), (0.4, 0x109, Status(0x22)),
            (0.5, 0x109, Status(0x20))));
}
