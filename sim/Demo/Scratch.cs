using System.Diagnostics;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>
/// The demo's temporary folder: everything that it and its processes write. A small shell that holds one end of a pipe
/// removes it when this process is gone without having done so, whatever ended it.
/// </summary>
internal sealed class Scratch : IDisposable
{
    private const string Guard = """
        read -r word && exit
        sleep 1; rm -rf -- "$1"
        sleep 1; rm -rf -- "$1"
        """;

    private readonly Process guard;

    /// <summary>Makes the folder.</summary>
    /// <exception cref="IOException">There is no place for it.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">setsid is missing (package util-linux).</exception>
    public Scratch()
    {
        Folder = Directory.CreateTempSubdirectory("chargescape-demo-").FullName;
        // In a session of its own: Ctrl-C at the terminal is for the demo alone.
        guard = Process.Start(new ProcessStartInfo("setsid", ["sh", "-c", Guard, "sh", Folder])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        })!;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>A path in it.</summary>
    public string File(string name) => Path.Combine(Folder, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        try
        {
            guard.StandardInput.WriteLine("done");
            guard.StandardInput.Close();
        }
        catch (IOException)
        {
            // Somebody has killed it; the folder is gone all the same.
        }
        guard.WaitForExit();
        guard.Dispose();
    }
}
