using System.Runtime.InteropServices;
using ChargeScape.Edge.Tests.Integration.Bench;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>
/// Signals that come while the program still reads its arguments, before any verb runs. The arguments come out of a pipe,
/// so that this moment lasts until the signal was sent.
/// </summary>
public sealed partial class EarlyInterruptTests : IDisposable
{
    private const int SignalInterrupt = 2, SignalTerminate = 15;

    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-early-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("serve", SignalInterrupt, 130)]
    [InlineData("serve", SignalTerminate, 143)]
    [InlineData("replay", SignalInterrupt, 130)]
    [InlineData("scan", SignalInterrupt, 130)]
    public void A_bench_verb_ends_as_interrupted(string verb, int signal, int expected)
    {
        string[] arguments = verb switch
        {
            "serve" => ["--image", BenchData.SmaImage, "--port", "0"],
            "replay" => [BenchData.ChademoLog, "--port", "0"],
            _ => ["127.0.0.1"],
        };

        var (code, output, errors) = Signalled(signal, ["bench", verb, .. arguments]);

        Assert.Equal((expected, ""), (code, output));
        Assert.Contains("interrupted", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SignalInterrupt)]
    [InlineData(SignalTerminate)]
    public void A_controller_stops_in_order(int signal)
    {
        var (code, _, errors) = Signalled(signal, ["run", "--site", EdgeProcess.DemoSite]);

        Assert.Equal(0, code);
        Assert.Contains("interrupted", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_arguments_stay_wrong()
    {
        var (code, _, errors) = Signalled(SignalInterrupt, ["bench", "serve", "--nothing"]);

        Assert.Equal(2, code);
        Assert.Contains("--nothing", errors, StringComparison.Ordinal);
    }

    private (int Code, string Output, string Errors) Signalled(int signal, string[] arguments)
    {
        var pipe = Path.Combine(folder, "arguments");
        Assert.Equal(0, MakePipe(pipe, 0x180));
        using var process = EdgeProcess.Begin($"@{pipe}");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        // Opens only when the program has opened it for reading.
        var opening = Task.Run(() => new StreamWriter(pipe));
        Assert.True(opening.Wait(Eventually.Deadline), "the program did not read its arguments");

        Assert.Equal(0, Kill(process.Id, signal));
        Finish(opening.Result, arguments);

        Assert.True(process.WaitForExit(Eventually.Deadline), "it did not end");
        return (process.ExitCode, output.Result, errors.Result);
    }

    private static void Finish(StreamWriter pipe, string[] arguments)
    {
        try
        {
            using (pipe) pipe.Write(string.Join('\n', arguments));
        }
        catch (IOException)
        {
            // It is gone already; its exit code says how.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
