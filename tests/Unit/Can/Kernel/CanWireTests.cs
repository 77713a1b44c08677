using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Can.Kernel;

namespace ChargeScape.Edge.Tests.Unit.Can.Kernel;

/// <summary>Bytes written by hand from linux/can.h, on a little-endian machine as all that .NET runs on here.</summary>
public sealed class CanWireTests
{
    [Fact]
    public void A_classic_frame_is_16_bytes_with_the_kind_of_identifier_in_the_top_bit()
    {
        var bytes = new byte[CanWire.FdBytes];
        Array.Fill(bytes, (byte)0xEE);

        CanWire.Write(new CanFrame(0x102, [0xA5, 0x5A, 0xFF]), bytes);
        Assert.Equal("02010000" + "03000000" + "A55AFF0000000000", Convert.ToHexString(bytes, 0, 16));

        CanWire.Write(new CanFrame(0x029A_3FF0, [1, 2, 3, 4, 5, 6, 7, 8], isExtended: true), bytes);
        Assert.Equal("F03F9A82" + "08000000" + "0102030405060708", Convert.ToHexString(bytes, 0, 16));
    }

    [Fact]
    public void An_fd_frame_is_72_bytes_with_its_flags_and_a_classic_one_stays_classic()
    {
        var bytes = new byte[CanWire.FdBytes];

        var count = CanWire.Write(
            new CanFdFrame(0x7FF, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], hasRateSwitch: true), bytes);
        Assert.Equal(72, count);
        Assert.Equal(
            "FF070000" + "0C050000" + "0102030405060708090A0B0C" + new string('0', 104), Convert.ToHexString(bytes));

