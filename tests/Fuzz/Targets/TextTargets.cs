using System.Text;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Local;
using ChargeScape.Edge.Host.Northbound.Orders;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Serve;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>Lines and files: digital lines, orders, site file, faults, scenarios.</summary>
public static class TextTargets
{
    private static readonly byte[][] json =
    [
        .. new[] { "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "1e400", "\"none\"", "\\ud800", "NaN" }
            .Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] yaml =
    [
        .. new[] { "- ", ": ", "\n  ", "&a ", "*a ", "!!int ", "{", "[", "'", "|\n", "---\n", "? " }
            .Select(Encoding.UTF8.GetBytes),
    ];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("gpio-text", 150_000, GpioSeeds, Gpio) { Longest = 200, Tokens = ["\n"u8.ToArray(), " "u8.ToArray()] },
        new("order", 25_000, OrderSeeds, Orders) { Longest = 2000, Tokens = json },
        new("site-file", 2_500, SiteSeeds, Site) { Longest = 8000, Tokens = json, LeastPerMille = (5, 20) },
        new("fault-line", 120_000, FaultSeeds, Faults) { Longest = 100 },
        new("home-command", 80_000, HomeSeeds, Home) { Longest = 100 },
        new("scenario", 2_500, ScenarioSeeds, Scenario) { Longest = 6000, Tokens = yaml, LeastPerMille = (5, 20) },
    ];

    // Byte 0: size of the pieces, the rest: the stream.
    private static bool Gpio(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return false;
        var text = new GpioText();
        var (piece, levels) = (1 + input[0] % 70, 0);
        for (var rest = input[1..]; !rest.IsEmpty && !text.IsBroken;)
        {
            var bytes = rest[..Math.Min(piece, rest.Length)];
            rest = rest[bytes.Length..];
            while (text.TryTake(ref bytes, out var line))
            {
                Claim.That(line.Length <= GpioText.LongestLine && !line.Contains((byte)'\n'), "not a line");
                for (var words = 0; !line.IsEmpty; words++)
                {
                    var word = GpioText.Word(ref line);
                    Claim.That(!word.Contains((byte)' '), "a word with a blank");
                    if (words == 2 && GpioText.TryLevel(word, out var level))
                    {
                        levels++;
                        Claim.That(GpioText.Letter(level) == word[0], "a level came back as another");
                    }
                }
            }
        }
        return levels > 0;
    }

    private static bool Orders(ReadOnlySpan<byte> input)
    {
        var read = OrderReader.Read(input);
        if (read.Order is not { } order)
        {
            Claim.That(read.Detail.Length > 0, "refused without a reason");
            return false;
        }
        Claim.Within(order.Lower.Value, -1e6, 1e6, "Lower");
        Claim.Within(order.Upper.Value, order.Lower.Value, 1e6, "Upper");
        Claim.Within(order.Seq, 1, 9_007_199_254_740_991, "Seq");
        Claim.Within(order.Priority, 0, 9, "Priority");
        if (order.RampWattsPerSecond is { } ramp) Claim.Within(ramp, double.Epsilon, 1e6, "RampWattsPerSecond");
        if (order.SocFloor is { } floor) Claim.Within(floor.Percent, 0, 100, "SocFloor");
        if (order.TimeToLive is { } life) Claim.Within(life.TotalSeconds, 1, 86_400, "TimeToLive");
        Claim.That(order.Start is null || order.End is null || order.Start < order.End, "ends before it starts");
        Claim.That(Words.IsIssuer(order.Issuer), "an issuer of another form");
        return true;
    }

    private static bool Site(ReadOnlySpan<byte> input)
    {
        var read = SiteFile.Parse(input, "site.json", []);
        Claim.That(read.Site is null != (read.Errors.Count == 0), "a site with errors, or none without");
        foreach (var error in read.Errors)
        {
            var hasPlace = error.Line >= 1 && error.Path.StartsWith('$') && error.Message.Length > 0;
            Claim.That(hasPlace, $"an error without a place: {error}");
        }
        return read.Site is not null;
    }

    private static bool Faults(ReadOnlySpan<byte> input)
    {
        var isRequest = FaultRequest.TryRead(Encoding.UTF8.GetString(input), out _, out var complaint);
        Claim.That(isRequest == complaint is null, "a request with a complaint, or neither");
        return isRequest;
    }

    private static bool Home(ReadOnlySpan<byte> input)
    {
        var command = HomeCommand.Parse(Encoding.UTF8.GetString(input), ["oven", "heat_pump"]);
        Claim.That(command.What is null != command.Complaint is null, "a command with a complaint, or neither");
        return command.What is not null;
    }

    private static bool Scenario(ReadOnlySpan<byte> input)
    {
        var read = ScenarioFile.Parse(Encoding.UTF8.GetString(input), "fuzz.yaml");
        Claim.That(read.Scenario is null != (read.Errors.Count == 0), "a scenario with errors, or none without");
        return read.Scenario is not null;
    }

    private static IReadOnlyList<byte[]> GpioSeeds() =>
    [
        [60, .. "chip bench\nok k 0\nis k 1\ndone k 1\n"u8],
        [3, .. "in estop\nis estop ?\nset k 1\nbusy k\n"u8],
    ];

    private static IReadOnlyList<byte[]> OrderSeeds() =>
    [
        .. Directory.EnumerateFiles(RepositoryRoot.File("edge-host", "contract", "examples"), "order.*.json")
            .Order().Select(File.ReadAllBytes),
    ];

    private static IReadOnlyList<byte[]> SiteSeeds() =>
    [
        .. Directory.EnumerateFiles(RepositoryRoot.File("edge-host", "Host", "sites"), "*.json")
            .Order().Select(File.ReadAllBytes),
    ];

    private static IReadOnlyList<byte[]> FaultSeeds() =>
        ["list"u8.ToArray(), "clear emergency_stop 1"u8.ToArray(), "clear device_fault 4294967295"u8.ToArray()];

    private static IReadOnlyList<byte[]> HomeSeeds() =>
        ["plug in"u8.ToArray(), "oven on"u8.ToArray(), "soc 55"u8.ToArray(), "meter silent"u8.ToArray()];

    private static IReadOnlyList<byte[]> ScenarioSeeds() =>
    [
        .. Directory.EnumerateFiles(RepositoryRoot.File("sim", "scenarios"), "*.yaml")
            .Order().Select(File.ReadAllBytes),
    ];
}
