using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A TCP member of a <see cref="SlcanHub"/>: the adapter's side of the Lawicel protocol. Commands <c>O L C S‹n› V N F
/// Z0</c> and frames are answered by a return (frames by <c>z</c> or <c>Z</c> and a return), all else by a bell. All
/// members are called with the hub's lock held, except those of <see cref="IPollable"/>, which the hub's thread asks.
/// </summary>
internal sealed class SlcanHubClient(SlcanHub hub, StreamSocket socket) : IPollable, IUnsent, IDisposable
{
    /// <summary>How far a member may fall behind (about 9,000 frames), beyond what the kernel holds for it.</summary>
    public const int BehindBytes = 256 * 1024;

    private const int ReceiveBytes = 4096;
    private const int MaxReadsPerTurn = 4;

    private readonly SlcanLines lines = new();
    private readonly byte[] received = new byte[ReceiveBytes];
    private bool isListenOnly;
    private bool hasWrongSpeed;

    /// <summary>The member opened its channel: it hears the bus.</summary>
    public bool IsOpen { get; private set; }

    public bool IsTooSlow { get; private set; }

    public bool IsGone => IsTooSlow || socket.IsLost;

    public bool NeedsService => IsGone || socket.HasUnsent;

    public int Descriptor => socket.Descriptor;

    public bool HasUnsent => socket.HasUnsent;

    public void Send(ReadOnlySpan<byte> text)
    {
        if (IsGone) return;
        IsTooSlow = !socket.TrySend(text) && !socket.IsLost;
    }

    /// <summary>
    /// One turn: sends what is behind, takes in what came; one member cannot take more than its share.
    /// </summary>
    public void Serve()
    {
        socket.Flush();
        for (var reads = 0; reads < MaxReadsPerTurn; reads++)
        {
            var count = socket.Receive(received);
            if (count == 0) return;
            ReadOnlySpan<byte> left = received.AsSpan(0, count);
            while (!left.IsEmpty && !IsGone) Take(ref left);
        }
    }

    public void Dispose() => socket.Dispose();

    private void Take(ref ReadOnlySpan<byte> bytes)
    {
        switch (lines.Take(ref bytes))
        {
            case SlcanEnd.Return:
                Obey(lines.Line);
                break;
            case SlcanEnd.TooLong or SlcanEnd.Bell:
                Refuse();
                break;
        }
    }

    private void Obey(ReadOnlySpan<byte> line)
    {
        switch (SlcanText.Read(line, out var frame))
        {
            case var kind and (SlcanKind.Frame or SlcanKind.Remote):
                if (!IsOpen || isListenOnly)
                {
                    Send("\a"u8);
                    break;
                }
                hub.Broadcast(this, frame, kind == SlcanKind.Remote);
                Send(frame.IsExtended ? "Z\r"u8 : "z\r"u8);
                break;
            default:
                Command(line);
                break;
        }
    }

    private void Command(ReadOnlySpan<byte> line)
    {
        switch (line)
        {
            // Clients send empty lines to end whatever the adapter had half read.
            case [] or [(byte)'Z', (byte)'0']:
                Send("\r"u8);
                break;
            case [(byte)'O' or (byte)'L']:
                IsOpen = !hasWrongSpeed;
                isListenOnly = line[0] == 'L';
                Send(IsOpen ? "\r"u8 : "\a"u8);
                break;
            case [(byte)'C']:
                IsOpen = false;
                Send("\r"u8);
                break;
            case [(byte)'S', >= (byte)'0' and <= (byte)'8' and var digit] when !IsOpen:
                hasWrongSpeed = digit - '0' != hub.SpeedDigit;
                Send(hasWrongSpeed ? "\a"u8 : "\r"u8);
                break;
            case [(byte)'V']:
                Send("V1010\r"u8);
                break;
            case [(byte)'N']:
                Send("NCS01\r"u8);
                break;
            case [(byte)'F']:
                Send("F00\r"u8);
                break;
            default:
                Refuse();
                break;
        }
    }

    private void Refuse()
    {
        hub.BadLines++;
        Send("\a"u8);
    }
}
