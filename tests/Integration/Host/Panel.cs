using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Gpio;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>The demo site's digital lines on a Unix socket: stop loop closed, supervisor permits, no car.</summary>
internal sealed class Panel : IDisposable
{
    private readonly InMemoryGpioChip chip = new(
        "panel", "estop-loop", "permit", "d1", "d2", "lock", "k", "proximity", "lock-feedback", "insulation-fault");
    private readonly GpioSocketServer server;
    private readonly IGpioOutput stopLoop;

    public Panel(string path)
    {
        var hand = chip.Attach();
        stopLoop = hand.OpenOutput("estop-loop");
        stopLoop.TryWrite(true);
        hand.OpenOutput("permit").TryWrite(true);
        server = new(chip, path);
    }

    public void Press() => stopLoop.TryWrite(false);

    public void Release() => stopLoop.TryWrite(true);

    public void Dispose() => server.Dispose();
}
