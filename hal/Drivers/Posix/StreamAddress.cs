using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// A stream socket's address in the kernel's form: <c>sockaddr_in</c>, <c>sockaddr_in6</c> or <c>sockaddr_un</c>.
/// </summary>
internal sealed class StreamAddress
{
    private const int LongestUnixPath = 107;

    private StreamAddress(int family, byte[] bytes)
    {
        Family = family;
        Bytes = bytes;
        // The family stands in the machine's own byte order.
        BitConverter.TryWriteBytes(bytes, (ushort)family);
    }

    public int Family { get; }

    public byte[] Bytes { get; }

    public static StreamAddress Tcp(IPEndPoint endPoint)
    {
        var isV4 = endPoint.AddressFamily == AddressFamily.InterNetwork;
        var made = new StreamAddress(isV4 ? Libc.AfInet : Libc.AfInet6, new byte[isV4 ? 16 : 28]);
        BinaryPrimitives.WriteUInt16BigEndian(made.Bytes.AsSpan(2), (ushort)endPoint.Port);
        endPoint.Address.TryWriteBytes(made.Bytes.AsSpan(isV4 ? 4 : 8), out _);
        if (!isV4) BitConverter.TryWriteBytes(made.Bytes.AsSpan(24), (uint)endPoint.Address.ScopeId);
        return made;
    }

    /// <exception cref="ArgumentException">The path is empty, or longer than a socket's may be.</exception>
    public static StreamAddress Unix(string path)
    {
        var length = Encoding.UTF8.GetByteCount(path);
        if (length is 0 or > LongestUnixPath)
        {
            throw new ArgumentException($"a socket's path has 1 to {LongestUnixPath} bytes: '{path}'", nameof(path));
        }
        var made = new StreamAddress(Libc.AfUnix, new byte[2 + length + 1]);
        Encoding.UTF8.GetBytes(path, made.Bytes.AsSpan(2));
        return made;
    }
}
