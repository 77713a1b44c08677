using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Host.Keeping;

/// <summary>
/// One copy of what is kept, as it lies on the medium: form, sequence, whose it is, the state, and a checksum over
/// all of it. A fixed size; little endian.
/// <code>
///  0 "CSEKEPT1"  8 sequence  16 site  24 software  32 boot (16)  48 runs  52 state's size  56 state  4092 CRC-32C
/// </code>
/// </summary>
public struct KeptRecord
{
    /// <summary>Bytes of a copy.</summary>
    public const int Size = 4096;
    private const int StateAt = 56;
    private const int CheckAt = Size - 4;
    private static readonly int stateSize = Unsafe.SizeOf<KeptState>();
    private static readonly int leastSize = stateSize - Unsafe.SizeOf<KeptProof>();

    /// <summary>Rises with each record; the larger of two good copies is the newer.</summary>
    public ulong Sequence;
    /// <summary>Fold of the site's id.</summary>
    public ulong Site;
    /// <summary>Fold of the software's version.</summary>
    public ulong Software;
    /// <summary>The machine's start, after which monotonic times go on; default = not known.</summary>
    public Guid Boot;
    /// <summary>The process runs: found at a start, it ended without an ordered stop.</summary>
    public bool Runs;
    /// <summary>What is kept.</summary>
    public KeptState State;

    private static ReadOnlySpan<byte> Form => "CSEKEPT1"u8;

    /// <summary>Writes it into <see cref="Size"/> bytes.</summary>
    public readonly void Write(Span<byte> into)
    {
        into[..Size].Clear();
        Form.CopyTo(into);
        BinaryPrimitives.WriteUInt64LittleEndian(into[8..], Sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(into[16..], Site);
        BinaryPrimitives.WriteUInt64LittleEndian(into[24..], Software);
        Boot.TryWriteBytes(into[32..48]);
        into[48] = Runs ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(into[52..], stateSize);
        MemoryMarshal.Write(into[StateAt..], State);
        BinaryPrimitives.WriteUInt32LittleEndian(into[CheckAt..], Check(into));
    }

    /// <summary>Reads it; false for anything but a whole record of this form.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out KeptRecord record)
    {
        record = default;
        if (from.Length < Size || !from.StartsWith(Form)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(from[CheckAt..]) != Check(from)) return false;
        // What a version before this one did not know yet is zero in its record.
        if (BinaryPrimitives.ReadInt32LittleEndian(from[52..]) is var size && (size < leastSize || size > stateSize))
            return false;
        record.Sequence = BinaryPrimitives.ReadUInt64LittleEndian(from[8..]);
        record.Site = BinaryPrimitives.ReadUInt64LittleEndian(from[16..]);
        record.Software = BinaryPrimitives.ReadUInt64LittleEndian(from[24..]);
        record.Boot = new(from[32..48]);
        record.Runs = from[48] != 0;
        record.State = MemoryMarshal.Read<KeptState>(from[StateAt..]);
        return true;
    }

    /// <summary>FNV-1a of a name.</summary>
    public static ulong Fold(string name)
    {
        var fold = 14695981039346656037ul;
        foreach (var one in Encoding.UTF8.GetBytes(name)) fold = (fold ^ one) * 1099511628211ul;
        return fold;
    }

    private static uint Check(ReadOnlySpan<byte> record)
    {
        var check = uint.MaxValue;
        for (var at = 0; at < CheckAt; at += 4)
            check = BitOperations.Crc32C(check, BinaryPrimitives.ReadUInt32LittleEndian(record[at..]));
        return ~check;
    }
}
