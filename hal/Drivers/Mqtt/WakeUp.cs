using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Hal.Mqtt;

/// <summary>Lets one thread sleep on a socket and be woken by others (Linux eventfd and poll).</summary>
internal sealed unsafe partial class WakeUp
{
    private const short Readable = 0x001;
    private const short Writable = 0x004;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;

    private readonly int descriptor;
    private int isPending;

    internal WakeUp()
    {
        descriptor = EventFd(0, NonBlocking | CloseOnExec);
        if (descriptor < 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    // Not disposable: it must outlive every thread that may still wake.
    ~WakeUp() => _ = Close(descriptor);

    /// <summary>Wakes the sleeper, or keeps it from its next sleep. Any thread.</summary>
    internal void Wake()
    {
        if (Interlocked.Exchange(ref isPending, 1) != 0) return;
        ulong one = 1;
        _ = Write(descriptor, &one, sizeof(ulong));
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Sleeps until the socket is ready, someone wakes it, or the time is over; one thread. A negative socket is no
    /// socket. An error on the socket reads as ready, so that the next read finds it.
    /// </summary>
    internal (bool CanRead, bool CanWrite) Sleep(int socket, bool wantWrite, TimeSpan atMost)
    {
        var waits = stackalloc PollEntry[2];
        waits[0] = new PollEntry { Descriptor = descriptor, Events = Readable };
        waits[1] = new PollEntry { Descriptor = socket, Events = (short)(wantWrite ? Readable | Writable : Readable) };
        var ready = Poll(waits, 2, (int)Math.Ceiling(Math.Max(0, atMost.TotalMilliseconds)));
        if (ready <= 0) return default;
        if (waits[0].Returned != 0)
        {
            ulong count;
            _ = Read(descriptor, &count, sizeof(ulong));
            // After the read: a wake between the two is seen by the caller's next look at what it was woken for.
            Interlocked.Exchange(ref isPending, 0);
        }
        return ((waits[1].Returned & ~Writable) != 0, (waits[1].Returned & Writable) != 0);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
        internal short Returned;
    }

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, void* into, nuint length);

    [LibraryImport("libc", EntryPoint = "write")]
    private static partial nint Write(int descriptor, void* from, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
