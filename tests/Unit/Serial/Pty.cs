using System.Buffers.Binary;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Tests.Unit.Posix;

namespace ChargeScape.Edge.Tests.Unit.Serial;

/// <summary>A pseudo terminal: <see cref="Path"/> is the tty, this is the device at the far end of its cable.</summary>
internal sealed unsafe class Pty : IDisposable
{
    private const int ReadWrite = 2, NoControllingTty = 0x100, Nonblock = 0x800, CloseOnExec = 0x8_0000;
    private const uint Unlock = 0x4004_5431, Number = 0x8004_5430;

    private readonly SafeDescriptor far;

    public Pty()
    {
        far = new(Libc.Open("/dev/ptmx", ReadWrite | NoControllingTty | Nonblock | CloseOnExec));
        Span<byte> number = stackalloc byte[sizeof(int)];
        number.Clear();
        Assert.Equal(0, TtyControl.Kernel.Set(far, Unlock, number));
        Assert.Equal(0, TtyControl.Kernel.Get(far, Number, number));
        Path = $"/dev/pts/{BinaryPrimitives.ReadInt32LittleEndian(number)}";
    }

    public string Path { get; }

    /// <summary>The device's end, for waits.</summary>
    public SafeDescriptor Far => far;

    /// <summary>The settings of the tty.</summary>
    public byte[] Termios
    {
        get
        {
            var termios = new byte[Tty.Termios2Length];
            Assert.Equal(0, TtyControl.Kernel.Get(far, Tty.GetTermios2, termios));
            return termios;
        }
    }

    public void Send(params ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            // Not Assert.Equal, which boxes: this runs where zero allocations are counted.
            if (Libc.Write(far, first, (nuint)bytes.Length) != bytes.Length) Assert.Fail("the tty takes no more");
        }
    }

    /// <summary>What has arrived; empty when nothing has.</summary>
    public byte[] Receive()
    {
        var into = new byte[8192];
        return into[..Receive(into)];
    }

    /// <summary>Takes what has arrived.</summary>
    public int Receive(Span<byte> into)
    {
        fixed (byte* first = into) return (int)Math.Max(0, Libc.Read(far, first, (nuint)into.Length));
    }

    /// <summary>Waits for so many bytes.</summary>
    public byte[] Receive(int count)
    {
        var all = new List<byte>();
        Eventually.Holds(
            () =>
            {
                all.AddRange(Receive());
                return all.Count >= count;
            }, $"{count} bytes arrive");
        return [.. all];
    }

    public void Dispose() => far.Dispose();
}
