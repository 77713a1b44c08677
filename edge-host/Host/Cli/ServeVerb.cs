using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Bench;
using ChargeScape.Edge.Host.Bench.Serve;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>bench serve</c>: a recorded register image as a Modbus TCP device.</summary>
internal static class ServeVerb
{
    private static readonly Option<FileInfo> image = new("--image")
    {
        Description = "Register image, {\"address\": value}",
        HelpName = "FILE",
        Required = true,
    };
    private static readonly Option<bool> writable = new("--writable")
    {
        Description = "Take writes to recorded registers; the file stays as it is",
    };
    private static readonly Option<int> delay = new("--delay")
    {
        Description = "Answer so much later, in milliseconds",
        HelpName = "MS",
    };

    public static Command Make()
    {
        var verb = new Command(
            "serve",
            "Be a Modbus TCP device from a recorded register image, under any unit id, until Ctrl-C.\n"
            + "Exit codes: 1 no image, or the port cannot be had, 2 arguments, 130 interrupted.")
        {
            image, BenchOptions.Port, BenchOptions.Listen, writable, delay, BenchOptions.Json,
        };
        verb.SetAction((parsed, stop) => Run(parsed, stop));
        return verb;
    }

    private static async Task<int> Run(ParseResult parsed, CancellationToken stop)
    {
        if (BenchOptions.ListenOn(parsed) is not { } endPoint) return ExitCode.Wrong;
        var late = parsed.GetValue(delay);
        if (late is < 0 or > 60_000) return BenchOptions.Wrong("--delay: expected 0 to 60000 milliseconds");
        var file = parsed.GetRequiredValue(image);
        if (BenchFile.Read(file) is not { } text) return ExitCode.Failed;
        if (!RecordedImage.TryParse(text, out var registers, out var error))
        {
            await Console.Error.WriteLineAsync($"{file}: {error}");
            return ExitCode.Failed;
        }
        var isJson = parsed.GetValue(BenchOptions.Json);
        var device = new ImageDevice(
            registers, parsed.GetValue(writable), TimeSpan.FromMilliseconds(late),
            write => Console.Out.WriteLine(isJson ? JsonLine.Of(write) : write.ToString()));
        using var server = Listen(device, endPoint);
        if (server is null) return ExitCode.Failed;
        await Console.Error.WriteLineAsync(
            $"serving {registers.Count} registers of {file} on {endPoint.Address}:{server.Port}, "
            + $"{(parsed.GetValue(writable) ? "writable" : "read-only")}; Ctrl-C ends it");
        await Task.WhenAny(Task.Delay(Timeout.InfiniteTimeSpan, stop));
        await Console.Error.WriteLineAsync($"interrupted: {device.Reads} reads, {device.Writes} writes");
        return ExitCode.Interrupted;
    }

    /// <summary>Opens the port; null with a message when somebody else has it.</summary>
    public static ModbusTcpServer? Listen(Hal.IModbusDevice device, IPEndPoint endPoint)
    {
        try
        {
            // A peer on a bench may think for long before it asks again.
            return new(device, new()
            {
                Address = endPoint.Address, Port = endPoint.Port, IdleTimeout = TimeSpan.FromHours(1),
            });
        }
        catch (SocketException trouble)
        {
            var why = BenchOptions.CannotListen(endPoint, trouble.SocketErrorCode);
            Console.Error.WriteLine($"chargescape-edge: {why}");
            return null;
        }
    }
}
