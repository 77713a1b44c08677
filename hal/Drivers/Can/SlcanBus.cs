using System.Text;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A CAN bus behind an adapter that speaks the Lawicel protocol. Each call tends the link: a lost one is made anew with
/// jittered back-off, and no call waits longer than 1 ms for it. What the adapter sends is checked strictly; a bad line
/// is dropped and counted.
/// <code> Down ──due──► Connecting ──stands──► Up (sent: C, S‹n›, O; answers are not waited for) ──lost──► Down </code>
/// </summary>
public abstract class SlcanBus : ICanBus, IUnsent
{
    private const int ReceiveBytes = 4096;
    // A flood of rubbish must not hold the caller: it gets its turn back after so much.
    private const int MaxReadsPerCall = 8;
    private static ReadOnlySpan<byte> Question => "V\r"u8;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectWait = TimeSpan.FromMilliseconds(1);

    private readonly byte[] greeting;
    private SlcanEcho echo;
    private readonly Backoff backoff;
    private readonly SlcanLines lines = new();
    private readonly byte[] received = new byte[ReceiveBytes];
    private readonly byte[] sending = new byte[SlcanText.LongestLine];
    private IByteLink? link;
    private TimeSpan upSince;
    private TimeSpan receivedAt;
    private int next;
    private int end;
    private bool isDisposed;

    private protected SlcanBus(int bitsPerSecond, Random? jitter)
    {
        var digit = SlcanText.SpeedDigit(bitsPerSecond);
        if (digit < 0) throw SlcanText.NoSuchSpeed(bitsPerSecond);
        greeting = Encoding.ASCII.GetBytes($"C\rS{digit}\rO\r");
        backoff = new Backoff(FirstDelay, LongestDelay, jitter ?? new Random());
    }

    /// <inheritdoc/>
    public bool IsUp { get; private set; }

    /// <summary>Of the link, also while it connects; −1 between attempts.</summary>
    public int Descriptor => link?.Descriptor ?? -1;

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
    bool IUnsent.HasUnsent => link?.HasUnsent ?? false;

    /// <inheritdoc/>
    public bool TrySend(in CanFrame frame)
    {
        if (!Tend()) return false;
        var length = SlcanText.Write(frame, isRemote: false, sending);
        var isTaken = link!.TrySend(sending.AsSpan(0, length));
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
                arrivedAt = echo.Arrival(receivedAt);
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
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// Begins to make the link; null when it failed at once. What cannot leave at once must fit into
    /// <paramref name="unsentCapacity"/> bytes.
    /// </summary>
    private protected abstract IByteLink? Connect(int unsentCapacity);

    /// <summary>Moves the link on as far as it goes without waiting; true when it is up.</summary>
    private protected bool Tend()
    {
        if (IsUp)
        {
            link!.Flush();
            Ask();
            return !link.IsLost || NoticeLoss();
        }
        if (isDisposed) return false;
        var now = MonotonicClock.Now;
        if (link is null)
        {
            if (!backoff.IsDue(now)) return false;
            link = Connect(SlcanText.LongestLine + Question.Length);
            link?.FinishConnect(ConnectWait);
        }
        link?.FinishConnect(TimeSpan.Zero);
        if (link is { IsConnecting: true }) return false;
        IsUp = link is not null && link.TrySend(greeting);
        if (!IsUp)
        {
            Fail(now);
            return false;
        }
        upSince = now;
        echo.Opened(now);
        return true;
    }

    /// <summary>Asks the adapter for a sign of life when it is time.</summary>
    private void Ask()
    {
        var now = MonotonicClock.Now;
        if (echo.IsDue(now) && link!.TrySend(Question)) echo.Asked(now);
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
                    if (kind == SlcanKind.Version) echo.Answered();
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
        var count = link!.Receive(received);
        receivedAt = MonotonicClock.Now;
        // Silence counts only when it was looked for: an answer that waits here is heard before anybody judges.
        if (count == 0) return (link.IsLost || echo.IsLost(receivedAt)) && Lose();
        (next, end) = (0, count);
        return true;
    }

    /// <summary>Goes down when the link is lost; always false, so that callers can end with it.</summary>
    private bool NoticeLoss() => link is { IsLost: true } && Lose();

    private bool Lose()
    {
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
        link?.Dispose();
        (link, IsUp, next, end) = (null, false, 0, 0);
        lines.Clear();
    }
}
