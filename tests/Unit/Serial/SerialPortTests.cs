using System.Buffers.Binary;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Tests.Unit.Posix;

namespace ChargeScape.Edge.Tests.Unit.Serial;

/// <summary>Ttys on pseudo terminals of the kernel; what those do not have (RS-485, RTS) by recorded
/// arguments.</summary>
public sealed class SerialPortTests : IDisposable
{
    private readonly Pty pty = new();

    public void Dispose() => pty.Dispose();

    [Fact]
    public void Every_byte_goes_through_unchanged_both_ways()
    {
        using var port = SerialPort.Open(new(pty.Path, 9600));
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];

        Assert.True(port.TrySend(all, Soon));
        Assert.Equal(all, pty.Receive(256));
        pty.Send(all);
        var into = new byte[256];
        for (var filled = 0; filled < 256;)
        {
            Assert.True(port.WaitReadable(Soon));
            filled += port.Receive(into.AsSpan(filled));
        }

        Assert.Equal(all, into);
        Assert.Empty(pty.Receive());
    }

    [Theory]
    [InlineData(9600, SerialParity.None, 1, 8, 0x18B0, 0)]
    [InlineData(19200, SerialParity.Even, 1, 8, 0x19B0, 0x10)]
    [InlineData(123_456, SerialParity.Odd, 2, 7, 0x1BE0, 0x10)]
    [InlineData(4_000_000, SerialParity.None, 2, 8, 0x18F0, 0)]
    public void The_line_is_set_as_asked_and_raw(
        int baud, SerialParity parity, int stops, int bits, int cflag, int iflag)
    {
        using var port = SerialPort.Open(
            new(pty.Path, baud) { Parity = parity, StopBits = stops, DataBits = bits }, new Recorded());
        var set = Recorded.LastTermios!;

        Assert.Equal(
            [(uint)iflag, 0u, (uint)cflag, 0u],
            Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(set.AsSpan(4 * i))));
        Assert.Equal((uint)baud, BinaryPrimitives.ReadUInt32LittleEndian(set.AsSpan(36)));
        Assert.Equal((uint)baud, BinaryPrimitives.ReadUInt32LittleEndian(set.AsSpan(40)));
        Assert.Equal((uint)baud, BinaryPrimitives.ReadUInt32LittleEndian(pty.Termios.AsSpan(40)));
    }

    [Theory]
    [InlineData(9600, SerialParity.None, 1, 10)]
    [InlineData(19200, SerialParity.Even, 1, 11)]
    [InlineData(19200, SerialParity.None, 2, 11)]
    public void A_character_takes_its_bits(int baud, SerialParity parity, int stops, int bits)
    {
        var character = new SerialOptions("x", baud) { Parity = parity, StopBits = stops }.Character;

        Assert.Equal((double)bits / baud, character.TotalSeconds, 6);
    }

    [Fact]
    public void A_line_in_use_is_named()
    {
        using var first = SerialPort.Open(new(pty.Path, 9600));

        var error = Assert.Throws<SerialException>(() => SerialPort.Open(new(pty.Path, 9600)));

        Assert.Equal($"{pty.Path}: in use by another program", error.Message);
    }

    [Fact]
    public void A_line_that_was_let_go_can_be_had_again()
    {
        SerialPort.Open(new(pty.Path, 9600)).Dispose();

        SerialPort.Open(new(pty.Path, 9600)).Dispose();
    }

    [Fact]
    public void A_missing_line_is_named()
    {
        var error = Assert.Throws<SerialException>(() => SerialPort.Open(new("/dev/ttyNONE7", 9600)));

        Assert.Equal("/dev/ttyNONE7: there is no such device", error.Message);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev")]
    public void What_is_no_tty_is_named(string path)
    {
        var error = Assert.Throws<SerialException>(() => SerialPort.Open(new(path, 9600)));

        Assert.Equal($"{path}: is not a serial device", error.Message);
    }

    [Fact]
    public void A_driver_without_rs485_is_named()
    {
        var error = Assert.Throws<SerialException>(
            () => SerialPort.Open(new(pty.Path, 9600) { Rs485 = Rs485Direction.Kernel }));

        Assert.StartsWith($"{pty.Path}: its driver does not switch RS-485 direction", error.Message);
    }

    [Theory]
    [InlineData(false, false, "03000000 02000000 03000000")]
    [InlineData(true, false, "05000000 02000000 03000000")]
    [InlineData(false, true, "13000000 02000000 03000000")]
    public void The_kernel_is_told_how_to_turn_the_transceiver(bool inverted, bool receivesOwn, string bytes)
    {
        var control = new Recorded();

        using var port = SerialPort.Open(
            new(pty.Path, 9600)
            {
                Rs485 = Rs485Direction.Kernel,
                RtsInverted = inverted,
                ReceivesOwn = receivesOwn,
                RtsBefore = 2.Milliseconds,
                RtsAfter = 3.Milliseconds,
            }, control);

        var expected = bytes.Replace(" ", "", StringComparison.Ordinal) + new string('0', 40);
        Assert.Equal([$"542F {expected}"], control.Calls);
    }

    [Theory]
    [InlineData(false, "5417", "5416")]
    [InlineData(true, "5416", "5417")]
    public void By_rts_the_transceiver_listens_except_while_a_message_leaves(bool inverted, string listen, string send)
    {
        var control = new Recorded { OnTurn = () => pty.Receive().Length };
        using var port = SerialPort.Open(
            new(pty.Path, 9600) { Rs485 = Rs485Direction.Rts, RtsInverted = inverted }, control);

        Assert.True(port.TrySend([1, 2, 3], Soon));

        // After "|": bytes that the far end had got since the turn before. The line status is asked between them.
        Assert.Equal(
            [$"{listen} 04000000|0", $"{send} 04000000|0", "5459", $"{listen} 04000000|3"], control.Calls);
    }

    [Fact]
    public void A_line_that_went_away_is_lost_and_waits_for_nothing()
    {
        using var port = SerialPort.Open(new(pty.Path, 9600));

        pty.Dispose();
        Assert.True(port.WaitReadable(Soon));
        var received = port.Receive(new byte[8]);

        Assert.Equal(0, received);
        Assert.True(port.IsLost);
        Assert.False(port.TrySend([1], Soon));
    }

    [Fact]
    public void A_message_that_nobody_takes_is_given_up_at_its_deadline()
    {
        using var port = SerialPort.Open(new(pty.Path, 9600));

        Assert.False(port.TrySend(new byte[1 << 20], MonotonicClock.Now + 20.Milliseconds));

        Assert.False(port.IsLost);
    }

    [Fact]
    public void What_had_arrived_before_can_be_thrown_away()
    {
        using var port = SerialPort.Open(new(pty.Path, 9600));
        pty.Send(1, 2, 3);
        Assert.True(port.WaitReadable(Soon));

        port.DiscardInput();

        Assert.Equal(0, port.Receive(new byte[8]));
    }

    [Fact]
    public void Sending_waiting_and_receiving_allocate_nothing()
    {
        using var port = SerialPort.Open(new(pty.Path, 9600) { Rs485 = Rs485Direction.Rts }, new Silent());
        var into = new byte[64];

        var bytes = Allocated.By(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                port.TrySend([1, 2, 3], Soon);
                port.WaitReadable(TimeSpan.Zero);
                port.Receive(into);
                port.DiscardInput();
            }
        });

        Assert.Equal(0, bytes);
    }

    private static TimeSpan Soon => MonotonicClock.Now + 20.Seconds;

    /// <summary>A driver that takes RS-485 and modem lines, which a pty's does not, and notes their
    /// arguments.</summary>
    private sealed class Recorded : ITtyControl
    {
        public static byte[]? LastTermios { get; private set; }

        public List<string> Calls { get; } = [];

        public Func<int>? OnTurn { get; init; }

        public int Set(SafeDescriptor tty, uint request, ReadOnlySpan<byte> argument)
        {
            if (request is not (Tty.SetRs485 or Tty.SetModemBits or Tty.ClearModemBits))
            {
                LastTermios = argument.ToArray();
                return TtyControl.Kernel.Set(tty, request, argument);
            }
            Calls.Add($"{request:X} {Convert.ToHexString(argument)}{(OnTurn is { } seen ? $"|{seen()}" : "")}");
            return 0;
        }

        public int Get(SafeDescriptor tty, uint request, Span<byte> argument)
        {
            if (request != Tty.GetLineStatus) return TtyControl.Kernel.Get(tty, request, argument);
            Calls.Add($"{request:X}");
            argument[0] = Tty.TransmitterEmpty;
            return 0;
        }

        public int Do(SafeDescriptor tty, uint request, nint argument) => TtyControl.Kernel.Do(tty, request, argument);
    }

    private sealed class Silent : ITtyControl
    {
        public int Set(SafeDescriptor tty, uint request, ReadOnlySpan<byte> argument) =>
            request is Tty.SetModemBits or Tty.ClearModemBits ? 0 : TtyControl.Kernel.Set(tty, request, argument);

        public int Get(SafeDescriptor tty, uint request, Span<byte> argument) =>
            TtyControl.Kernel.Get(tty, request, argument);

        public int Do(SafeDescriptor tty, uint request, nint argument) => TtyControl.Kernel.Do(tty, request, argument);
    }
}
