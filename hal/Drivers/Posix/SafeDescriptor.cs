using Microsoft.Win32.SafeHandles;

namespace ChargeScape.Edge.Hal.Posix;

/// <summary>A file descriptor that is closed exactly once, also when its owner forgets.</summary>
internal sealed class SafeDescriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>For the marshaller.</summary>
    public SafeDescriptor() : base(ownsHandle: true) { }

    /// <summary>The number, for <c>pollfd</c>; −1 when closed. Only the owner's thread may ask.</summary>
    public int Number => IsClosed ? -1 : (int)handle;

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
