using System.Text.Json.Nodes;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>One host and one broker for all tests of this class.</summary>
public sealed class RunningHost : IDisposable
{
    public RunningHost()
    {
        Broker = Broker.Start(isPersistent: false);
        Edge = EdgeProcess.Run(Broker);
        using var wire = new Wire(Broker);
        wire.Next("state", state => (bool)state["online"]!);
    }

    public Broker Broker { get; }
    public EdgeProcess Edge { get; }

    public void Dispose()
    {
        Edge.Dispose();
        Broker.Dispose();
    }
}

public sealed class HostOrderTests : IClassFixture<RunningHost>, IDisposable
{
    private readonly RunningHost host;
    private readonly Wire wire;

    public HostOrderTests(RunningHost host)
    {
        this.host = host;
        wire = new(host.Broker);
        // The retained state shows that the subscription stands before anything is sent.
        wire.Next("state", _ => true);
    }

    public void Dispose() => wire.Dispose();

    [Fact]
    public void An_order_of_mosquitto_pub_is_answered_through_its_whole_life()
    {
        var order = wire.Send(Wire.Order(("ttl_s", 2), ("priority", 0)));

        wire.NextAnswer(order, "received");
        wire.NextAnswer(order, "started");
        var completed = wire.NextAnswer(order, "completed");
        Assert.Equal(0, (double)completed["energy_wh"]!);
    }

    [Fact]
    public void A_retained_order_is_refused_also_when_it_waits_in_the_brokers_store()
    {
        var order = wire.Send(Wire.Order(), "-r");

        var answer = wire.NextAnswer(order);

        Assert.Equal(("rejected", "retained"), Verdict(answer));
        wire.ClearRetained();
    }

    [Theory]
    [InlineData("nonsense", "malformed")]
    [InlineData("{\"v\":1}", "malformed")]
    [InlineData("{\"v\":2}", "unsupported_version")]
    [InlineData("{\"v\":1,\"kind\":\"reach_soc\"}", "unsupported_kind")]
    [InlineData("{\"v\":1,\"kind\":\"idle\",\"v\":1}", "malformed")]
    [InlineData("[[[[[[[[]]]]]]]]", "malformed")]
    public void A_message_that_is_no_order_is_refused_with_its_reason(string text, string reason)
    {
        wire.Send(text);

        Assert.Equal(("rejected", reason), Verdict(wire.NextRejected()));
    }

    [Fact]
    public void An_oversized_message_is_refused_unread()
    {
        wire.Send(Wire.Order(("padding", new string('x', 20_000))));

        Assert.Equal(("rejected", "too_large"), Verdict(wire.NextRejected()));
    }

    [Fact]
    public void A_replayed_an_older_and_an_expired_order_are_refused_and_a_repeat_is_answered_again()
    {
        var issuer = $"issuer-{Guid.NewGuid():N}"[..20];
        var first = wire.Send(Wire.Order(("issuer", issuer), ("seq", 10)));
        wire.NextAnswer(first, "received");
        wire.Send(first);
        wire.NextAnswer(first);

        var replayed = wire.NextAnswer(wire.Send(Wire.Order(("issuer", issuer), ("seq", 10))));
        var older = wire.NextAnswer(wire.Send(Wire.Order(("issuer", issuer), ("seq", 9))));
        var expired = wire.NextAnswer(wire.Send(Wire.Order(
            ("issuer", issuer), ("seq", 11), ("ttl_s", null), ("end", Wire.Utc(TimeSpan.FromMinutes(-1))))));

        Assert.Equal(("rejected", "replayed"), Verdict(replayed));
        Assert.Equal(("rejected", "out_of_order"), Verdict(older));
        Assert.Equal(("rejected", "expired_on_arrival"), Verdict(expired));
    }

    [Fact]
    public void The_order_verb_follows_an_order_to_its_end()
    {
        var done = Order("idle", "--for", "1", "--priority", "0");

        Assert.Equal(0, done.ExitCode);
        Assert.Contains("received", done.Output, StringComparison.Ordinal);
        Assert.Contains("completed", done.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_verb_tells_rejected_from_no_answer()
    {
        var rejected = Order("setpoint", "4000", "--for", "60", "--ramp", "0", "--json");
        var unanswered = EdgeProcess.Command(
            "order", "idle", "--for", "1", "--broker", $"127.0.0.1:{host.Broker.Port}", "--site-id", "nobody", "--wait",
            "0.5");
        var wrong = Order("idle");

        Assert.Equal((3, 4, 2), (rejected.ExitCode, unanswered.ExitCode, wrong.ExitCode));
        var lines = rejected.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("out_of_range", (string?)JsonNode.Parse(lines[1])!["reason"]);
    }

    [Fact]
    public void The_order_verb_cancels_what_its_issuer_ordered()
    {
        var id = Guid.NewGuid();

        var ordered = Order("envelope", "-100", "100", "--for", "60", "--id", $"{id}", "--no-follow");
        var cancelled = Order("cancel", $"{id}");
        var again = Order("cancel", $"{id}");

        Assert.Equal((0, 0, 3), (ordered.ExitCode, cancelled.ExitCode, again.ExitCode));
    }

    private (int ExitCode, string Output, string Error) Order(params string[] arguments) => EdgeProcess.Command(
        ["order", .. arguments, "--broker", $"127.0.0.1:{host.Broker.Port}", "--site-id", "demo-home", "--wait", "20"]);

    private static (string?, string?) Verdict(JsonObject answer) =>
        ((string?)answer["stage"], (string?)answer["reason"]);
}
