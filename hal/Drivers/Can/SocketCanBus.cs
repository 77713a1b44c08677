using ChargeScape.Edge.Hal.Can.Kernel;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// A kernel CAN interface (SocketCAN), classic or FD. Each call tends the link: an interface that goes down or away is
/// opened again when it is back; a controller that went bus-off sends nothing until it is back on the bus and a delay
/// of 1 s, doubled up to 60 s, is over. Frames carry the kernel's receive time. Allocates nothing per frame.
/// <code>
/// Down ──due, interface up──► Up ──error frame: bus-off──► BusOff ──delay over, interface running──► Up
///   ▲────────────────down, removed───┴───────────────────────────┘
/// </code>
/// </summary>
public sealed class SocketCanBus : ICanFdBus
{
    // A flood of frames that are not for the caller must not hold it.
    private const int MostPerCall = 256;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ClockGap = TimeSpan.FromMicroseconds(50);

    private readonly string name;
    private readonly byte[] filters;
    private readonly bool withFd;
    private readonly Backoff opening;
    private readonly Backoff busOff;
    private readonly byte[] sending = new byte[CanWire.FdBytes];
    private CanSocket? socket;
    private TimeSpan emptyAt;
    private TimeSpan onBusSince;
    private long dropped;
    private bool isDisposed;

    /// <summary>Opens the interface.</summary>
    /// <param name="interfaceName">For example <c>can0</c>.</param>
    /// <param name="ids">The kernel passes only these (and reports who else sends them); null: every data
    /// frame.</param>
    /// <param name="withFd">FD frames too; the interface must be configured for them.</param>
    /// <param name="jitter">Chance for the back-off; null for a source of its own.</param>
    /// <exception cref="CanException">It cannot be had now; later losses are recovered.</exception>
    public SocketCanBus(string interfaceName, CanIds? ids = null, bool withFd = false, Random? jitter = null)
    {
        ArgumentNullException.ThrowIfNull(interfaceName);
        if (!CanInterface.IsName(interfaceName)) throw new CanException(interfaceName, CanTrouble.Missing);
        name = interfaceName;
        filters = CanWire.Filters(ids);
        this.withFd = withFd;
        opening = new Backoff(FirstDelay, LongestDelay, jitter ??= new Random());
        busOff = new Backoff(FirstRest, LongestRest, jitter);
        if (!TryOpen(MonotonicClock.Now)) throw new CanException(name, Trouble);
    }

    /// <inheritdoc/>
    public bool IsUp => Trouble == CanTrouble.None;

    /// <summary>Why it is not up.</summary>
    public CanTrouble Trouble { get; private set; }

    /// <summary>The trouble in words, with the interface's name; null when it is up.</summary>
    public string? TroubleText => IsUp ? null : new CanException(name, Trouble).Message;

    /// <inheritdoc/>
    public int Descriptor => socket?.Descriptor ?? -1;

    /// <summary>Times that the interface was open and went down or away.</summary>
    public long Losses { get; private set; }

    /// <summary>Times that the controller left the bus.</summary>
    public long BusOffs { get; private set; }

    /// <summary>Times that the controller became error-passive: wiring or bit rate are in doubt.</summary>
    public long Passives { get; private set; }

    /// <summary>Frames of ours that nobody acknowledged: there is no other node.</summary>
    public long Unacknowledged { get; private set; }

    /// <summary>Frames that the kernel dropped because they were not taken in time.</summary>
    public long Dropped => dropped + (socket?.Overflown ?? 0);

    /// <summary>FD frames that a caller of the classic methods was not given.</summary>
    public long PassedOver { get; private set; }

    /// <inheritdoc/>
    public bool TrySend(in CanFrame frame)
    {
        if (!Tend()) return false;
        CanWire.Write(frame, sending);
        return Send(CanWire.ClassicBytes);
    }

    /// <inheritdoc/>
    public bool TrySend(in CanFdFrame frame)
    {
        if ((frame.IsFd && !withFd) || !Tend()) return false;
        return Send(CanWire.Write(frame, sending));
    }

