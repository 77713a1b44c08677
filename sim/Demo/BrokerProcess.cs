using System.Net;
using System.Net.Sockets;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>A Mosquitto of the demo's own on a free port of 127.0.0.1.</summary>
internal static class BrokerProcess
{
    private const string DebianPath = "/usr/sbin/mosquitto";

    /// <summary>Where the broker's program is.</summary>
    /// <exception cref="DemoFailure">It is not installed.</exception>
    public static string Find()
    {
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        var elsewhere = path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, "mosquitto"));
        return elsewhere.Prepend(DebianPath).FirstOrDefault(File.Exists) ?? throw new DemoFailure(
            "the MQTT broker is missing: install the package mosquitto (apt-get install mosquitto)");
    }

    /// <summary>Starts it; the caller waits until <see cref="Listens"/>.</summary>
    public static (Child Broker, int Port) Start(string program, Scratch scratch)
    {
        var port = FreePort();
        var configuration = scratch.File("mosquitto.conf");
        File.WriteAllLines(configuration,
        [
            // Started by root it would change to a user who may not read here.
            $"user {Environment.UserName}",
            $"listener {port} 127.0.0.1",
            "allow_anonymous true",
            "persistence false",
            "set_tcp_nodelay true",
            "log_dest stderr",
        ]);
        return (Child.Start("mosquitto (the broker)", scratch.Folder, program, "-c", configuration), port);
    }

    /// <summary>Somebody accepts connections on the port.</summary>
    public static bool Listens(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
