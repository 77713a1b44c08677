using System.Net;
using System.Net.Sockets;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>A TCP port that may have a Modbus device behind it.</summary>
/// <param name="Host">Address or name.</param>
/// <param name="Port">TCP port.</param>
internal sealed record ScanTarget(string Host, int Port);

/// <summary>
/// What a person gives as the range of a scan: <c>192.168.1.0/24</c>, <c>192.168.1.10-20</c>, <c>meter.local</c>,
/// <c>10.0.0.5:1502</c>, several with commas. Bounded, so that a slip of a finger is not a scan of the internet.
/// </summary>
internal static class ScanRange
{
    /// <summary>Most targets of one scan.</summary>
    public const int MostTargets = 65_536;

    private const int ShortestPrefix = 16;

    /// <summary>The targets in the order given; null with what is wrong.</summary>
    public static IReadOnlyList<ScanTarget>? Parse(string text, IReadOnlyList<int> ports, out string error)
    {
        var targets = new List<ScanTarget>();
        error = "";
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            error = Add(part, ports, targets) ?? "";
            if (error.Length == 0 && targets.Count > MostTargets) error = $"more than {MostTargets} targets";
            if (error.Length > 0) return null;
        }
        if (targets.Count == 0) error = "no host in it";
        return targets.Count == 0 ? null : targets.Distinct().ToList();
    }

    /// <summary>Whole numbers and ranges, <c>1,3,71-73</c>; null when they are none.</summary>
    public static IReadOnlyList<int>? Numbers(string text, int min, int max)
    {
        var numbers = new SortedSet<int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (ends.Length > 2 || !int.TryParse(ends[0], out var first) || !int.TryParse(ends[^1], out var last))
                return null;
            if (first < min || last > max || first > last) return null;
            for (var number = first; number <= last; number++) numbers.Add(number);
        }
        return numbers.Count == 0 ? null : [.. numbers];
    }

    private static string? Add(string part, IReadOnlyList<int> ports, List<ScanTarget> targets)
    {
        if (part.Contains('/')) return AddNetwork(part, ports, targets);
        if (AddOctets(part, ports, targets)) return null;
        if (IPAddress.TryParse(part.Trim('[', ']'), out _) || !part.Contains(':'))
        {
            var isAlmostAddress = part.All(c => char.IsAsciiDigit(c) || c == '.') && part.Contains('.');
            if (!Words.IsHost(part) || (isAlmostAddress && !IPAddress.TryParse(part, out _)))
                return $"'{part}' is no host";
            targets.AddRange(ports.Select(port => new ScanTarget(part.Trim('[', ']'), port)));
            return null;
        }
        var colon = part.LastIndexOf(':');
        var isPort = int.TryParse(part.AsSpan(colon + 1), out var own) && own is > 0 and <= 65_535;
        if (colon == 0 || !isPort || !Words.IsHost(part[..colon])) return $"'{part}': expected HOST:PORT";
        targets.Add(new(part[..colon].Trim('[', ']'), own));
        return null;
    }

    private static string? AddNetwork(string part, IReadOnlyList<int> ports, List<ScanTarget> targets)
    {
        var slash = part.IndexOf('/');
        if (!IPAddress.TryParse(part[..slash], out var address) || address.AddressFamily != AddressFamily.InterNetwork
            || !int.TryParse(part.AsSpan(slash + 1), out var prefix) || prefix is < ShortestPrefix or > 32)
        {
            return $"'{part}': expected an IPv4 network with a prefix from {ShortestPrefix} to 32, "
                + "such as 192.168.1.0/24";
        }
        var size = 1L << (32 - prefix);
        var first = Number(address) & ~(uint)(size - 1);
        // The network's own and its broadcast address are no hosts.
        var (from, to) = prefix >= 31 ? (0L, size) : (1L, size - 1);
        for (var i = from; i < to; i++)
            targets.AddRange(ports.Select(port => new ScanTarget(Text(first + (uint)i), port)));
        return null;
    }

    // 192.168.1.10-20
    private static bool AddOctets(string part, IReadOnlyList<int> ports, List<ScanTarget> targets)
    {
        var dash = part.LastIndexOf('-');
        if (dash < 0 || !IPAddress.TryParse(part[..dash], out var address)
            || address.AddressFamily != AddressFamily.InterNetwork
            || !byte.TryParse(part.AsSpan(dash + 1), out var last)) return false;
        var first = Number(address);
        for (var octet = first & 0xFF; octet <= last; octet++)
            targets.AddRange(ports.Select(port => new ScanTarget(Text((first & ~0xFFu) | octet), port)));
        return true;
    }

    private static uint Number(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        return (uint)(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
    }

    private static string Text(uint address) =>
        $"{address >> 24}.{address >> 16 & 0xFF}.{address >> 8 & 0xFF}.{address & 0xFF}";
}
