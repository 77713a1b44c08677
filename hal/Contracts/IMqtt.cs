namespace ChargeScape.Edge.Hal;

/// <summary>How to reach a broker.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="ClientId">Unique per device: a second client with the same id throws the first one out.</param>
/// <param name="KeepAlive">Interval of pings when idle; ≤ 60 s.</param>
/// <param name="ReconnectMin">First delay before a reconnect; doubled with jitter up to <paramref
/// name="ReconnectMax"/>.</param>
/// <param name="ReconnectMax">Longest delay before a reconnect.</param>
/// <param name="Will">Published by the broker when the client is lost; null for none.</param>
/// <param name="MaximumPayloadBytes">
/// Largest payload that a handler sees; a larger one arrives without it, marked as too large. The broker is told a
/// packet size of four times this and 1 KiB, and drops what is above, so that mild excess can be answered and gross
/// excess costs nothing.
/// </param>
/// <param name="Tls">Mutual TLS; null for plain TCP (loopback and benches).</param>
/// <param name="MaximumInFlight">Most messages of QoS 1 and 2 handed over and not yet acknowledged; ≥ 1.</param>
/// <param name="SessionExpirySeconds">
/// How long the broker keeps subscriptions and undelivered messages after a loss; it bounds how late an order can
/// arrive.
/// </param>
public sealed record MqttSettings(
    string Host, int Port, string ClientId, TimeSpan KeepAlive, TimeSpan ReconnectMin, TimeSpan ReconnectMax,
    MqttMessage? Will, int MaximumPayloadBytes, MqttTls? Tls = null, int MaximumInFlight = 256,
    uint SessionExpirySeconds = 60);

/// <summary>PEM files for mutual TLS.</summary>
public sealed record MqttTls(string CaFile, string CertificateFile, string KeyFile);

/// <summary>A message to publish.</summary>
/// <param name="Topic">Without wildcards.</param>
/// <param name="Payload">Bytes as sent.</param>
/// <param name="QualityOfService">0, 1 or 2.</param>
/// <param name="Retain">Kept by the broker for late subscribers.</param>
/// <param name="ExpirySeconds">Message expiry interval (MQTT 5); null for none.</param>
/// <param name="UserProperties">MQTT 5 user properties, in order; null for none.</param>
public sealed record MqttMessage(
    string Topic, ReadOnlyMemory<byte> Payload, int QualityOfService = 1, bool Retain = false,
    uint? ExpirySeconds = null, IReadOnlyList<KeyValuePair<string, string>>? UserProperties = null);

/// <summary>A received message. The payload is valid only during the callback: copy what is kept.</summary>
public readonly ref struct MqttReceived(
    string topic, ReadOnlySpan<byte> payload, bool isRetained, int quality,
    IReadOnlyList<KeyValuePair<string, string>> userProperties)
{
    /// <summary>Topic it was published to.</summary>
    public string Topic { get; } = topic;
    /// <summary>Bytes as published. Empty with <see cref="IsTooLarge"/> when over the maximum.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;
    /// <summary>The publisher asked for retention (subscribe with Retain-As-Published), or it came from the
    /// store.</summary>
    public bool IsRetained { get; } = isRetained;
    /// <summary>Quality of service of delivery.</summary>
    public int QualityOfService { get; } = quality;
    /// <summary>The message was larger than the maximum and its payload was dropped.</summary>
    public bool IsTooLarge { get; init; }
    /// <summary>What is left of the publisher's message expiry interval; null when it set none.</summary>
    public uint? ExpirySeconds { get; init; }
    /// <summary>MQTT 5 user properties, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> UserProperties { get; } = userProperties;
}

/// <summary>Handler of received messages; called on the client's own thread and must return soon and never
/// throw.</summary>
public delegate void MqttHandler(in MqttReceived message);

/// <summary>
/// MQTT 5 client. It reconnects by itself with jittered back-off, subscribes again after each connect, and keeps what
/// was in flight at QoS 1. All members may be called from any thread.
/// </summary>
public interface IMqtt : IDisposable
{
    /// <summary>Connected and acknowledged by the broker at present.</summary>
    bool IsConnected { get; }

    /// <summary>
    /// Raised on the client's thread after each successful connect (true), after each loss (false), and when an attempt
    /// fails for another reason than the one before (false), with a reason to log.
    /// </summary>
    event Action<bool, string>? ConnectionChanged;

    /// <summary>
    /// Raised on the client's thread for what cost a message or a subscription: a handler that threw, a publish or a
    /// subscription that was refused. Text to log; the client goes on.
    /// </summary>
    event Action<string>? Troubled;

    /// <summary>
    /// Subscribes now and after each reconnect (QoS 1, Retain-As-Published). Filters must not overlap: a message goes
    /// to the first that takes it.
    /// </summary>
    void Subscribe(string topicFilter, MqttHandler handler);

    /// <summary>Starts connecting in the background; returns at once.</summary>
    void Start();

    /// <summary>
    /// Hands a message to the client, which copies the payload; false when it cannot be queued now (the in-flight bound
    /// is reached; QoS 0 while not connected). QoS 1 is retransmitted until acknowledged.
    /// </summary>
    bool TryPublish(MqttMessage message);

    /// <summary>Messages of QoS 1 handed over and not acknowledged yet.</summary>
    int InFlight { get; }
}
