using System.CommandLine;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Host.Northbound.Orders;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>order</c>: builds, sends and follows one order over MQTT: the tool of a bench or of an
/// integrator.</summary>
internal static class OrderVerbs
{
    private const int LongestWaitS = 3600;

    private static readonly Option<string> broker = new("--broker")
    {
        Description = "Broker", HelpName = "HOST:PORT", DefaultValueFactory = _ => "127.0.0.1:1883", Recursive = true,
    };
    private static readonly Option<string> siteId = new("--site-id")
    {
        Description = "Site in the topics",
        HelpName = "ID",
        Required = true,
        Recursive = true,
    };
    private static readonly Option<string> issuer = new("--issuer")
    {
        Description = "Source of sequence numbers", DefaultValueFactory = _ => "edge-order", Recursive = true,
    };
    private static readonly Option<long?> seq = new("--seq")
    {
        Description = "Sequence number; the time in ms by default",
        Recursive = true,
    };
    private static readonly Option<Guid?> id = new("--id")
    {
        Description = "Id of the order; a new one by default",
        Recursive = true,
    };
    private static readonly Option<bool> json = new("--json")
    {
        Description = "Print the messages as they are",
        Recursive = true,
    };
    private static readonly Option<bool> noFollow = new("--no-follow")
    {
        Description = "End with the first answer",
        Recursive = true,
    };
    private static readonly Option<double> wait = new("--wait")
    {
        Description = "Longest wait for the first answer, in seconds",
        HelpName = "S",
        DefaultValueFactory = _ => 5,
        Recursive = true,
    };
    private static readonly Option<int?> ttl = new("--for")
    {
        Description = "Life from receipt, in seconds; this or --end",
        HelpName = "S",
    };
    private static readonly Option<string?> start = new("--start")
    {
        Description = "Start in UTC, 2026-07-14T21:05:00Z",
        HelpName = "TIME",
    };
    private static readonly Option<string?> end = new("--end")
    {
        Description = "End in UTC, in place of --for",
        HelpName = "TIME",
    };
    private static readonly Option<int?> priority = new("--priority")
    {
        Description = "0 highest … 9; 5 by default",
        HelpName = "N",
    };
    private static readonly Option<double?> ramp = new("--ramp")
    {
        Description = "Growth in W/s, if slower than the site's",
        HelpName = "W_PER_S",
    };
    private static readonly Option<string?> onExpire = new("--on-expire")
    {
        Description = "What follows: zero, floor, local or plan",
        HelpName = "WORD",
    };
    private static readonly Option<double?> floor = new("--soc-floor")
    {
        Description = "No discharge at or below, in per cent",
        HelpName = "PCT",
    };

    public static Command Make()
    {
        var power = new Argument<double>("WATTS") { Description = "Power at the EVSE, positive = charge" };
        var lower = new Argument<double>("LOWER") { Description = "Lower edge in W" };
        var upper = new Argument<double>("UPPER") { Description = "Upper edge in W" };
        var cancels = new Argument<Guid>("ORDER") { Description = "Id of the order to end" };
        var setpoint = new Command("setpoint", "Order a power.")
        {
            power, ttl, start, end, priority, ramp, onExpire, floor,
        };
        var envelope = new Command("envelope", "Order a band of powers.")
        {
            lower, upper, ttl, start, end, priority, ramp, onExpire, floor,
        };
        var idle = new Command("idle", "Order no power.") { ttl, start, end, priority, onExpire };
        var cancel = new Command("cancel", "End an order.") { cancels };
        setpoint.SetAction((parsed, stop) => Send(parsed, "setpoint", stop, ("p_evse_w", parsed.GetValue(power))));
        envelope.SetAction((parsed, stop) => Send(
            parsed, "envelope", stop, ("lower_w", parsed.GetValue(lower)), ("upper_w", parsed.GetValue(upper))));
        idle.SetAction((parsed, stop) => Send(parsed, "idle", stop));
        cancel.SetAction((parsed, stop) => Send(parsed, "cancel", stop, ("cancels", parsed.GetValue(cancels))));

        var verb = new Command(
            "order",
            "Build, send and follow one order over MQTT, to its end or with --no-follow to its first answer.\n"
            + "Exit codes: 0 received (--no-follow, cancel) or carried to its end, 1 superseded, cancelled or expired "
            + "on the way, 2 arguments, 3 rejected, 4 no answer.")
        {
            setpoint, envelope, idle, cancel,
        };
        foreach (var option in new Option[] { broker, siteId, issuer, seq, id, json, noFollow, wait }) verb.Add(option);
        return verb;
    }

