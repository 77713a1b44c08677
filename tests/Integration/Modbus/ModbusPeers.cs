using System.Globalization;

namespace ChargeScape.Edge.Tests.Integration.Modbus;

/// <summary>Programs that speak Modbus and were not written here.</summary>
internal static class ModbusPeers
{
    // The python modules are Debian's, so the interpreter must be Debian's too.
    public const string Python = "/usr/bin/python3";

    /// <summary>A file of the peers' folder.</summary>
    public static string Source(string file) => RepositoryRoot.File("tests", "Integration", "Modbus", "peers", file);

    /// <summary>Starts a server that prints its port first; it ends, at the latest, with this process.</summary>
    public static PeerLines Server(out int port, string program, string package, params string[] arguments)
    {
        var server = new PeerLines(Peer.Start(program, package, arguments));
        var line = server.Next();
        if (int.TryParse(line, CultureInfo.InvariantCulture, out port)) return server;
        server.Dispose();
        throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} did not start: {line}");
    }

    /// <summary>Runs a program to its end and returns what it printed; fails with its errors when it fails.</summary>
    public static string[] Run(string program, string package, params string[] arguments)
    {
        using var process = Peer.Start(program, package, arguments);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Eventually.Deadline))
        {
            process.Kill();
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end");
        }
        Assert.True(process.ExitCode == 0, $"{program} failed: {output.Result}{errors.Result}");
        return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
