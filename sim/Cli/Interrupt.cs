using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Sim.Cli;

/// <summary>Ctrl-C, noticed at the next <see cref="Check"/>, so that what is done so far can be told.</summary>
internal sealed class Interrupt : IDisposable
{
    private readonly PosixSignalRegistration registration;
    private volatile bool isAsked;

    public Interrupt() => registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
    {
        // A second Ctrl-C ends the process at once, as ever.
        context.Cancel = !isAsked;
        isAsked = true;
    });

    /// <summary>Ends the work when Ctrl-C was pressed.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public void Check()
    {
        if (isAsked) throw new OperationCanceledException();
    }

    public void Dispose() => registration.Dispose();
}