    private static Task<int> Send(
        ParseResult parsed, string kind, CancellationToken stop, params (string, object?)[] what)
    {
        if (Address(parsed.GetRequiredValue(broker)) is not { } address) return Wrong("--broker: expected HOST:PORT");
        if (!Words.IsId(parsed.GetRequiredValue(siteId))) return Wrong($"--site-id: expected {Words.IdExpected}");
        if (kind != "cancel" && parsed.GetValue(ttl) is null == parsed.GetValue(end) is null)
            return Wrong("give exactly one of --for and --end");
        foreach (var time in new[] { start, end })
            if (parsed.GetValue(time) is { } text && !JsonTimes.TryParse(text, out _))
                return Wrong(
                    $"{time.Name}: expected a time in UTC such as {JsonTimes.Text(DateTimeOffset.UtcNow)}, "
                    + $"found '{text}'");
        // What JSON cannot carry cannot be sent; a finite number out of range is the controller's to refuse.
        double?[] numbers =
            [parsed.GetValue(ramp), parsed.GetValue(floor), .. what.Select(field => field.Item2 as double?)];
        if (numbers.Any(number => number is { } value && !double.IsFinite(value)))
            return Wrong("expected finite numbers");
        var patience = parsed.GetValue(wait);
        if (patience is not (> 0 and <= LongestWaitS))
            return Wrong($"--wait: expected more than 0 and at most {LongestWaitS} seconds");
        var order = new List<(string Name, object? Value)>
        {
            ("v", 1), ("id", parsed.GetValue(id) ?? Guid.NewGuid()), ("kind", kind),
            ("issuer", parsed.GetValue(issuer)),
            ("seq", parsed.GetValue(seq) ?? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
            ("issued_at", "now"),
        };
        order.AddRange(what);
        if (kind != "cancel")
        {
            order.AddRange([
                ("ttl_s", parsed.GetValue(ttl)), ("start", parsed.GetValue(start)), ("end", parsed.GetValue(end)),
                ("priority", parsed.GetValue(priority)), ("on_expire", parsed.GetValue(onExpire)),
            ]);
            if (kind != "idle")
                order.AddRange([("ramp_w_per_s", parsed.GetValue(ramp)), ("soc_floor_pct", parsed.GetValue(floor))]);
        }
        var session = new OrderSession(
            address, new(parsed.GetRequiredValue(siteId)), TimeSpan.FromSeconds(patience),
            LifeOf(parsed, kind), parsed.GetValue(json), parsed.GetValue(noFollow) || kind == "cancel");
        return session.Run(order, stop);
    }

    // How long the order can act from now; what its end says can be late by as much as the patience.
    private static TimeSpan LifeOf(ParseResult parsed, string kind)
    {
        if (kind == "cancel") return TimeSpan.Zero;
        if (parsed.GetValue(ttl) is { } seconds) return TimeSpan.FromSeconds(Math.Max(0, seconds));
        _ = JsonTimes.TryParse(parsed.GetValue(end)!, out var until);
        var left = until - DateTimeOffset.UtcNow;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static (string Host, int Port)? Address(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), out var port) || port is < 1 or > 65_535) return null;
        return Words.IsHost(text[..colon]) ? (text[..colon].Trim('[', ']'), port) : null;
    }

    private static async Task<int> Wrong(string what)
    {
        await Console.Error.WriteLineAsync($"chargescape-edge: {what}");
        return ExitCode.Wrong;
    }
}
