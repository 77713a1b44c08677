using ChargeScape.Edge.Tests.Integration.Demo;
using ChargeScape.Edge.Tests.Integration.Host;

namespace ChargeScape.Edge.Tests.Integration.Packages;

/// <summary>The shipped controller on a live home, its broker over MQTTnet and its meter and inverter over NModbus.</summary>
[Collection(nameof(InRealTime))]
public sealed class CardHomeTests : IDisposable
{
    private static readonly string[] libraries =
        ["mqtt.client=mqttnet", "buses.meter.library=nmodbus", "buses.inverter.library=nmodbus"];

    private readonly Broker broker = Broker.Start(isPersistent: false);

    public void Dispose() => broker.Dispose();

    [Fact]
    public void The_home_charges_discharges_stops_for_an_emergency_and_ends_in_order()
    {
        using var home = new ServedHome("demo-home", broker.Folder);
        using var wire = new Wire(broker);
        using var edge = EdgeProcess.Run(broker, [.. home.Settings, .. libraries]);
        home.Do("plug in");
        wire.Next("capability", capability => capability["vehicle"] is not null);

        var charge = wire.Send(Wire.Order(("kind", "setpoint"), ("p_evse_w", 3000), ("ttl_s", 600)));
        wire.NextAnswer(charge, "started");
        wire.Next("tele", tele => (double?)tele["evse"]!["p_evse_w"] > 2500);
        var discharge = wire.Send(Wire.Order(("kind", "setpoint"), ("p_evse_w", -2000), ("ttl_s", 600)));
        wire.Next("tele", tele => (double?)tele["evse"]!["p_evse_w"] < -1500);
        home.Do("emergency-stop press");
        var stopped = wire.NextAnswer(discharge, "deviating");
        Eventually.Is(
            () => home.Truth.Contains("\"contactor_closed\":false", StringComparison.Ordinal), "the true contactor opens");
        var code = edge.Terminate();
        wire.Next("state", state => !(bool)state["online"]!);

        Assert.Equal("emergency_stop", (string?)stopped["reason"]);
        Assert.Equal(0, code);
    }

    [Fact]
    public void A_broker_that_was_away_is_back_and_takes_the_next_order()
    {
        using var home = new ServedHome("demo-home", broker.Folder);
        using var edge = EdgeProcess.Run(broker, [.. home.Settings, .. libraries]);
        home.Do("plug in");
        edge.Log.Next(line => line.Contains($"broker 127.0.0.1:{broker.Port} connected", StringComparison.Ordinal));
        broker.Kill();

        broker.Start();
        edge.Log.Next(line => line.Contains($"broker 127.0.0.1:{broker.Port} connected", StringComparison.Ordinal));
        using var wire = new Wire(broker);
        wire.Next("state", state => (bool)state["online"]!);
        var order = wire.Send(Wire.Order(("kind", "setpoint"), ("p_evse_w", 3000), ("ttl_s", 600)));

        wire.NextAnswer(order, "received");
        wire.Next("tele", tele => (double?)tele["evse"]!["p_evse_w"] > 2500);
    }
}