        Assert.Equal(16, CanWire.Write(new CanFdFrame(new CanFrame(0x123, [9])), bytes));
        Assert.Equal("23010000" + "01000000" + "0900000000000000", Convert.ToHexString(bytes, 0, 16));
    }

    [Theory]
    [InlineData("0201000003000000A55AFF0000000000", CanWireKind.Classic)]
    [InlineData("02010000080000000000000000000000", CanWireKind.Classic)]
    [InlineData("02010000090000000000000000000000", CanWireKind.Bad)]
    [InlineData("00080000000000000000000000000000", CanWireKind.Bad)]
    [InlineData("00080080000000000000000000000000", CanWireKind.Classic)]
    [InlineData("02010040000000000000000000000000", CanWireKind.Remote)]
    [InlineData("40000020080000000000000000000000", CanWireKind.Error)]
    [InlineData("0201000003000000A55AFF00000000", CanWireKind.Bad)]
    [InlineData("", CanWireKind.Bad)]
    internal void What_came_is_told_by_its_size_and_its_flags(string hex, CanWireKind expected) =>
        Assert.Equal(expected, CanWire.KindOf(Convert.FromHexString(hex)));

    [Fact]
    public void Every_frame_reads_back_as_it_was_written()
    {
        var bytes = new byte[CanWire.FdBytes];
        var data = Enumerable.Range(1, 64).Select(i => (byte)i).ToArray();
        foreach (var (id, isExtended) in new[] { (0u, false), (0x7FFu, false), (0u, true), (0x1FFF_FFFFu, true) })
        {
            for (var length = 0; length <= 64; length++)
            {
                if (length <= 8)
                {
                    var frame = new CanFrame(id, data.AsSpan(0, length), isExtended);
                    CanWire.Write(frame, bytes);
                    Assert.Equal(CanWireKind.Classic, CanWire.KindOf(bytes.AsSpan(0, 16)));
                    Assert.Equal(frame, CanWire.Classic(bytes.AsSpan(0, 16)));
                }
                if (!CanFdFrame.IsLength(length)) continue;
                var wide = new CanFdFrame(id, data.AsSpan(0, length), isExtended, length % 2 == 0);
                Assert.Equal(72, CanWire.Write(wide, bytes));
                Assert.Equal(CanWireKind.Fd, CanWire.KindOf(bytes));
                Assert.Equal(wide, CanWire.Fd(bytes));
            }
        }
    }

    [Fact]
    public void A_driver_gets_a_filter_for_what_it_hears_and_for_what_only_it_may_send()
    {
        var ids = new CanIds(
            [CanIdRule.Standard(0x102), CanIdRule.Extended(0x0000_F000, mask: 0xFF00)], [CanIdRule.Standard(0x109)]);

        var hex = Convert.ToHexString(CanWire.Filters(ids));

        // Mask: the rule's bits, the kind of identifier, and no remote request.
        Assert.Equal("02010000FF0700C0" + "00F0008000FF00C0" + "09010000FF0700C0", hex);
        Assert.Equal("0000000000000040", Convert.ToHexString(CanWire.Filters(null)));
    }

    [Fact]
    public void Bus_off_and_passive_are_read_from_error_frames()
    {
        var busOff = CanErrorReport.Read(Convert.FromHexString("40000020080000000000000000000000"));
        var passive = CanErrorReport.Read(Convert.FromHexString("04000020080000000020000000000000"));
        var warning = CanErrorReport.Read(Convert.FromHexString("04000020080000000004000000000000"));

        Assert.Equal(new CanErrorReport(CanErrors.BusOff, IsPassive: false), busOff);
        Assert.Equal(new CanErrorReport(CanErrors.Controller, IsPassive: true), passive);
        Assert.Equal(new CanErrorReport(CanErrors.Controller, IsPassive: false), warning);
    }

    [Fact]
    public void Any_bytes_are_a_frame_that_keeps_its_bounds_or_no_frame()
    {
        var chance = new Random(7);
        var bytes = new byte[CanWire.FdBytes];
        for (var i = 0; i < 1_000_000; i++)
        {
            chance.NextBytes(bytes);
            // Lengths that exist are rare among 256.
            if (i % 2 == 0) bytes[4] %= 65;
            if (i % 3 == 0) bytes[3] &= 0x80;
            var frame = bytes.AsSpan(0, i % 4 == 0 ? CanWire.FdBytes : CanWire.ClassicBytes);
            switch (CanWire.KindOf(frame))
            {
                case CanWireKind.Classic:
                    Assert.InRange(CanWire.Classic(frame).Length, 0, 8);
                    break;
                case CanWireKind.Fd:
                    Assert.True(CanFdFrame.IsLength(CanWire.Fd(frame).Length));
                    break;
                case CanWireKind.Error:
                    CanErrorReport.Read(frame);
                    break;
            }
        }
    }

    [Fact]
    public void The_kernels_stamp_lands_on_the_monotonic_clock_whatever_the_wall_clock_does()
    {
        var (now, emptyAt) = (100.Seconds, 99.9.Seconds);

        Assert.Equal(99.95.Seconds, KernelStamp.ToMonotonic(5000.Seconds, 5000.05.Seconds, now, emptyAt));
        // Stepped forward by an hour, and back, between the stamp and now.
        Assert.Equal(emptyAt, KernelStamp.ToMonotonic(5000.Seconds, 8600.Seconds, now, emptyAt));
        Assert.Equal(now, KernelStamp.ToMonotonic(5000.Seconds, 1400.Seconds, now, emptyAt));
    }

    [Fact]
    public void A_kernel_without_can_or_an_interface_that_is_not_there_is_an_error_that_names_it()
    {
        var error = Assert.Throws<CanException>(() => new SocketCanBus("nosuchcan7"));

        Assert.Contains("'nosuchcan7'", error.Message, StringComparison.Ordinal);
        Assert.True(error.Trouble is CanTrouble.NoKernelCan or CanTrouble.Missing, error.Message);
        Assert.Throws<CanException>(() => new SocketCanBus("a-name-longer-than-the-kernel-has"));
        Assert.Throws<CanException>(() => new SocketCanBus("can/0"));
    }
}
