using System.Net;
using System.Text;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A CAN bus behind an adapter that speaks the Lawicel protocol on TCP (a gateway, ser2net, <see cref="SlcanHub"/>).
/// Each call tends the link: a lost one is made anew with jittered back-off, and no call waits longer than 1 ms for it.
/// What the adapter sends is checked strictly; a bad line is dropped and counted.
/// <code> Down ──due──► Connecting ──stands──► Up (sent: C, S‹n›, O; answers are not waited for) ──lost──► Down </code>
/// </summary>
public sealed class SlcanTcpBus : ICanBus, IUnsent
{
    private const int ReceiveBytes = 4096;
    // A flood of rubbish must not hold the caller: it gets its turn back after so much.
    private const int MaxReadsPerCall = 8;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectWait = TimeSpan.FromMilliseconds(1);

    private readonly StreamAddress adapter;
    private readonly byte[] greeting;
    private readonly Backoff backoff;
    private readonly SlcanLines lines = new();
    private readonly byte[] received = new byte[ReceiveBytes];
    private readonly byte[] sending = new byte[SlcanText.LongestLine];
    private StreamSocket? socket;
    private TimeSpan upSince;
    private TimeSpan receivedAt;
    private int next;
    private int end;
    private bool isDisposed;

    /// <summary>Starts to connect.</summary>
    /// <param name="adapter">Address of the adapter; a number, since looking up a name could block.</param>
    /// <param name="bitsPerSecond">10, 20, 50, 100, 125, 250, 500, 800 k or 1 M.</param>
    /// <param name="jitter">Chance for the back-off; null for a source of its own.</param>
    /// <exception cref="ArgumentOutOfRangeException">The protocol has no command for this bit rate.</exception>
    public SlcanTcpBus(IPEndPoint adapter, int bitsPerSecond, Random? jitter = null)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        var digit = SlcanText.SpeedDigit(bitsPerSecond);
        if (digit < 0) throw SlcanText.NoSuchSpeed(bitsPerSecond);
        this.adapter = StreamAddress.Tcp(adapter);
        greeting = Encoding.ASCII.GetBytes($"C\rS{digit}\rO\r");
        backoff = new Backoff(FirstDelay, LongestDelay, jitter ?? new Random());
        Tend();
    }

    /// <inheritdoc/>
    public bool IsUp { get; private set; }

    /// <summary>The socket, also while it connects; −1 between attempts.</summary>
    public int Descriptor => socket?.Descriptor ?? -1;

    /// <summary>Lines that were not of the protocol.</summary>
    public long BadLines { get; private set; }

    /// <summary>
    /// Bells: commands or frames that the adapter refused. Some adapters ring once at connect, for closing what is
    /// closed.
    /// </summary>
    public long Refusals { get; private set; }

    /// <summary>Times that the link stood and was lost.</summary>
    public long Losses { get; private set; }

    /// <inheritdoc/>
    bool IUnsent.HasUnsent => socket?.HasUnsent ?? false;

    /// <inheritdoc/>
    public bool TrySend(in CanFrame frame)
    {
        if (!Tend()) return false;
        var length = SlcanText.Write(frame, isRemote: false, sending);
        var isTaken = socket!.TrySend(sending.AsSpan(0, length));
        return isTaken || NoticeLoss();
    }

    /// <inheritdoc/>
    public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
    {
        (frame, arrivedAt) = (default, default);
        if (!Tend()) return false;
        for (var reads = 0; ; reads++)
        {
            if (TryNextFrame(out frame))
            {
                arrivedAt = receivedAt;
                return true;
            }
            if (reads == MaxReadsPerCall || !TryFill()) return false;
        }
    }

    /// <summary>Closes the link and makes no other.</summary>
    public void Dispose()
    {
        isDisposed = true;
        Drop();
    }

    /// <summary>Moves the link on as far as it goes without waiting; true when it is up.</summary>
    private bool Tend()
    {
        if (IsUp)
        {
            socket!.Flush();
            return !socket.IsLost || NoticeLoss();
        }
        if (isDisposed) return false;
        var now = MonotonicClock.Now;
        if (socket is null)
        {
            if (!backoff.IsDue(now)) return false;
            socket = StreamSocket.Connect(adapter, SlcanText.LongestLine);
            socket?.FinishConnect(ConnectWait);
        }
        socket?.FinishConnect(TimeSpan.Zero);
        if (socket is { IsConnecting: true }) return false;
        IsUp = socket is not null && socket.TrySend(greeting);
        if (IsUp) upSince = now; else Fail(now);
        return IsUp;
    }

    private bool TryNextFrame(out CanFrame frame)
    {
        frame = default;
        while (next < end)
        {
            ReadOnlySpan<byte> left = received.AsSpan(next, end - next);
            var ended = lines.Take(ref left);
            next = end - left.Length;
            switch (ended)
            {
                case SlcanEnd.Return:
                    var kind = SlcanText.Read(lines.Line, out frame);
                    if (kind == SlcanKind.Frame) return true;
                    if (kind == SlcanKind.Bad) BadLines++;
                    break;
                case SlcanEnd.Bell:
                    Refusals++;
                    break;
                case SlcanEnd.TooLong:
                    BadLines++;
                    break;
            }
        }
        frame = default;
        return false;
    }

    private bool TryFill()
    {
        var count = socket!.Receive(received);
        if (count == 0) return socket.IsLost && NoticeLoss();
        (next, end) = (0, count);
        receivedAt = MonotonicClock.Now;
        return true;
    }

    /// <summary>Goes down when the socket is lost; always false, so that callers can end with it.</summary>
    private bool NoticeLoss()
    {
        if (socket is not { IsLost: true }) return false;
        Losses++;
        var now = MonotonicClock.Now;
        // An adapter that accepts and hangs up at once must not be called in a tight loop.
        if (now - upSince >= ProvenAfter) backoff.Reset();
        Fail(now);
        return false;
    }

    private void Fail(TimeSpan now)
    {
        Drop();
        backoff.Failed(now);
    }

    private void Drop()
    {
        socket?.Dispose();
        (socket, IsUp, next, end) = (null, false, 0, 0);
        lines.Clear();
    }
}
