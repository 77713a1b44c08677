using System.Diagnostics;

namespace ChargeScape.Edge.Tests.Kernel;

/// <summary>Programs of the machine, run to their end.</summary>
internal static class Shell
{
    /// <summary>Runs a line of bash; fails with what it printed when it ends with another code than 0.</summary>
    /// <returns>What it printed on standard output, trimmed.</returns>
    public static string Do(string line)
    {
        var (code, output, error) = Try("/bin/bash", "-c", line);
        Assert.True(code == 0, $"'{line}' ended with {code}: {error}{output}");
        return output;
    }

    /// <summary>Runs a program.</summary>
    public static (int Code, string Output, string Error) Try(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Trim(), error.Result.Trim());
    }
}
