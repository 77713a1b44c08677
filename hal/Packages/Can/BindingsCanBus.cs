using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Posix;
using Iot.Device.SocketCan;

namespace ChargeScape.Edge.Hal.Packages.Can;

/// <summary>
/// A kernel CAN interface over Iot.Device.Bindings' SocketCan. The binding only blocks, so a thread of its own reads;
/// frames are stamped when that thread sees them. It has one filter and no error frames: every data frame reaches the
/// guard, and bus-off shows as silence. A read cannot be ended from outside: after disposal the thread is gone with the
/// next frame or with the process.
/// </summary>
public sealed class BindingsCanBus : ICanBus
{
    private const int MostWaiting = 1024;
    private readonly string name;
    private readonly Lock gate = new();
    private readonly CanRing ring = new(MostWaiting);
    private readonly Waker news = new();
    private readonly Backoff backoff = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2), new Random());
    private CanRaw? socket;
    private volatile bool isBroken;
    private volatile bool isDisposed;

    /// <summary>Opens the interface.</summary>
    /// <exception cref="CanException">It cannot be had now; later losses are recovered.</exception>
    public BindingsCanBus(string interfaceName)
    {
        name = interfaceName;
        if (!TryOpen()) throw new CanException(name, CanTrouble.Missing);
    }

    /// <inheritdoc/>
    public bool IsUp => !isDisposed && Tended();

    /// <inheritdoc/>
    public int Descriptor => isDisposed ? -1 : news.Descriptor;

    /// <inheritdoc/>
    public bool TrySend(in CanFrame frame)
    {
        if (isDisposed || !Tended()) return false;
        Span<byte> all = stackalloc byte[8];
        frame.CopyTo(all);
        var id = new CanId();
        if (frame.IsExtended) id.Extended = frame.Id;
        else id.Standard = frame.Id;
        try
        {
            socket!.WriteFrame(all[..frame.Length], id);
            return true;
        }
        catch (IOException)
        {
            // A full queue and a lost interface look alike here; a lost one is seen by the reader too.
            return false;
        }
    }

    /// <inheritdoc/>
    public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt)
    {
        (frame, arrivedAt) = (default, default);
        if (isDisposed) return false;
        Tended();
        lock (gate)
        {
            if (ring.TryTake(out frame, out arrivedAt)) return true;
            news.Drain();
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed) return;
        isDisposed = true;
        socket?.Dispose();
        news.Dispose();
    }

    private bool Tended()
    {
        if (!isBroken) return true;
        socket?.Dispose();
        socket = null;
        return backoff.IsDue(MonotonicClock.Now) && TryOpen();
    }

    private bool TryOpen()
    {
        try
        {
            var opened = new CanRaw(name);
            socket = opened;
            isBroken = false;
            new Thread(() => Listen(opened)) { Name = $"can {name}", IsBackground = true }.Start();
            backoff.Reset();
            return true;
        }
        catch (Exception trouble) when (trouble is IOException or ArgumentException)
        {
            isBroken = true;
            backoff.Failed(MonotonicClock.Now);
            return false;
        }
    }

    private void Listen(CanRaw from)
    {
        Span<byte> data = stackalloc byte[8];
        while (!isDisposed && ReferenceEquals(from, socket))
        {
            try
            {
                if (!from.TryReadFrame(data, out var length, out var id)) continue;
                if (id.Error || id.RemoteTransmissionRequest) continue;
                var frame = new CanFrame(id.Value, data[..length], id.ExtendedFrameFormat);
                lock (gate) ring.Add(frame, MonotonicClock.Now);
                news.Signal();
            }
            catch (Exception gone) when (gone is IOException or ObjectDisposedException)
            {
                if (ReferenceEquals(from, socket)) isBroken = true;
                return;
            }
        }
    }
}
