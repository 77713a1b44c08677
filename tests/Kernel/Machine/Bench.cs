namespace ChargeScape.Edge.Tests.Kernel.Machine;

/// <summary>The kernel bench as a person uses it, with a folder of its own that the guest may write to.</summary>
internal sealed class Bench : IDisposable
{
    private static readonly string program = RepositoryRoot.File("tests", "Kernel", "bench", "kernel-bench");

    /// <summary>The guest's $JOB.</summary>
    public string Job { get; } = Directory.CreateTempSubdirectory("chargescape-kernel-job-").FullName;

    /// <summary>Runs a command in a guest of its own.</summary>
    /// <param name="options">Options of <c>kernel run</c>.</param>
    /// <param name="command">Program and arguments.</param>
    public (int Code, string Output, string Error) Run(string[] options, params string[] command) =>
        Shell.Try(program, ["run", "--seconds", "300", "--job", Job, .. options, "--", .. command]);

    /// <summary>What the guest left in a file of its $JOB.</summary>
    public string Left(string file)
    {
        var path = Path.Combine(Job, file);
        return File.Exists(path) ? File.ReadAllText(path) : "";
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Job, recursive: true);
}
