using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace ChargeScape.Edge.Hal.Mqtt;

/// <summary>What a session tells its owner, on the thread that steps it. Nothing may throw through it.</summary>
internal interface IMosquittoSink
{
    /// <summary>The broker acknowledged (0) or refused (reason ≥ 0x80) the connection.</summary>
    void Answered(int reason);

    /// <summary>A publish left (QoS 0) or was acknowledged; reasons ≥ 0x80 are refusals.</summary>
    void Acknowledged(int id, int reason);

    /// <summary>A subscription was granted; 0x80 and above are refusals.</summary>
    void Granted(int quality);

    /// <summary>A message came.</summary>
    void Received(in MqttReceived message);
}

/// <summary>One libmosquitto client, used by one thread at a time. Nothing throws out of its callbacks.</summary>
internal sealed unsafe class MosquittoSession : IDisposable
{
    private const int MostUserProperties = 16;
    private const int NothingMore = 11;     // EAGAIN
    private const int ReadsPerStep = 64;

    private static readonly int Initialised = Libmosquitto.LibInit();

    private readonly MqttSettings settings;
    private readonly IMosquittoSink sink;
    private readonly TopicCache topics = new();
    private readonly nint client;
    private GCHandle self;
    private bool hasProgressed;
    private bool mayHaveMore;
    private int disconnectReason;

    internal MosquittoSession(MqttSettings settings, IMosquittoSink sink)
    {
        this.settings = settings;
        this.sink = sink;
        self = GCHandle.Alloc(this);
        client = Initialised == Libmosquitto.Success
            ? Libmosquitto.New(settings.ClientId, cleanSession: false, GCHandle.ToIntPtr(self)) : 0;
        if (client == 0)
        {
            Dispose();
            throw new ArgumentException("libmosquitto makes no client with this id", nameof(settings));
        }
        Libmosquitto.OnConnect(client, &Answered);
        Libmosquitto.OnDisconnect(client, &Disconnected);
        Libmosquitto.OnPublish(client, &Acknowledged);
        Libmosquitto.OnMessage(client, &Received);
        Libmosquitto.OnSubscribe(client, &Granted);
        try
        {
            Configure();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (client != 0) Libmosquitto.Destroy(client);
        if (self.IsAllocated) self.Free();
    }

    /// <summary>
    /// Resolves, connects TCP and sends CONNECT; blocks for as long as the system's connect does. Null, or what went
    /// wrong.
    /// </summary>
    internal string? Connect()
    {
        disconnectReason = 0;
        mayHaveMore = false;
        nint properties = 0;
        try
        {
            _ = Libmosquitto.PropertyAddInt32(
                ref properties, Libmosquitto.SessionExpiryInterval, settings.SessionExpirySeconds);
            _ = Libmosquitto.PropertyAddInt32(ref properties, Libmosquitto.MaximumPacketSize, AnnouncedPacketBytes);
            var code = Libmosquitto.Connect(
                client, settings.Host, settings.Port, (int)settings.KeepAlive.TotalSeconds, null, properties);
            return code == Libmosquitto.Success ? null : Explain(code);
        }
        finally
        {
            Libmosquitto.PropertyFreeAll(ref properties);
        }
    }

    /// <summary>
    /// Sleeps until something can be done, at most so long, and does it. Null, or why the connection is gone.
    /// </summary>
    internal string? Step(WakeUp wake, TimeSpan atMost)
    {
        var socket = Libmosquitto.Socket(client);
        if (socket < 0) return Explain(Libmosquitto.ConnectionLost);
        var (canRead, canWrite) = wake.Sleep(
            socket, Libmosquitto.WantWrite(client), mayHaveMore ? TimeSpan.Zero : atMost);

        var code = canWrite ? Libmosquitto.LoopWrite(client, 1) : Libmosquitto.Success;
        if (code == Libmosquitto.Success && (canRead || mayHaveMore)) code = ReadAll();
        if (code == Libmosquitto.Success && Libmosquitto.Socket(client) >= 0) code = Libmosquitto.LoopMisc(client);
        if (code != Libmosquitto.Success) return Explain(code);
        return Libmosquitto.Socket(client) < 0 ? Explain(Libmosquitto.ConnectionLost) : null;
    }

    /// <summary>
    /// Hands a message over. The library has taken it (and will retransmit it above QoS 0) unless the text says why
    /// not.
    /// </summary>
    internal string? Publish(MqttMessage message, ReadOnlySpan<byte> payload, out int id)
    {
        nint properties = 0;
        try
        {
            AddProperties(ref properties, message);
            int code;
            fixed (byte* bytes = payload)
                code = Libmosquitto.Publish(
                    client, out id, message.Topic, payload.Length, bytes, message.QualityOfService, message.Retain,
                    properties);
            return IsTaken(code) ? null : Explain(code);
        }
        finally
        {
            Libmosquitto.PropertyFreeAll(ref properties);
        }
    }

    /// <summary>QoS 1, Retain-As-Published. Null, or why not; a connection that is gone shows in the next
    /// step.</summary>
    internal string? Subscribe(string filter)
    {
        var code = Libmosquitto.Subscribe(client, out _, filter, 1, Libmosquitto.RetainAsPublished, 0);
        return IsTaken(code) ? null : Explain(code);
    }

    /// <summary>Leaves without the will.</summary>
    internal void Leave() => _ = Libmosquitto.Disconnect(client, 0, 0);

    /// <summary>Text of a reason code of MQTT 5.</summary>
    internal static string Reason(int code) =>
        Marshal.PtrToStringUTF8(Libmosquitto.ReasonText(code)) ?? $"reason {code}";

    // With the connection gone a publish is kept all the same, and subscriptions are made again.
    private static bool IsTaken(int code) => code is Libmosquitto.Success or Libmosquitto.NoConnection
        or Libmosquitto.ConnectionLost or Libmosquitto.SystemError;

    private uint AnnouncedPacketBytes => (uint)settings.MaximumPayloadBytes * 4 + 1024;

    private void Configure()
    {
        Expect(Libmosquitto.IntOption(client, Libmosquitto.OptionProtocolVersion, Libmosquitto.Mqtt5), "MQTT 5");
        Expect(Libmosquitto.IntOption(client, Libmosquitto.OptionTcpNoDelay, 1), "TCP_NODELAY");
        if (settings.Tls is { } tls)
        {
            // The library only says "invalid" for a file that it cannot open.
            foreach (var file in (string[])[tls.CaFile, tls.CertificateFile, tls.KeyFile])
                using (File.OpenRead(file)) { }
            // Host name check and TLS ≥ 1.2 are the library's defaults.
            Expect(Libmosquitto.TlsSet(client, tls.CaFile, null, tls.CertificateFile, tls.KeyFile, 0), "the TLS files");
        }
        if (settings.Will is not { } will) return;
        nint properties = 0;
        AddProperties(ref properties, will);
        // From here on the library owns the properties.
        fixed (byte* payload = will.Payload.Span)
            Expect(
                Libmosquitto.WillSet(
                    client, will.Topic, will.Payload.Length, payload, will.QualityOfService, will.Retain, properties),
                "the will");
    }

    private static void Expect(int code, string what)
    {
        if (code != Libmosquitto.Success)
            throw new ArgumentException($"libmosquitto refuses {what}: {ErrorText(code)}");
    }

    private static void AddProperties(ref nint list, MqttMessage message)
    {
        if (message.ExpirySeconds is { } seconds)
            _ = Libmosquitto.PropertyAddInt32(ref list, Libmosquitto.MessageExpiryInterval, seconds);
        if (message.UserProperties is not { } all) return;
        for (var i = 0; i < all.Count; i++)
            _ = Libmosquitto.PropertyAddStringPair(ref list, Libmosquitto.UserProperty, all[i].Key, all[i].Value);
    }

    // One call may leave packets behind in the TLS layer, where poll does not see them: read until the socket says that
    // there is nothing more. A callback's own system calls overwrite errno, so a call that made progress proves
    // nothing.
    private int ReadAll()
    {
        mayHaveMore = false;
        for (var i = 0; i < ReadsPerStep; i++)
        {
            hasProgressed = false;
            var code = Libmosquitto.LoopRead(client, 1);
            if (code != Libmosquitto.Success || Libmosquitto.Socket(client) < 0) return code;
            if (!hasProgressed && Marshal.GetLastPInvokeError() == NothingMore) return code;
        }
        mayHaveMore = true;
        return Libmosquitto.Success;
    }

    private string Explain(int code) => (code, disconnectReason) switch
    {
        (_, >= 0x80) => Reason(disconnectReason),
        (Libmosquitto.SystemError, _) => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()),
        _ => ErrorText(code),
    };

