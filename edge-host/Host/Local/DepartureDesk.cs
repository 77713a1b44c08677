using System.Globalization;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Local;

/// <summary>
/// Takes a driver's departure on this machine: <c>departure SOC_PCT MINUTES</c>, <c>departure off</c>,
/// <c>departure</c>. It can only take discharge away.
/// </summary>
/// <param name="exchange">Where it goes.</param>
/// <param name="now">The monotonic clock of the loop.</param>
internal sealed class DepartureDesk(ControlExchange exchange, Func<TimeSpan> now)
{
    private const double MostMinutes = 7 * 24 * 60;

    /// <summary>A line is for this desk.</summary>
    public static bool IsDeparture(string line) => line.StartsWith("departure", StringComparison.Ordinal);

    /// <summary>Does what a line says; the answer is for the peer.</summary>
    public string Answer(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["departure"]:
                return Status();
            case ["departure", "off"]:
                exchange.Departure.Publish(new(now(), new(0)));
                return "taken\n";
            case ["departure", var soc, var minutes]
                when Number(soc, 100) is { } percent && Number(minutes, MostMinutes) is { } length:
                exchange.Departure.Publish(new(now() + TimeSpan.FromMinutes(length), new(percent)));
                return "taken\n";
            default:
                return "error: expected departure SOC_PCT MINUTES, or departure off\n";
        }
    }

    private static double? Number(string word, double most) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && number > 0 && number <= most ? number : null;

    private string Status()
    {
        var frame = default(ControlFrame);
        exchange.Frame.TryRead(ref frame);
        if (frame.State.Departure.Wish is not { } wish) return "none\n";
        var left = (wish.At - frame.State.At).TotalMinutes;
        var may = frame.State.Departure.IsBinding ? "no" : "yes";
        return string.Create(
            CultureInfo.InvariantCulture, $"{wish.Needed.Percent:0.#} % in {left:0} min, discharge {may}\n");
    }
}
