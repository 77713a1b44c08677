using System.Runtime.CompilerServices;
using System.Text;

namespace ChargeScape.Edge.Tests.Integration.Contract;

/// <summary>The MQTT contract's folder, and the judge of messages that is not ours: python3-jsonschema.</summary>
public static class MqttContract
{
    /// <summary>The folder edge-host/contract.</summary>
    public static string Folder { get; } = Path.GetFullPath(Path.Combine(Here(), "../../../edge-host/contract"));

    /// <summary>
    /// Checks messages against the contract's schemas ("order", "answer", "state", "tele", "event", "capability"); one
    /// complaint per fault, none when all are valid. Each message is one JSON text.
    /// </summary>
    public static IReadOnlyList<string> Complaints(IEnumerable<(string Schema, string Message)> messages)
    {
        var input = new StringBuilder();
        foreach (var (schema, message) in messages)
            input.Append(schema).Append('\t').Append(message.ReplaceLineEndings(" ")).Append('\n');
        var (code, lines, error) = Validate(input.ToString(), "-", "-");
        if (code > 1) throw new InvalidOperationException($"validate.py: {error}");
        return lines;
    }

    /// <summary>Runs validate.py to its end.</summary>
    internal static (int ExitCode, IReadOnlyList<string> Lines, string Error) Validate(
        string input, params string[] arguments)
    {
        using var python = Peer.Start(
            "/usr/bin/python3", "python3-jsonschema",
            ["-W", "ignore", Path.Combine(Here(), "validate.py"), .. arguments]);
        var error = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEndAsync();
        // UTF-8 without a byte-order mark, whatever the locale says.
        python.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(input));
        python.StandardInput.Close();
        python.WaitForExit();
        var lines = output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (python.ExitCode == 1 && lines.Length == 0) throw new InvalidOperationException(error.Result);
        return (python.ExitCode, lines, error.Result);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
