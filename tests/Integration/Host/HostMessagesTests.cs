using ChargeScape.Edge.Tests.Integration.Contract;

namespace ChargeScape.Edge.Tests.Integration.Host;

public sealed class HostMessagesTests : IDisposable
{
    private readonly Broker broker = Broker.Start();
    private readonly Wire wire;

    public HostMessagesTests() => wire = new(broker);

    public void Dispose()
    {
        wire.Dispose();
        broker.Dispose();
    }

    [Fact]
    public void Every_message_that_the_host_sends_fits_the_contract()
    {
        using var edge = EdgeProcess.Run(broker);
        wire.Next("state", state => (bool)state["online"]!);
        var idle = wire.Send(Wire.Order(("ttl_s", 2)));
        wire.NextAnswer(idle, "completed");
        var band = wire.Send(Wire.Order(
            ("kind", "envelope"), ("lower_w", -1000), ("upper_w", 1000), ("ramp_w_per_s", 100), ("soc_floor_pct", 50)));
        wire.NextAnswer(band, "started");
        var cancel = Wire.Order(("kind", "cancel"), ("ttl_s", null), ("cancels", (string?)band["id"]));
        wire.NextAnswer(wire.Send(cancel), "received");
        wire.NextAnswer(band, "cancelled");
        var later = Wire.Order(
            ("kind", "setpoint"), ("p_evse_w", 4000), ("start", Wire.Utc(TimeSpan.FromHours(1))), ("ttl_s", 7200));
        wire.NextAnswer(wire.Send(later));
        wire.Send("nonsense");
        wire.NextRejected();
        wire.Next("tele", tele => (long)tele["seq"]! >= 3);
        edge.Terminate();
        wire.Next("state", state => !(bool)state["online"]!);

        var sent = wire.Seen.Where(message => message.Topic != "cmd").ToList();
        var complaints = MqttContract.Complaints(sent.Select(message => (message.Topic, message.Message)));

        Assert.Empty(complaints);
        Assert.Equal(
            ["answer", "capability", "event", "state", "tele"],
            sent.Select(message => message.Topic).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_killed_host_leaves_its_last_will()
    {
        using var edge = EdgeProcess.Run(broker);
        wire.Next("state", state => (bool)state["online"]!);

        edge.Kill();

        wire.Next("state", state => !(bool)state["online"]!);
        using var late = new Wire(broker);
        Assert.False((bool)late.Next("state", _ => true)["online"]!);
    }

    [Fact]
    public void SIGTERM_ends_it_in_order_with_zero_and_the_offline_state()
    {
        using var edge = EdgeProcess.Run(broker);
        wire.Next("state", state => (bool)state["online"]!);

        var code = edge.Terminate();

        Assert.Equal(0, code);
        wire.Next("state", state => !(bool)state["online"]!);
        edge.Log.Next(line => line.Contains("control loop stopped; current gone: True", StringComparison.Ordinal));
    }

    [Fact]
    public void A_broker_that_comes_back_is_told_everything_again_and_orders_go_on()
    {
        using var edge = EdgeProcess.Run(broker);
        wire.Next("state", state => (bool)state["online"]!);
        var before = wire.Send(Wire.Order());
        wire.NextAnswer(before, "started");

        broker.Kill();
        edge.Log.Next(line => line.Contains("not connected", StringComparison.Ordinal));
        broker.Start();

        using var after = new Wire(broker);
        var state = after.Next("state", state => (bool)state["online"]!);
        Assert.Equal((string?)before["id"], (string?)state["order"]!["order_id"]);
        after.Next("capability", _ => true);
        after.NextAnswer(after.Send(Wire.Order()), "received");
    }
}
