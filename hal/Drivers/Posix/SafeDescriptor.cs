using Microsoft.Win32.SafeHandles;

namespace ChargeScape.Edge.Hal.Posix;

/// <summary>A file descriptor that is closed exactly once, also when its owner forgets.</summary>
internal sealed class SafeDescriptor : SafeHandleMinusOneIsInvalid
{
    // Not made by the marshaller: it would take the C int −1 for the pointer-wide 0xFFFF_FFFF, a valid handle.
    public SafeDescriptor(int number) : base(ownsHandle: true) => SetHandle(number);

    /// <summary>The number, for <c>pollfd</c>; −1 when closed. Only the owner's thread may ask.</summary>
    public int Number => IsClosed ? -1 : (int)handle;

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
