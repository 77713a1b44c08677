using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using ChargeScape.Edge.Hal.Mqtt;
using MQTTnet;
using MQTTnet.Packets;

namespace ChargeScape.Edge.Hal.Packages.Mqtt;

/// <summary>
/// MQTT 5 over MQTTnet 5. The library neither reconnects nor keeps what was in flight, and ignores the broker's receive
/// maximum; this supplies the three. Its handlers run on the thread pool, one at a time.
/// </summary>
public sealed class MqttNetClient : IMqtt
{
    private const int Refused = 0x80;
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly MqttSettings settings;
    private readonly MqttClientOptions options;
    private readonly IMqttClient client = new MqttClientFactory().CreateMqttClient();
    private readonly Outbox outbox = new();
    private readonly ConcurrentQueue<Letter> fleeting = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly CancellationTokenSource stopping = new();
    private (string Filter, MqttHandler Handler)[] subscriptions = [];
    private Task running = Task.CompletedTask;
    private string? lastTrouble;
    private string? whyLost;
    private int window;
    private long mostBytes;
    private int fleetingCount;
    private volatile bool isConnected;
    private bool isStarted;

    /// <summary>Checks the settings and reads the TLS files; connects nothing.</summary>
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="IOException">A TLS file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A TLS file cannot be used.</exception>
    public MqttNetClient(MqttSettings settings)
    {
        this.settings = settings;
        options = MqttNetOptions.From(settings);
        client.ApplicationMessageReceivedAsync += Received;
        client.DisconnectedAsync += Disconnected;
    }

    /// <inheritdoc/>
    public event Action<bool, string>? ConnectionChanged;

    /// <inheritdoc/>
    public event Action<string>? Troubled;

    /// <inheritdoc/>
    public bool IsConnected => isConnected;

    /// <inheritdoc/>
    public int InFlight => outbox.Count;

    /// <inheritdoc/>
    public void Subscribe(string topicFilter, MqttHandler handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(topicFilter);
        (string, MqttHandler)[] before, after;
        do
        {
            before = Volatile.Read(ref subscriptions);
            after = [.. before, (topicFilter, handler)];
        }
        while (Interlocked.CompareExchange(ref subscriptions, after, before) != before);
        wake.Release();
    }

    /// <inheritdoc/>
    public void Start()
    {
        if (isStarted) throw new InvalidOperationException("started already");
        isStarted = true;
        running = Task.Run(Run);
    }

    /// <inheritdoc/>
    public bool TryPublish(MqttMessage message)
    {
        if (message.Topic.Length == 0 || message.Topic.AsSpan().ContainsAny('+', '#'))
            throw new ArgumentException("a topic to publish to has no wildcards and is not empty", nameof(message));
        if (stopping.IsCancellationRequested) return false;
        var letter = new Letter(message, message.Payload.ToArray());
        if (message.QualityOfService > 0)
        {
            if (!outbox.TryAdd(letter, settings.MaximumInFlight)) return false;
        }
        else
        {
            if (!isConnected) return false;
            if (Interlocked.Increment(ref fleetingCount) > settings.MaximumInFlight)
            {
                Interlocked.Decrement(ref fleetingCount);
                return false;
            }
            fleeting.Enqueue(letter);
        }
        wake.Release();
        return true;
    }

    /// <summary>Sends what is queued if connected, waits at most 1 s for its acknowledgement, and leaves without the
    /// will.</summary>
    public void Dispose()
    {
        if (stopping.IsCancellationRequested) return;
        stopping.Cancel();
        wake.Release();
        running.Wait(StopTimeout);
        client.Dispose();
    }

    private async Task Run()
    {
        var backoff = new Backoff(settings.ReconnectMin, settings.ReconnectMax);
        while (!stopping.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            var trouble = await Connect().ConfigureAwait(false) ?? await Serve().ConfigureAwait(false);
            if (stopping.IsCancellationRequested) break;
            NoteLoss(trouble);
            // A broker that accepts and throws out at once (a second client with our id) is not to be hammered.
            if (Stopwatch.GetElapsedTime(began) > Steady) backoff.Reset();
            await Pause(backoff.Next(Random.Shared.NextDouble())).ConfigureAwait(false);
        }
        if (isConnected) await Leave().ConfigureAwait(false);
    }

    // Null, or what went wrong.
    private async Task<string?> Connect()
    {
        whyLost = null;
        try
        {
            var result = await client.ConnectAsync(options, stopping.Token).ConfigureAwait(false);
            if ((int)result.ResultCode >= Refused)
                return $"the broker refused: {result.ResultCode} {result.ReasonString}";
            // What the broker does not say comes as 0 or as null.
            window = result.ReceiveMaximum is > 0 and var most ? Math.Min(most, settings.MaximumInFlight)
                : settings.MaximumInFlight;
            mostBytes = result.MaximumPacketSize is > 0 and var bytes ? bytes : uint.MaxValue;
            isConnected = true;
            return null;
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            return Innermost(trouble);
        }
    }

