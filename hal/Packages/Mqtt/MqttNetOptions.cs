using System.Security.Cryptography.X509Certificates;
using System.Text;
using ChargeScape.Edge.Hal.Mqtt;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace ChargeScape.Edge.Hal.Packages.Mqtt;

/// <summary>Our settings and messages in MQTTnet's words.</summary>
internal static class MqttNetOptions
{
    /// <exception cref="ArgumentException">A setting is out of range.</exception>
    /// <exception cref="IOException">A TLS file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">A TLS file cannot be used.</exception>
    internal static MqttClientOptions From(MqttSettings settings)
    {
        SettingsCheck.ThrowUnlessUsable(settings);
        var options = new MqttClientOptionsBuilder()
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithTcpServer(settings.Host, settings.Port)
            .WithClientId(settings.ClientId)
            .WithKeepAlivePeriod(settings.KeepAlive)
            .WithCleanStart(false)
            .WithSessionExpiryInterval(settings.SessionExpirySeconds)
            .WithMaximumPacketSize(4 * (uint)settings.MaximumPayloadBytes + 1024)
            .WithTimeout(TimeSpan.FromSeconds(10));
        if (settings.Tls is { } tls) AddTls(options, settings.Host, tls);
        if (settings.Will is { } will) AddWill(options, will);
        return options.Build();
    }

    internal static MqttApplicationMessage Message(MqttMessage message, byte[] payload)
    {
        var builder = new MqttApplicationMessageBuilder()
            .WithTopic(message.Topic)
            .WithPayload(payload)
            .WithQualityOfServiceLevel((MqttQualityOfServiceLevel)message.QualityOfService)
            .WithRetainFlag(message.Retain);
        if (message.ExpirySeconds is { } expiry) builder.WithMessageExpiryInterval(expiry);
        foreach (var (name, value) in message.UserProperties ?? [])
            builder.WithUserProperty(name, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value));
        return builder.Build();
    }

    /// <summary>Upper bound of a message's packet: headers, and three bytes for each character.</summary>
    internal static long MostBytes(MqttMessage message)
    {
        var characters = message.Topic.Length;
        foreach (var (name, value) in message.UserProperties ?? []) characters += name.Length + value.Length + 5;
        return 20 + message.Payload.Length + 3L * characters;
    }

    internal static MqttClientSubscribeOptions Subscription(string filter) => new MqttClientSubscribeOptionsBuilder()
        .WithTopicFilter(topic => topic.WithTopic(filter).WithAtLeastOnceQoS().WithRetainAsPublished())
        .Build();

    private static void AddTls(MqttClientOptionsBuilder options, string host, MqttTls tls)
    {
        foreach (var file in (string[])[tls.CaFile, tls.CertificateFile, tls.KeyFile])
            if (!File.Exists(file)) throw new FileNotFoundException($"the TLS file {file} is not there", file);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(tls.CaFile);
        using var pem = X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile);
        // A key straight from PEM lives in no store, and some TLS stacks want one.
        var own = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
        options.WithTlsOptions(to => to
            .UseTls()
            .WithTargetHost(host)
            .WithTrustChain(authorities)
            .WithRevocationMode(X509RevocationMode.NoCheck)
            .WithClientCertificates([own]));
    }

    private static void AddWill(MqttClientOptionsBuilder options, MqttMessage will)
    {
        options.WithWillTopic(will.Topic)
            .WithWillPayload(will.Payload.ToArray())
            .WithWillQualityOfServiceLevel((MqttQualityOfServiceLevel)will.QualityOfService)
            .WithWillRetain(will.Retain);
        if (will.ExpirySeconds is { } expiry) options.WithWillMessageExpiryInterval(expiry);
        foreach (var (name, value) in will.UserProperties ?? [])
            options.WithWillUserProperty(name, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(value));
    }
}
