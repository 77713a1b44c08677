using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Northbound;

namespace ChargeScape.Edge.Host.Local;

/// <summary>
/// Takes the grid operator's messages on this machine until a gateway for them exists: <c>dso heartbeat</c>,
/// <c>dso consumption|production WATTS|off [SECONDS]</c>, <c>dso status</c>. They can limit and lift a limit of the
/// operator, and nothing else.
/// </summary>
/// <param name="exchange">Where they go.</param>
/// <param name="now">The monotonic clock of the loop.</param>
internal sealed class OperatorDesk(ControlExchange exchange, Func<TimeSpan> now)
{
    private const string Expected =
        "error: expected dso heartbeat, dso consumption|production WATTS|off [SECONDS], or dso status\n";

    private GridOperatorSignal signal;

    /// <summary>A line is for this desk.</summary>
    public static bool IsOperators(string line) => line.StartsWith("dso", StringComparison.Ordinal);

    /// <summary>Does what a line says; the answer is for the peer.</summary>
    public string Answer(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["dso", "status"]:
                return Status();
            case ["dso", "heartbeat"]:
                return Say(signal with { HeartbeatAt = now() });
            case ["dso", "consumption", .. var rest] when Limit(rest) is { } limit:
                return Say(signal with { Consumption = limit });
            case ["dso", "production", .. var rest] when Limit(rest) is { } limit:
                return Say(signal with { Production = limit });
            default:
                return Expected;
        }
    }

    private string Say(in GridOperatorSignal said)
    {
        signal = said;
        exchange.GridOperator.Publish(signal);
        return "taken\n";
    }

    private GridOperatorLimit? Limit(ReadOnlySpan<string> words)
    {
        var at = now();
        if (words is ["off"]) return new(Watts.Zero, false, at, null);
        if (words.Length is < 1 or > 2 || Number(words[0], 1e6) is not { } watts) return null;
        if (words.Length == 1) return new(new(watts), true, at, null);
        return Number(words[1], 86_400) is { } seconds ? new(new(watts), true, at, at + seconds.Seconds) : null;
    }

    private static double? Number(string word, double most) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number >= 0 && number <= most ? number : null;

    private string Status()
    {
        var frame = default(ControlFrame);
        exchange.Frame.TryRead(ref frame);
        ref readonly var memory = ref frame.State.GridOperator;
        return $"heard {(memory.IsHeard ? "yes" : "no")}\n"
            + $"consumption {WireWord<GridOperatorState>.Of(memory.Consumption.State)} {Cap(memory.ConsumptionCap)}\n"
            + $"production {WireWord<GridOperatorState>.Of(memory.Production.State)} {Cap(memory.ProductionCap)}\n";
    }

    private static string Cap(Watts? cap) =>
        cap is { } watts ? string.Create(CultureInfo.InvariantCulture, $"{watts.Value:0} W") : "no limit";
}
