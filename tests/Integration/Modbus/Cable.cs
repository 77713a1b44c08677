using System.Diagnostics;

namespace ChargeScape.Edge.Tests.Integration.Modbus;

/// <summary>Two ttys, joined by socat as by a null-modem cable.</summary>
internal sealed class Cable : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("chargescape-tty-");
    private readonly Process socat;

    public Cable()
    {
        (Ours, Theirs) = (Path.Combine(folder.FullName, "ours"), Path.Combine(folder.FullName, "theirs"));
        socat = Peer.Start("socat", "socat", $"pty,raw,echo=0,link={Ours}", $"pty,raw,echo=0,link={Theirs}");
        Eventually.Is(() => File.Exists(Ours) && File.Exists(Theirs), "socat made both ttys");
    }

    public string Ours { get; }

    public string Theirs { get; }

    public void Dispose()
    {
        socat.Kill();
        socat.WaitForExit();
        socat.Dispose();
        folder.Delete(recursive: true);
    }
}
