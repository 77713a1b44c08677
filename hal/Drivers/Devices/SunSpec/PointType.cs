namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Types of a SunSpec point. Source: SunSpec Device Information Model Specification V1.2.1.1, chapter on point types.
/// </summary>
public enum PointType : byte
{
    /// <summary>Signed, 1 register; not implemented = 8000.</summary>
    Int16,
    /// <summary>Unsigned, 1 register; not implemented = FFFF.</summary>
    UInt16,
    /// <summary>Accumulator, 1 register; not implemented = 0.</summary>
    Acc16,
    /// <summary>Enumeration, 1 register; not implemented = FFFF.</summary>
    Enum16,
    /// <summary>Bits, 1 register, bit 15 never used; not implemented = FFFF.</summary>
    Bitfield16,
    /// <summary>Number of instances of a group, 1 register; not implemented = FFFF.</summary>
    Count,
    /// <summary>Scale factor: a power of ten from −10 to 10, 1 register; not implemented = 8000.</summary>
    ScaleFactor,
    /// <summary>Filler, 1 register, 8000.</summary>
    Pad,
    /// <summary>Signed, 2 registers; not implemented = 80000000.</summary>
    Int32,
    /// <summary>Unsigned, 2 registers; not implemented = FFFFFFFF.</summary>
    UInt32,
    /// <summary>Accumulator, 2 registers; not implemented = 0.</summary>
    Acc32,
    /// <summary>Enumeration, 2 registers; not implemented = FFFFFFFF.</summary>
    Enum32,
    /// <summary>Bits, 2 registers; not implemented = FFFFFFFF.</summary>
    Bitfield32,
    /// <summary>Signed, 4 registers; not implemented = 8000000000000000.</summary>
    Int64,
    /// <summary>Unsigned, 4 registers; not implemented = all ones.</summary>
    UInt64,
    /// <summary>Accumulator, 4 registers; not implemented = 0.</summary>
    Acc64,
    /// <summary>Bits, 4 registers; not implemented = all ones.</summary>
    Bitfield64,
    /// <summary>IEEE 754, 2 registers; not implemented = any NaN.</summary>
    Float32,
    /// <summary>IEEE 754, 4 registers; not implemented = any NaN.</summary>
    Float64,
    /// <summary>UTF-8 bytes, NUL- or blank-padded; not implemented = all zero bytes.</summary>
    Text,
    /// <summary>IPv4 address, 2 registers; not implemented = 0.</summary>
    IpAddress,
    /// <summary>IPv6 address, 8 registers; not implemented = 0.</summary>
    Ipv6Address,
    /// <summary>MAC address in the low 6 of 8 bytes; not implemented = all ones.</summary>
    Eui48,
}

/// <summary>Traits of the point types.</summary>
internal static class PointTypes
{
    /// <summary>The type by its name in the model files; null for a name this version does not know.</summary>
    public static PointType? Parse(string name) => name switch
    {
        "int16" => PointType.Int16,
        "uint16" or "raw16" => PointType.UInt16,
        "acc16" => PointType.Acc16,
        "enum16" => PointType.Enum16,
        "bitfield16" => PointType.Bitfield16,
        "count" => PointType.Count,
        "sunssf" => PointType.ScaleFactor,
        "pad" => PointType.Pad,
        "int32" => PointType.Int32,
        "uint32" => PointType.UInt32,
        "acc32" => PointType.Acc32,
        "enum32" => PointType.Enum32,
        "bitfield32" => PointType.Bitfield32,
        "int64" => PointType.Int64,
        "uint64" => PointType.UInt64,
        "acc64" => PointType.Acc64,
        "bitfield64" => PointType.Bitfield64,
        "float32" => PointType.Float32,
        "float64" => PointType.Float64,
        "string" => PointType.Text,
        "ipaddr" => PointType.IpAddress,
        "ipv6addr" => PointType.Ipv6Address,
        "eui48" => PointType.Eui48,
        _ => null,
    };

    extension(PointType type)
    {
        /// <summary>Registers of a value; 0 when only the model can say (text).</summary>
        public int Registers => type switch
        {
            PointType.Text => 0,
            <= PointType.Pad => 1,
            PointType.Int32 or PointType.UInt32 or PointType.Acc32 or PointType.Enum32 or PointType.Bitfield32
                or PointType.Float32 or PointType.IpAddress => 2,
            PointType.Ipv6Address => 8,
            _ => 4,
        };

        /// <summary>Integer or floating-point number, as opposed to text and addresses.</summary>
        public bool IsNumber => type <= PointType.Float64;

        /// <summary>Two's complement.</summary>
        public bool IsSigned =>
            type is PointType.Int16 or PointType.Int32 or PointType.Int64 or PointType.ScaleFactor or PointType.Pad;

        /// <summary>IEEE 754.</summary>
        public bool IsFloat => type is PointType.Float32 or PointType.Float64;

        /// <summary>What says "not implemented" in the registers of a number; in a float any NaN does.</summary>
        public ulong NotImplemented => type switch
        {
            PointType.Int16 or PointType.ScaleFactor or PointType.Pad => 0x8000,
            PointType.Int32 => 0x8000_0000,
            PointType.Int64 => 0x8000_0000_0000_0000,
            PointType.Acc16 or PointType.Acc32 or PointType.Acc64 => 0,
            PointType.Float32 => 0x7FC0_0000,
            PointType.Float64 => 0x7FF8_0000_0000_0000,
            _ => type.Registers switch { 1 => 0xFFFF, 2 => 0xFFFF_FFFF, _ => ulong.MaxValue },
        };
    }
}