    private static string ErrorText(int code) =>
        Marshal.PtrToStringUTF8(Libmosquitto.ErrorText(code)) ?? $"libmosquitto error {code}";

    private static MosquittoSession Of(nint userData)
    {
        var session = (MosquittoSession)GCHandle.FromIntPtr(userData).Target!;
        session.hasProgressed = true;
        return session;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Answered(nint client, nint userData, int reason, int flags, nint properties)
    {
        var session = Of(userData);
        if (reason != 0) session.disconnectReason = reason;
        session.sink.Answered(reason);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Disconnected(nint client, nint userData, int reason, nint properties)
    {
        var session = Of(userData);
        // Codes below 0x80 are the library's own and come back from the call, too.
        if (session.disconnectReason == 0) session.disconnectReason = reason;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Acknowledged(nint client, nint userData, int id, int reason, nint properties) =>
        Of(userData).sink.Acknowledged(id, reason);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Granted(nint client, nint userData, int id, int count, int* qualities, nint properties)
    {
        var session = Of(userData);
        for (var i = 0; i < count; i++) session.sink.Granted(qualities[i]);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Received(nint client, nint userData, Libmosquitto.Message* message, nint properties)
    {
        var session = Of(userData);
        var isTooLarge = message->PayloadLength > session.settings.MaximumPayloadBytes;
        var payload = isTooLarge ? default : new ReadOnlySpan<byte>(message->Payload, message->PayloadLength);
        var topic = session.topics.Text(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(message->Topic));
        var hasExpiry = Libmosquitto.PropertyReadInt32(
            properties, Libmosquitto.MessageExpiryInterval, out var expiry, skipFirst: false) != 0;
        var received = new MqttReceived(
            topic, payload, message->Retain != 0, message->QualityOfService, UserProperties(properties))
        {
            IsTooLarge = isTooLarge,
            ExpirySeconds = hasExpiry ? expiry : null,
        };
        session.sink.Received(received);
    }

    private static IReadOnlyList<KeyValuePair<string, string>> UserProperties(nint list)
    {
        List<KeyValuePair<string, string>>? all = null;
        var isFirst = true;
        // What is above the bound is not for us: nobody needs so many.
        while ((all?.Count ?? 0) < MostUserProperties)
        {
            list = Libmosquitto.PropertyReadStringPair(
                list, Libmosquitto.UserProperty, out var name, out var value, !isFirst);
            if (list == 0) break;
            isFirst = false;
            (all ??= []).Add(new(Text(name), Text(value)));
            NativeMemory.Free(name);
            NativeMemory.Free(value);
        }
        return all ?? (IReadOnlyList<KeyValuePair<string, string>>)[];
    }

    private static string Text(byte* utf8) =>
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(utf8));
}