    // Until the connection is lost or the client stops; returns why.
    private async Task<string> Serve()
    {
        var (subscribed, isAnnounced) = (0, false);
        while (!stopping.IsCancellationRequested)
        {
            if (!client.IsConnected) return whyLost ?? "the connection was lost";
            for (var all = Volatile.Read(ref subscriptions); subscribed < all.Length; subscribed++)
                await SubscribeNow(all[subscribed].Filter).ConfigureAwait(false);
            if (!isAnnounced) Announce(true, $"connected to {settings.Host}:{settings.Port}");
            isAnnounced = true;
            SendQueued();
            await wake.WaitAsync().ConfigureAwait(false);
        }
        return "stopping";
    }

    private async Task SubscribeNow(string filter)
    {
        try
        {
            var result = await client.SubscribeAsync(MqttNetOptions.Subscription(filter), stopping.Token)
                .ConfigureAwait(false);
            foreach (var item in result.Items)
                if ((int)item.ResultCode >= Refused) Complain($"subscription to {filter} refused: {item.ResultCode}");
        }
        catch (Exception refusal) when (refusal is not OutOfMemoryException)
        {
            Complain($"subscription to {filter} refused: {Innermost(refusal)}");
        }
    }

    private void SendQueued()
    {
        while (outbox.Next(window) is { } letter) _ = Send(letter);
        while (fleeting.TryDequeue(out var letter))
        {
            Interlocked.Decrement(ref fleetingCount);
            _ = Send(letter);
        }
    }

    private async Task Send(Letter letter)
    {
        if (MqttNetOptions.MostBytes(letter.Message) > mostBytes)
        {
            // The broker would throw us out for it, and after each reconnect again.
            outbox.Remove(letter);
            Complain($"publish to {letter.Message.Topic} refused: the broker takes {mostBytes} bytes");
            return;
        }
        try
        {
            var result = await client.PublishAsync(MqttNetOptions.Message(letter.Message, letter.Payload))
                .ConfigureAwait(false);
            outbox.Remove(letter);
            if (!result.IsSuccess) Complain($"publish to {letter.Message.Topic} refused: {result.ReasonCode}");
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            // Lost with the connection: the outbox keeps it. Refused while connected: it would be refused again.
            if (client.IsConnected)
            {
                outbox.Remove(letter);
                Complain($"publish to {letter.Message.Topic} refused: {Innermost(trouble)}");
            }
        }
        wake.Release();
    }

    private async Task Leave()
    {
        var began = Stopwatch.GetTimestamp();
        SendQueued();
        while (InFlight > 0 && client.IsConnected && Stopwatch.GetElapsedTime(began) < FarewellTimeout)
        {
            await wake.WaitAsync(FarewellTimeout).ConfigureAwait(false);
            SendQueued();
        }
        isConnected = false;
        try
        {
            await client.DisconnectAsync(new MqttClientDisconnectOptions()).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is not OutOfMemoryException)
        {
            // The broker left first.
        }
    }

    private async Task Pause(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The loop looks itself.
        }
    }

    private void NoteLoss(string trouble)
    {
        var wasConnected = isConnected;
        isConnected = false;
        outbox.Recall();
        while (fleeting.TryDequeue(out _)) Interlocked.Decrement(ref fleetingCount);
        if (wasConnected || trouble != lastTrouble) Announce(false, trouble);
        lastTrouble = trouble;
    }

    private Task Disconnected(MqttClientDisconnectedEventArgs lost)
    {
        whyLost = lost.Exception is { } fault ? Innermost(fault) : $"{lost.Reason} {lost.ReasonString}".TrimEnd();
        wake.Release();
        return Task.CompletedTask;
    }

    private Task Received(MqttApplicationMessageReceivedEventArgs arrived)
    {
        var message = arrived.ApplicationMessage;
        try
        {
            foreach (var (filter, handler) in Volatile.Read(ref subscriptions))
            {
                if (!TopicFilter.Matches(filter, message.Topic)) continue;
                Hand(message, handler);
                break;
            }
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Complain($"a handler of {message.Topic} failed: {fault}");
        }
        return Task.CompletedTask;
    }

    private void Hand(MqttApplicationMessage message, MqttHandler handler)
    {
        var isTooLarge = message.Payload.Length > settings.MaximumPayloadBytes;
        ReadOnlySpan<byte> payload = isTooLarge ? default
            : message.Payload.IsSingleSegment ? message.Payload.FirstSpan : message.Payload.ToArray();
        List<KeyValuePair<string, string>> properties = [];
        foreach (var one in message.UserProperties ?? []) properties.Add(new(one.Name, one.ReadValueAsString()));
        handler(new MqttReceived(
            message.Topic, payload, message.Retain, (int)message.QualityOfServiceLevel, properties)
        {
            IsTooLarge = isTooLarge,
            // The library says 0 for none; a message with nothing left is not delivered.
            ExpirySeconds = message.MessageExpiryInterval == 0 ? null : message.MessageExpiryInterval,
        });
    }

    private void Announce(bool connected, string text)
    {
        if (connected) lastTrouble = null;
        try
        {
            ConnectionChanged?.Invoke(connected, text);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Complain($"a handler of the connection's state failed: {fault}");
        }
    }

    private void Complain(string text) => Troubled?.Invoke(text);

    private static string Innermost(Exception trouble) => trouble.GetBaseException().Message;
}
