using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Integration.Mqtt;

/// <summary>The client beside the clients and the TLS of Mosquitto.</summary>
public abstract class MqttPeerContract : MqttContract
{
    [Fact]
    public void mosquitto_pub_is_heard_with_its_properties()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "edge");
        using var inbox = new Inbox(client, "chargescape/v1/+/cmd");

        broker.MosquittoPub(
            "-t", "chargescape/v1/home/cmd", "-m", "{\"v\":1}", "-q", "1",
            "-D", "publish", "user-property", "sig", "abc", "-D", "publish", "message-expiry-interval", "60");

        var got = inbox.Next();
        Assert.Equal("chargescape/v1/home/cmd", got.Topic);
        Assert.Equal("{\"v\":1}", got.Text);
        Assert.Equal([new("sig", "abc")], got.UserProperties);
        Assert.InRange(got.ExpirySeconds!.Value, 1u, 60u);
    }

    [Fact]
    public void mosquitto_sub_hears_us_with_our_properties()
    {
        using var broker = Broker.Start();
        using var client = Connected(broker, "edge");
        using var sub = broker.MosquittoSub("-t", "answer", "-t", "ready", "-q", "1", "-F", "%t|%p|%q|%r|%P|%E");
        Eventually.Is(
            () =>
            {
                client.TryPublish(new MqttMessage("ready", default));
                return sub.TryNext(TimeSpan.FromMilliseconds(100), out _);
            }, "mosquitto_sub is subscribed");

        client.TryPublish(new MqttMessage(
            "answer", "{}"u8.ToArray(), ExpirySeconds: 60, UserProperties: [new("a", "1"), new("b", "2")]));

        var line = sub.Next(l => l.StartsWith("answer", StringComparison.Ordinal));
        Assert.Matches(@"^answer\|\{\}\|1\|0\|a:1 b:2\|(60|[1-5]?\d)$", line);
    }

    [Fact]
    public void Mutual_TLS_connects_with_our_certificate_and_not_with_a_strange_one()
    {
        using var pki = new Pki();
        using var broker = Broker.Start(
            isPersistent: false, $"cafile {pki.Authority}", $"certfile {pki.Server}", $"keyfile {pki.ServerKey}",
            "require_certificate true");
        using var ours = Connected(
            broker, "ours", s => s with { Tls = new MqttTls(pki.Authority, pki.Client, pki.ClientKey) });
        using var inbox = new Inbox(ours, "t");
        var stranger = new MqttTls(pki.Authority, pki.Stranger, pki.StrangerKey);
        using var strange = New(Settings(broker.Port, "strange") with { Tls = stranger });
        var changes = new Changes(strange);

        strange.Start();
        // More than one record of TLS, so that packets wait where poll does not see them.
        for (var i = 0; i < 40; i++) ours.TryPublish(new MqttMessage("t", new byte[16000]));

        for (var i = 0; i < 40; i++) Assert.Equal(16000, inbox.Next().Length);
        Eventually.Is(() => changes.Any(c => !c.IsConnected), "the stranger is turned away");
        Assert.False(changes.Any(c => c.IsConnected));
    }

    [Fact]
    public void A_broker_that_is_not_the_one_we_named_is_not_talked_to()
    {
        using var pki = new Pki(serverName: "other.example");
        using var broker = Broker.Start(
            isPersistent: false, $"cafile {pki.Authority}", $"certfile {pki.Server}", $"keyfile {pki.ServerKey}");
        using var client = New(
            Settings(broker.Port, "c") with { Tls = new MqttTls(pki.Authority, pki.Client, pki.ClientKey) });
        var changes = new Changes(client);

        client.Start();

        Eventually.Is(() => changes.Any(c => !c.IsConnected), "the failure is told");
        Assert.False(changes.Any(c => c.IsConnected));
    }

    /// <summary>
    /// A certificate authority of the test's own, a server, a client, and a client of another authority.
    /// </summary>
    private sealed class Pki : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("chargescape-pki-").FullName;

        // One span for all: a certificate may not outlive its issuer's, not even by the second that turned in between.
        private readonly DateTimeOffset from = DateTimeOffset.UtcNow.AddHours(-1);
        private readonly DateTimeOffset to = DateTimeOffset.UtcNow.AddHours(1);

        internal Pki(string? serverName = null)
        {
            using var authority = Issue("ChargeScape test authority", issuer: null, "ca", alternative: null);
            using var server = Issue("server", authority, "server", names =>
            {
                if (serverName is null) names.AddIpAddress(IPAddress.Loopback);
                else names.AddDnsName(serverName);
            });
            using var client = Issue("client", authority, "client", alternative: null);
            using var otherAuthority = Issue("another authority", issuer: null, "other", alternative: null);
            using var stranger = Issue("client", otherAuthority, "stranger", alternative: null);
        }

        internal string Authority => Path.Combine(folder, "ca.pem");
        internal string Server => Path.Combine(folder, "server.pem");
        internal string ServerKey => Path.Combine(folder, "server.key");
        internal string Client => Path.Combine(folder, "client.pem");
        internal string ClientKey => Path.Combine(folder, "client.key");
        internal string Stranger => Path.Combine(folder, "stranger.pem");
        internal string StrangerKey => Path.Combine(folder, "stranger.key");

        public void Dispose() => Directory.Delete(folder, recursive: true);

        private X509Certificate2 Issue(
            string name, X509Certificate2? issuer, string file, Action<SubjectAlternativeNameBuilder>? alternative)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
            if (alternative is not null)
            {
                var names = new SubjectAlternativeNameBuilder();
                alternative(names);
                request.CertificateExtensions.Add(names.Build());
            }
            var certificate = issuer is null
                ? request.CreateSelfSigned(from, to)
                : request.Create(issuer, from, to, RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
            File.WriteAllText(Path.Combine(folder, $"{file}.pem"), certificate.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, $"{file}.key"), key.ExportPkcs8PrivateKeyPem());
            return certificate;
        }
    }
}
