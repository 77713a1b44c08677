using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;

namespace ChargeScape.Edge.Hal.Mqtt;

/// <summary>
/// MQTT 5 over libmosquitto (Debian package libmosquitto1). One thread of ours steps the library, owns everything in
/// it and calls all handlers; the library's own thread is not used, because it gives up for good when the broker
/// refuses a connection with a reason of MQTT 5, cannot jitter, and cannot retry the first connect with connect
/// properties.
/// </summary>
public sealed class LibmosquittoClient : IMqtt, IMosquittoSink
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    // The library counts its keep-alive in seconds.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly MqttSettings settings;
    private readonly MosquittoSession session;
    private readonly WakeUp wake = new();
    private readonly Thread thread;
    private readonly ConcurrentQueue<Outgoing> assured = new();
    private readonly ConcurrentQueue<Outgoing> fleeting = new();
    private readonly HashSet<int> unacknowledged = [];
    private Subscription[] subscriptions = [];
    private string? lastTrouble;
    private int inFlight;
    private int fleetingCount;
    private volatile bool isConnected;
    private volatile bool isStopping;
    private bool isStarted;

    /// <summary>Checks the settings and loads the library; connects nothing.</summary>
    /// <exception cref="NativeLibraryMissingException">libmosquitto.so.1 is not there.</exception>
    /// <exception cref="ArgumentException">A setting is out of range, or a TLS file cannot be used.</exception>
    /// <exception cref="IOException">A TLS file cannot be read.</exception>
    public LibmosquittoClient(MqttSettings settings)
    {
        SettingsCheck.ThrowUnlessUsable(settings);
        NativeLibraryMissingException.ThrowUnlessLoadable(Libmosquitto.Library, Libmosquitto.DebianPackage);
        this.settings = settings;
        session = new MosquittoSession(settings, this);
        thread = new Thread(Run) { Name = "mqtt", IsBackground = true };
    }

    /// <inheritdoc/>
    public event Action<bool, string>? ConnectionChanged;

    /// <inheritdoc/>
    public event Action<string>? Troubled;

    /// <inheritdoc/>
    public bool IsConnected => isConnected;

    /// <inheritdoc/>
    public int InFlight => Volatile.Read(ref inFlight);

    /// <inheritdoc/>
    public void Subscribe(string topicFilter, MqttHandler handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(topicFilter);
        Subscription[] before, after;
        do
        {
            before = Volatile.Read(ref subscriptions);
            after = [.. before, new Subscription(topicFilter, handler)];
        }
        while (Interlocked.CompareExchange(ref subscriptions, after, before) != before);
        wake.Wake();
    }

    /// <inheritdoc/>
    public void Start()
    {
        if (isStarted) throw new InvalidOperationException("started already");
        isStarted = true;
        thread.Start();
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The payload is copied. False when <see cref="MqttSettings.MaximumInFlight"/> messages wait for their
    /// acknowledgement, for QoS 0 also while not connected, and after disposal.
    /// </remarks>
    public bool TryPublish(MqttMessage message)
    {
        if (message.Topic.Length == 0 || message.Topic.AsSpan().ContainsAny('+', '#'))
            throw new ArgumentException("a topic to publish to has no wildcards and is not empty", nameof(message));
        if (isStopping) return false;
        var isAssured = message.QualityOfService > 0;
        if (!isAssured && !isConnected) return false;
        ref var count = ref isAssured ? ref inFlight : ref fleetingCount;
        if (Interlocked.Increment(ref count) > settings.MaximumInFlight)
        {
            Interlocked.Decrement(ref count);
            return false;
        }
        var copy = ArrayPool<byte>.Shared.Rent(message.Payload.Length);
        message.Payload.Span.CopyTo(copy);
        (isAssured ? assured : fleeting).Enqueue(new Outgoing(message, copy));
        wake.Wake();
        return true;
    }

    /// <summary>
    /// Sends what is queued if connected, waits for its acknowledgement for at most 1 s, and leaves without the will.
    /// May be called on the client's own thread; then it only begins to leave.
    /// </summary>
    public void Dispose()
    {
        if (isStopping) return;
        isStopping = true;
        if (!isStarted)
        {
            session.Dispose();
            return;
        }
        wake.Wake();
        // While the system tries to connect, the thread cannot be woken: it is left to end by itself.
        if (Thread.CurrentThread != thread) thread.Join(StopTimeout);
    }

    private void Run()
    {
        var backoff = new Backoff(settings.ReconnectMin, settings.ReconnectMax);
        while (!isStopping)
        {
            var began = Stopwatch.GetTimestamp();
            var trouble = session.Connect() ?? Serve();
            if (isStopping) break;
            NoteLoss(trouble);
            // A broker that accepts and throws out at once (a second client with our id) is not to be hammered.
            if (Stopwatch.GetElapsedTime(began) > Steady) backoff.Reset();
            Pause(backoff.Next(Random.Shared.NextDouble()));
        }
        if (isConnected) Leave();
        session.Dispose();
    }

    // Until the connection is lost or the client stops; returns why.
    private string Serve()
    {
        var began = Stopwatch.GetTimestamp();
        var subscribed = 0;
        var isAnnounced = false;
        while (!isStopping)
        {
            if (isConnected)
            {
                for (var all = Volatile.Read(ref subscriptions); subscribed < all.Length; subscribed++)
                    if (session.Subscribe(all[subscribed].Filter) is { } refusal)
                        Complain($"subscription to {all[subscribed].Filter} refused: {refusal}");
                if (!isAnnounced) Announce(true, $"connected to {settings.Host}:{settings.Port}");
                isAnnounced = true;
                SendQueued();
            }
            else if (Stopwatch.GetElapsedTime(began) > AnswerTimeout)
            {
                return "the broker did not answer CONNECT";
            }
            if (session.Step(wake, LongestSleep) is { } trouble) return trouble;
        }
        return "stopping";
    }

    private void Leave()
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < FarewellTimeout)
        {
            SendQueued();
            if (InFlight == 0 && fleeting.IsEmpty) break;
            if (session.Step(wake, TimeSpan.FromMilliseconds(20)) is not null) break;
        }
        session.Leave();
        isConnected = false;
    }

    private void Pause(TimeSpan delay)
    {
        var began = Stopwatch.GetTimestamp();
        while (!isStopping && delay - Stopwatch.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
            wake.Sleep(-1, wantWrite: false, left);
    }

    private void SendQueued()
    {
        while (assured.TryDequeue(out var next)) Send(next);
        while (fleeting.TryDequeue(out var next))
        {
            Interlocked.Decrement(ref fleetingCount);
            Send(next);
        }
    }

    private void Send(in Outgoing next)
    {
        var message = next.Message;
        var refusal = session.Publish(message, next.Payload.AsSpan(0, message.Payload.Length), out var id);
        ArrayPool<byte>.Shared.Return(next.Payload);
        if (refusal is null)
        {
            if (message.QualityOfService > 0) unacknowledged.Add(id);
            return;
        }
        if (message.QualityOfService > 0) Interlocked.Decrement(ref inFlight);
        Complain($"publish to {message.Topic} refused: {refusal}");
    }

    private void NoteLoss(string trouble)
    {
        var wasConnected = isConnected;
        isConnected = false;
        while (fleeting.TryDequeue(out var late))
        {
            Interlocked.Decrement(ref fleetingCount);
            ArrayPool<byte>.Shared.Return(late.Payload);
        }
        if (wasConnected || trouble != lastTrouble) Announce(false, trouble);
        lastTrouble = trouble;
    }

    private void Announce(bool connected, string text)
    {
        if (connected) lastTrouble = null;
        try
        {
            ConnectionChanged?.Invoke(connected, text);
        }
        catch (Exception fault)
        {
            Complain($"a handler of the connection's state failed: {fault}");
        }
    }

    void IMosquittoSink.Answered(int reason) => isConnected = reason == 0;

    void IMosquittoSink.Acknowledged(int id, int reason)
    {
        if (!unacknowledged.Remove(id)) return;
        Interlocked.Decrement(ref inFlight);
        if (reason >= 0x80) Complain($"a publish was refused by the broker: {MosquittoSession.Reason(reason)}");
    }

    void IMosquittoSink.Granted(int quality)
    {
        if (quality >= 0x80) Complain($"a subscription was refused by the broker: {MosquittoSession.Reason(quality)}");
    }

    void IMosquittoSink.Received(in MqttReceived message)
    {
        try
        {
            foreach (var subscription in Volatile.Read(ref subscriptions))
            {
                if (!TopicFilter.Matches(subscription.Filter, message.Topic)) continue;
                subscription.Handler(message);
                return;
            }
        }
        catch (Exception fault)
        {
            // Above us is native code: what passes here ends the process, and whoever may publish could end it.
            Complain($"a handler of {message.Topic} failed: {fault}");
        }
    }

    // Partly from callbacks, where nothing may throw.
    private void Complain(string text)
    {
        try
        {
            Troubled?.Invoke(text);
        }
        catch (Exception)
        {
            // Who cannot take a complaint cannot be told so either.
        }
    }

    private readonly record struct Outgoing(MqttMessage Message, byte[] Payload);

    private sealed record Subscription(string Filter, MqttHandler Handler);
}
