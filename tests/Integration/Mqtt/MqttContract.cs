using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Integration.Mqtt;

/// <summary>What every <see cref="IMqtt"/> promises, over a real Mosquitto.</summary>
public abstract class MqttContract
{
    private protected abstract IMqtt New(MqttSettings settings);

    private protected static MqttSettings Settings(int port, string id) => new(
        "127.0.0.1", port, id, KeepAlive: TimeSpan.FromSeconds(5), ReconnectMin: TimeSpan.FromMilliseconds(50),
        ReconnectMax: TimeSpan.FromMilliseconds(500), Will: null, MaximumPayloadBytes: 16384);

    private protected IMqtt Connected(Broker broker, string id, Func<MqttSettings, MqttSettings>? change = null)
    {
        var settings = Settings(broker.Port, id);
        var client = New(change is null ? settings : change(settings));
        client.Start();
        Eventually.Is(() => client.IsConnected, $"{id} is connected");
        return client;
    }
}

internal sealed record Received(
    string Topic, string Text, int Length, bool IsRetained, int QualityOfService, bool IsTooLarge, uint? ExpirySeconds,
    IReadOnlyList<KeyValuePair<string, string>> UserProperties);

/// <summary>Subscribes and keeps what comes. It is made when the broker has taken the subscription.</summary>
internal sealed class Inbox : IDisposable
{
    private readonly BlockingCollection<Received> messages = [];

    internal Inbox(IMqtt client, string filter, bool sendsMarker = true)
    {
        client.Subscribe(filter, Keep);
        if (!sendsMarker) return;
        // The broker works off one client's packets in order: when a message to a later subscription is back, the
        // earlier one stands.
        var marker = $"marker-{Guid.NewGuid():N}";
        using var isBack = new ManualResetEventSlim();
        client.Subscribe(marker, (in MqttReceived _) => isBack.Set());
        Eventually.Is(
            () =>
            {
                client.TryPublish(new MqttMessage(marker, default));
                return isBack.Wait(TimeSpan.FromMilliseconds(100));
            }, $"{filter} is subscribed");
    }

    internal Received Next() => messages.TryTake(out var message, Eventually.Deadline)
        ? message : throw new TimeoutException("no message came");

    /// <summary>The numbers that come, without the repeats that QoS 1 allows, until there are so many.</summary>
    internal List<int> DistinctNumbers(int count)
    {
        var numbers = new List<int>();
        while (numbers.Count < count)
        {
            var number = int.Parse(Next().Text);
            if (!numbers.Contains(number)) numbers.Add(number);
        }
        return numbers;
    }

    internal int Count => messages.Count;

    private void Keep(in MqttReceived m)
    {
        if (m.Topic.StartsWith("marker-", StringComparison.Ordinal)) return;
        messages.Add(new Received(
            m.Topic, Encoding.UTF8.GetString(m.Payload), m.Payload.Length, m.IsRetained, m.QualityOfService,
            m.IsTooLarge, m.ExpirySeconds, m.UserProperties));
    }

    public void Dispose() => messages.Dispose();
}

/// <summary>What a client tells about its connection.</summary>
internal sealed class Changes
{
    private readonly ConcurrentQueue<(bool IsConnected, string Why)> all = new();

    internal Changes(IMqtt client) => client.ConnectionChanged += (up, why) => all.Enqueue((up, why));

    internal bool Any(Func<(bool IsConnected, string Why), bool> fits) => all.Any(fits);
}

/// <summary>
/// Passes TCP on to a port until it is cut; then it refuses everyone, as if the machine behind it had died.
/// </summary>
internal sealed class CuttableProxy : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> sockets = [];

    internal CuttableProxy(int target)
    {
        listener.Start();
        _ = Accept(target);
    }

    internal int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    internal void Cut()
    {
        listener.Stop();
        foreach (var socket in sockets) socket.Dispose();
    }

    public void Dispose() => Cut();

    private async Task Accept(int target)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptSocketAsync();
                var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(near);
                sockets.Add(far);
                await far.ConnectAsync(IPAddress.Loopback, target);
                _ = Pass(near, far);
                _ = Pass(far, near);
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
        }
    }

    private static async Task Pass(Socket from, Socket to)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var length)
                await to.SendAsync(buffer.AsMemory(0, length));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
        }
    }
}
