using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio.Kernel;

/// <summary>One descriptor that is readable while any of its members is. A member that is closed leaves by
/// itself.</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    // struct epoll_event: 12 bytes packed on x86-64, 16 elsewhere; the events stand first and the rest is not used.
    private const int EventBytes = 16;

    private readonly SafeDescriptor epoll;

    /// <exception cref="IOException">The process has no descriptor left.</exception>
    public EpollSet()
    {
        var made = Libc.NewEpoll(Libc.EpollCloexec);
        epoll = made >= 0 ? new SafeDescriptor(made) : throw Libc.Failure("epoll_create1");
    }

    public int Descriptor => epoll.Number;

    /// <exception cref="IOException">Out of memory or of watches.</exception>
    public void Add(SafeDescriptor member)
    {
        var asked = stackalloc byte[EventBytes];
        new Span<byte>(asked, EventBytes).Clear();
        *(uint*)asked = Libc.EpollIn;
        if (Libc.ControlEpoll(epoll, Libc.EpollAdd, member.Number, asked) != 0) throw Libc.Failure("epoll_ctl");
    }

    public void Dispose() => epoll.Dispose();
}
