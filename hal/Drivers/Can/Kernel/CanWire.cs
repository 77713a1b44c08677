namespace ChargeScape.Edge.Hal.Can.Kernel;

/// <summary>What came from a CAN socket.</summary>
internal enum CanWireKind : byte
{
    /// <summary>Not a frame: wrong size or length.</summary>
    Bad,
    /// <summary>A classic data frame.</summary>
    Classic,
    /// <summary>An FD frame.</summary>
    Fd,
    /// <summary>A remote request.</summary>
    Remote,
    /// <summary>The controller tells of an error; see <see cref="CanErrors"/>.</summary>
    Error,
}

/// <summary>
/// <c>struct can_frame</c> (16 bytes), <c>struct canfd_frame</c> (72 bytes) and <c>struct can_filter</c> (8 bytes),
/// fields in the machine's byte order. Source: linux/can.h.
/// <code> 0 identifier and flags (u32)    4 length    5 FD flags    6, 7 reserved    8… data </code>
/// </summary>
internal static class CanWire
{
    public const int ClassicBytes = 16, FdBytes = 72, FilterBytes = 8;

    public const uint Extended = 0x8000_0000, RemoteRequest = 0x4000_0000, Error = 0x2000_0000;

    private const byte BitRateSwitch = 1, FdFrame = 4;
    private const uint StandardMask = 0x7FF, ExtendedMask = 0x1FFF_FFFF;

    public static void Write(in CanFrame frame, Span<byte> into)
    {
        into[..ClassicBytes].Clear();
        WriteId(frame.Id, frame.IsExtended, into);
        into[4] = frame.Length;
        frame.CopyTo(into[8..]);
    }

    /// <summary>Returns the number of bytes, which tells the kernel the kind of frame.</summary>
    public static int Write(in CanFdFrame frame, Span<byte> into)
    {
        into[..FdBytes].Clear();
        WriteId(frame.Id, frame.IsExtended, into);
        into[4] = frame.Length;
        frame.CopyTo(into[8..]);
        if (!frame.IsFd) return ClassicBytes;
        into[5] = (byte)(FdFrame | (frame.HasRateSwitch ? BitRateSwitch : 0));
        return FdBytes;
    }

    /// <summary>Says what the bytes are; identifier and length of a frame can be relied on.</summary>
    public static CanWireKind KindOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is not (ClassicBytes or FdBytes)) return CanWireKind.Bad;
        var id = RawId(bytes);
        if ((id & Error) != 0) return bytes.Length == ClassicBytes ? CanWireKind.Error : CanWireKind.Bad;
        if ((id & Extended) == 0 && (id & ExtendedMask) > StandardMask) return CanWireKind.Bad;
        if (bytes.Length == FdBytes) return CanFdFrame.IsLength(bytes[4]) ? CanWireKind.Fd : CanWireKind.Bad;
        if (bytes[4] > 8) return CanWireKind.Bad;
        return (id & RemoteRequest) != 0 ? CanWireKind.Remote : CanWireKind.Classic;
    }

    public static CanFrame Classic(ReadOnlySpan<byte> bytes)
    {
        var id = RawId(bytes);
        return new(id & ExtendedMask, bytes.Slice(8, bytes[4]), (id & Extended) != 0);
    }

    public static CanFdFrame Fd(ReadOnlySpan<byte> bytes)
    {
        var id = RawId(bytes);
        return new(id & ExtendedMask, bytes.Slice(8, bytes[4]), (id & Extended) != 0, (bytes[5] & BitRateSwitch) != 0);
    }

    /// <summary>
    /// The kernel's filters for a driver: what it hears, and what only it may send, so that another sender is noticed.
    /// Remote requests never pass.
    /// </summary>
    public static byte[] Filters(CanIds? ids)
    {
        if (ids is null)
        {
            var any = new byte[FilterBytes];
            WriteFilter(0, RemoteRequest, any);
            return any;
        }
        CanIdRule[] rules = [.. ids.Heard, .. ids.Sent];
        var bytes = new byte[FilterBytes * rules.Length];
        for (var i = 0; i < rules.Length; i++)
        {
            var kind = rules[i].IsExtended ? Extended : 0;
            WriteFilter(
                rules[i].Id | kind, rules[i].Mask | Extended | RemoteRequest, bytes.AsSpan(i * FilterBytes));
        }
        return bytes;
    }

    private static void WriteFilter(uint id, uint mask, Span<byte> into)
    {
        BitConverter.TryWriteBytes(into, id);
        BitConverter.TryWriteBytes(into[4..], mask);
    }

    private static void WriteId(uint id, bool isExtended, Span<byte> into) =>
        BitConverter.TryWriteBytes(into, id | (isExtended ? Extended : 0));

    private static uint RawId(ReadOnlySpan<byte> bytes) => BitConverter.ToUInt32(bytes);
}
