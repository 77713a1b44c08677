using System.CommandLine;
using System.Net;
using System.Net.Sockets;

namespace ChargeScape.Edge.Host.Cli;

/// <summary>Options that several bench verbs share.</summary>
internal static class BenchOptions
{
    public static Option<int> Port { get; } = new("--port")
    {
        Description = "TCP port to listen on; 0 takes a free one",
        HelpName = "N",
        DefaultValueFactory = _ => 5020,
    };
    public static Option<string> Listen { get; } = new("--listen")
    {
        Description = "Address to listen on; Modbus and slcan know no password",
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "127.0.0.1",
    };
    public static Option<bool> Json { get; } = new("--json") { Description = "JSON, one object per line" };

    /// <summary>Where to listen; null after a message.</summary>
    public static IPEndPoint? ListenOn(ParseResult parsed)
    {
        var port = parsed.GetValue(Port);
        if (port is < 0 or > 65_535) Wrong("--port: expected 0 to 65535");
        else if (!IPAddress.TryParse(parsed.GetRequiredValue(Listen), out var address))
            Wrong("--listen: expected an address of this machine, such as 127.0.0.1 or 0.0.0.0");
        else return new(address, port);
        return null;
    }

    /// <summary>Why a port cannot be had, in a person's words.</summary>
    public static string CannotListen(IPEndPoint endPoint, SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse =>
            $"port {endPoint.Port} on {endPoint.Address} is busy: another program listens there; give another --port",
        SocketError.AccessDenied =>
            $"port {endPoint.Port} needs more rights than this user has; give a --port above 1023",
        SocketError.AddressNotAvailable => $"{endPoint.Address} is no address of this machine",
        _ => $"cannot listen on {endPoint.Address}:{endPoint.Port}: {error}",
    };

    /// <summary>Says what is wrong with the arguments.</summary>
    public static int Wrong(string what)
    {
        Console.Error.WriteLine($"chargescape-edge: {what}");
        return ExitCode.Wrong;
    }
}