    /// <inheritdoc/>
    public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
    {
        for (var i = 0; i < MostPerCall && Next(out var kind, out arrivedAt); i++)
        {
            if (kind == CanWireKind.Classic)
            {
                frame = CanWire.Classic(socket!.Frame);
                return true;
            }
            if (kind == CanWireKind.Fd) PassedOver++;
        }
        (frame, arrivedAt) = (default, default);
        return false;
    }

    /// <inheritdoc/>
    public bool TryReceive(out CanFdFrame frame, out TimeSpan arrivedAt)
    {
        for (var i = 0; i < MostPerCall && Next(out var kind, out arrivedAt); i++)
        {
            if (kind is not (CanWireKind.Classic or CanWireKind.Fd)) continue;
            frame = kind == CanWireKind.Fd ? CanWire.Fd(socket!.Frame) : new(CanWire.Classic(socket!.Frame));
            return true;
        }
        (frame, arrivedAt) = (default, default);
        return false;
    }

    /// <summary>Closes the socket and opens no other.</summary>
    public void Dispose()
    {
        isDisposed = true;
        Close(CanTrouble.Down);
    }

    /// <summary>Takes the next thing of any kind from the socket; error frames are taken in here.</summary>
    private bool Next(out CanWireKind kind, out TimeSpan arrivedAt)
    {
        (kind, arrivedAt) = (CanWireKind.Bad, default);
        Tend();
        if (socket is null) return false;
        var looked = MonotonicClock.Now;
        if (!socket.TryReceive(out var stamp))
        {
            if (socket.Lost == CanTrouble.None) emptyAt = looked; else Lose();
            return false;
        }
        kind = CanWire.KindOf(socket.Frame);
        if (kind == CanWireKind.Error) Take(CanErrorReport.Read(socket.Frame));
        arrivedAt = ArrivalOf(stamp);
        return true;
    }

    private TimeSpan ArrivalOf(TimeSpan? stamp)
    {
        if (stamp is not { } at) return MonotonicClock.Now;
        for (var tries = 0; ; tries++)
        {
            var before = MonotonicClock.Now;
            var wall = DateTime.UtcNow - DateTime.UnixEpoch;
            var now = MonotonicClock.Now;
            // What passes between the two clocks makes the frame younger; a thread that was preempted there looks
            // again.
            if (now - before < ClockGap || tries == 2) return KernelStamp.ToMonotonic(at, wall, now, emptyAt);
        }
    }

    private bool Send(int count)
    {
        if (socket!.TrySend(sending.AsSpan(0, count))) return true;
        if (socket.Lost != CanTrouble.None) Lose();
        return false;
    }

    private void Take(in CanErrorReport report)
    {
        if (report.IsPassive) Passives++;
        if ((report.Classes & CanErrors.NotAcknowledged) != 0) Unacknowledged++;
        if ((report.Classes & CanErrors.BusOff) == 0 || Trouble == CanTrouble.BusOff) return;
        var now = MonotonicClock.Now;
        if (now - onBusSince >= ProvenAfter) busOff.Reset();
        busOff.Failed(now);
        BusOffs++;
        Trouble = CanTrouble.BusOff;
    }

    /// <summary>Moves the link on as far as it goes without waiting; true when it is up.</summary>
    private bool Tend()
    {
        if (Trouble == CanTrouble.None) return true;
        if (isDisposed) return false;
        var now = MonotonicClock.Now;
        if (socket is null) return opening.IsDue(now) && TryOpen(now);
        // The kernel brings the controller back (restart-ms of the interface); when to speak again is decided here.
        if (!busOff.IsDue(now) || !socket.IsRunning(name)) return false;
        (Trouble, onBusSince) = (CanTrouble.None, now);
        return true;
    }

    private bool TryOpen(TimeSpan now)
    {
        socket = CanSocket.Open(name, filters, withFd, out var trouble);
        Trouble = trouble;
        opening.Failed(now);
        if (socket is null) return false;
        opening.Reset();
        (emptyAt, onBusSince) = (now, now);
        return true;
    }

    private void Lose()
    {
        Losses++;
        Close(socket!.Lost);
    }

    private void Close(CanTrouble trouble)
    {
        dropped += socket?.Overflown ?? 0;
        socket?.Dispose();
        (socket, Trouble) = (null, trouble);
    }
}
