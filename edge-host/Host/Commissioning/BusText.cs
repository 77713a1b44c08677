using System.Globalization;
using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Host.Commissioning;

/// <summary>
/// A bus in one line, as a person says it: <c>modbus-tcp 192.168.1.20:502</c>, <c>slcan-tcp 192.168.1.30:3333
/// 500000</c>, <c>gpio-socket /run/lines.sock</c>, or any link with its fields: <c>LINK field=value …</c>.
/// </summary>
internal static class BusText
{
    private const int TimeoutMs = 500;

    public const string Expected =
        "modbus-tcp HOST:PORT, slcan-tcp HOST:PORT BITRATE, gpio-socket PATH, or LINK field=value …";

    /// <summary>The bus's entry in a site file; null when the text is none. Whether its values fit is said by the check
    /// of the whole file.</summary>
    public static JsonObject? Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["modbus-tcp", var address] when Address(address) is var (host, port):
                return new() { ["link"] = words[0], ["host"] = host, ["port"] = port, ["timeoutMs"] = TimeoutMs };
            case ["slcan-tcp", var address, var rate]
                when Address(address) is var (host, port) && int.TryParse(rate, out var bitRate):
                return new() { ["link"] = words[0], ["host"] = host, ["port"] = port, ["bitRate"] = bitRate };
            case ["gpio-socket", ['/', ..] path]:
                return new() { ["link"] = words[0], ["path"] = path };
            case [var link, _, ..] when !link.Contains('='):
                return Fields(link, words[1..]);
            default:
                return null;
        }
    }

    private static (string Host, int Port)? Address(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), out var port) && port is > 0 and <= 65_535
            ? (text[..colon].Trim('[', ']'), port)
            : null;
    }

    private static JsonObject? Fields(string link, string[] words)
    {
        var bus = new JsonObject { ["link"] = link };
        foreach (var word in words)
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || bus.ContainsKey(word[..equals])) return null;
            var value = word[(equals + 1)..];
            bus[word[..equals]] = value switch
            {
                "true" => true,
                "false" => false,
                _ when double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                    => number,
                _ => JsonValue.Create(value),
            };
        }
        return bus;
    }
}
