using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Tests.Integration;

/// <summary>
/// A real Mosquitto on a free loopback port, with a folder of its own. Disposing ends it. Stop and start it, freeze
/// it, and run mosquitto_pub and mosquitto_sub against it.
/// </summary>
public sealed partial class Broker : IDisposable
{
    private const int SignalStop = 19;
    private const int SignalContinue = 18;
    private const int SignalTerminate = 15;

    private readonly string configuration;
    private Process? process;

    private Broker(IEnumerable<string> lines, bool isPersistent)
    {
        Folder = Directory.CreateTempSubdirectory("chargescape-broker-").FullName;
        Port = FreePort();
        configuration = Path.Combine(Folder, "mosquitto.conf");
        File.WriteAllLines(configuration,
        [
            // Started by root it would change to a user who may not write here.
            $"user {Environment.UserName}",
            $"listener {Port} 127.0.0.1",
            "allow_anonymous true",
            "set_tcp_nodelay true",
            "log_dest stderr",
            $"persistence {(isPersistent ? "true" : "false")}",
            $"persistence_location {Folder}/",
            "autosave_interval 1",
            "autosave_on_changes true",
            .. lines,
        ]);
    }

    /// <summary>TCP port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Temporary folder of this broker; gone with it.</summary>
    public string Folder { get; }

    /// <summary>
    /// Starts a broker. Persistence keeps sessions and retained messages over <see cref="Stop"/> and <see
    /// cref="Start()"/>.
    /// </summary>
    public static Broker Start(bool isPersistent = false, params string[] configurationLines)
    {
        var broker = new Broker(configurationLines, isPersistent);
        broker.Start();
        return broker;
    }

    /// <summary>Starts it again on the same port, and waits until it listens.</summary>
    public void Start()
    {
        process = Peer.Start("/usr/sbin/mosquitto", "mosquitto", "-c", configuration);
        Eventually.Is(
            () => process.HasExited
                ? throw new InvalidOperationException($"mosquitto ended: {process.StandardError.ReadToEnd()}")
                : Listens(),
            $"mosquitto listens on port {Port}");
        // Nobody reads on: a full pipe would stop it.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    /// <summary>Ends it in order; with persistence it saves its store.</summary>
    public void Stop()
    {
        Signal(SignalTerminate);
        Eventually.Is(() => process!.HasExited, "mosquitto ends");
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public void Kill()
    {
        process!.Kill();
        process.WaitForExit();
    }

    /// <summary>Changes its configuration line by line, for its next start.</summary>
    public void Configure(Func<string, string> change) =>
        File.WriteAllLines(configuration, File.ReadAllLines(configuration).Select(change).ToArray());

    /// <summary>Stops its clockwork: the kernel still accepts connections and bytes, nobody answers.</summary>
    public void Freeze() => Signal(SignalStop);

    /// <summary>Lets it go on after <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal(SignalContinue);

    /// <summary>Runs mosquitto_pub against it to its end.</summary>
    public void MosquittoPub(params string[] arguments)
    {
        using var pub = Peer.Start("/usr/bin/mosquitto_pub", "mosquitto-clients", [.. ConnectArguments, .. arguments]);
        var error = pub.StandardError.ReadToEnd();
        pub.WaitForExit();
        if (pub.ExitCode != 0) throw new InvalidOperationException($"mosquitto_pub: {error}");
    }

    /// <summary>Runs mosquitto_sub until disposed.</summary>
    public PeerLines MosquittoSub(params string[] arguments) =>
        new(Peer.Start("/usr/bin/mosquitto_sub", "mosquitto-clients", [.. ConnectArguments, .. arguments]));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (process is { HasExited: false }) Kill();
        process?.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>A TCP port on loopback that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string[] ConnectArguments => ["-V", "5", "-h", "127.0.0.1", "-p", $"{Port}"];

    private bool Listens()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Signal(int signal)
    {
        if (Kill(process!.Id, signal) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
