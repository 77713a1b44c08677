using System.Text.Json.Nodes;
using ChargeScape.Edge.Tests.Integration.Contract;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>What happens to registers that the edge owns, from the device's wire to the broker and the log.</summary>
public sealed class OwnershipEventTests : IDisposable
{
    private readonly Broker broker = Broker.Start(isPersistent: false);

    public void Dispose() => broker.Dispose();

    [Fact]
    public void Somebody_else_s_write_and_what_is_given_back_at_the_end_are_told()
    {
        using var home = new ServedHome("der-order-followed", broker.Folder);
        using var wire = new Wire(broker);
        using var edge = EdgeProcess.RunSite("demo-der.json", broker, ["siteId=demo-home", .. home.Settings]);
        var found = wire.Next("event", told => IsOwnership(told, "taken_over"));
        Assert.Equal("evse", (string?)found["device"]);

        home.Do("der second_master");
        var other = wire.Next("event", told => IsOwnership(told, "second_master"));
        edge.Log.Next(line => line.Contains(": second_master, ", StringComparison.Ordinal));
        Assert.NotEqual((int)other["expected"]!, (int)other["seen"]!);

        Assert.Equal(0, edge.Terminate());
        wire.Next("state", state => !(bool)state["online"]!);
        wire.Next("event", told => IsOwnership(told, "handed_back"));
        Assert.Empty(MqttContract.Complaints(wire.Seen.Where(message => message.Topic == "event")));
    }

    private static bool IsOwnership(JsonObject told, string what) =>
        (string?)told["kind"] == "ownership" && (string?)told["what"] == what;
}
