using System.Net.Sockets;
using System.Text;

namespace ChargeScape.Edge.Tests.Integration.Host;

public sealed class ServiceManagerTests : IDisposable
{
    private readonly Broker broker = Broker.Start(isPersistent: false);

    public void Dispose() => broker.Dispose();

    [Fact]
    public void The_service_manager_is_told_ready_then_beats_then_stopping()
    {
        var path = $"{broker.Folder}/notify.sock";
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        manager.ReceiveTimeout = (int)Eventually.Deadline.TotalMilliseconds;

        using var edge = EdgeProcess.RunUnder(path, broker);
        var first = Receive(manager);
        var second = Receive(manager);
        var third = Receive(manager);
        edge.Terminate();
        var last = Receive(manager);
        while (last == "WATCHDOG=1") last = Receive(manager);

        Assert.Equal(["READY=1", "WATCHDOG=1", "WATCHDOG=1"], [first, second, third]);
        Assert.Equal("STOPPING=1", last);
    }

    private static string Receive(Socket manager)
    {
        var text = new byte[256];
        return Encoding.UTF8.GetString(text, 0, manager.Receive(text)).Trim();
    }
}
