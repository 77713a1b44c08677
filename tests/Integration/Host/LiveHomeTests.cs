using ChargeScape.Edge.Tests.Integration.Contract;

namespace ChargeScape.Edge.Tests.Integration.Host;

public sealed class LiveHomeTests : IDisposable
{
    private readonly Broker broker = Broker.Start(isPersistent: false);

    public void Dispose() => broker.Dispose();

    [Fact]
    public void Orders_on_a_live_home_are_followed_and_every_message_fits_the_contract()
    {
        using var home = new ServedHome("demo-home", broker.Folder);
        using var wire = new Wire(broker);
        using var edge = EdgeProcess.Run(broker, [.. home.Settings]);
        home.Do("plug in");
        wire.Next("capability", capability => capability["vehicle"] is not null);

        var charge = wire.Send(Wire.Order(("kind", "setpoint"), ("p_evse_w", 3000), ("ttl_s", 600)));
        wire.NextAnswer(charge, "started");
        wire.Next("tele", tele => (double?)tele["evse"]!["p_evse_w"] > 2500);
        var discharge = wire.Send(Wire.Order(("kind", "setpoint"), ("p_evse_w", -2000), ("ttl_s", 600)));
        var charged = wire.NextAnswer(charge, "superseded");
        wire.Next("tele", tele => (double?)tele["evse"]!["p_evse_w"] < -1500);
        home.Do("emergency-stop press");
        var stopped = wire.NextAnswer(discharge, "deviating");
        var code = edge.Terminate();
        wire.Next("state", state => !(bool)state["online"]!);

        Assert.True((double)charged["energy_wh"]! > 0);
        Assert.Equal("emergency_stop", (string?)stopped["reason"]);
        Assert.Equal(0, code);
        var sent = wire.Seen.Where(message => message.Topic != "cmd").ToList();
        Assert.Empty(MqttContract.Complaints(sent.Select(message => (message.Topic, message.Message))));
    }

    [Fact]
    public void An_ordered_stop_in_mid_charge_leaves_an_open_contactor_and_no_current_was_interrupted()
    {
        using var home = new ServedHome("demo-home", broker.Folder);
        using var wire = new Wire(broker);
        using var edge = EdgeProcess.Run(broker, [.. home.Settings]);
        home.Do("plug in");
        wire.Next("capability", capability => capability["vehicle"] is not null);
        wire.Send(Wire.Order(("kind", "setpoint"), ("p_evse_w", 3000), ("ttl_s", 600)));
        wire.Next("tele", tele => (double?)tele["evse"]!["p_evse_w"] > 2500);

        var code = edge.Terminate();

        Assert.Equal(0, code);
        edge.Log.Next(line => line.Contains("current gone: True", StringComparison.Ordinal));
        Eventually.Is(
            () => home.Truth.Contains("\"contactor_closed\":false", StringComparison.Ordinal),
            "the true contactor opens");
        Assert.Contains("\"interrupted_a\":0,", home.Truth, StringComparison.Ordinal);
    }
}
