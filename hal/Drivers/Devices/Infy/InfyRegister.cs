using System.Buffers.Binary;

namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>
/// What a BEG1K075G reads and writes: address in data bytes 0–1, value in bytes 4–7, both big-endian. Single source
/// (EVerest): not seen on hardware.
/// </summary>
public static class InfyRegister
{
    /// <summary>System DC voltage, mV; read measures, write sets.</summary>
    public const ushort SystemVoltage = 0x1001;
    /// <summary>System DC current, mA, magnitude; read measures, write sets.</summary>
    public const ushort SystemCurrent = 0x1002;
    /// <summary>Number of modules.</summary>
    public const ushort ModuleCount = 0x1010;
    /// <summary>Read: status bits (<see cref="InfyStatus"/>). Write: <see cref="On"/> or <see cref="Off"/>.</summary>
    public const ushort Status = 0x1110;
    /// <summary>Read: bit 0 = inverter mode.</summary>
    public const ushort InverterStatus = 0x1111;
    /// <summary>Write: <see cref="Rectifier"/> or <see cref="Inverter"/>.</summary>
    public const ushort WorkingMode = 0x2110;
    /// <summary>Value of <see cref="Status"/> that switches on.</summary>
    public const uint On = 0xA0;
    /// <summary>Value of <see cref="Status"/> that switches off.</summary>
    public const uint Off = 0xA1;
    /// <summary>Value of <see cref="WorkingMode"/>: AC → DC.</summary>
    public const uint Rectifier = 0xA0;
    /// <summary>Value of <see cref="WorkingMode"/>: DC → AC.</summary>
    public const uint Inverter = 0xA1;

    /// <summary>A frame that carries an address and a value (0 in a read request).</summary>
    public static CanFrame Frame(InfyId id, ushort address, uint value)
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(bytes, address);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], value);
        return new CanFrame(id.Raw, bytes, isExtended: true);
    }

    /// <summary>Takes a frame apart; false when it is no 29-bit frame of 8 bytes.</summary>
    public static bool TryDecode(in CanFrame frame, out InfyId id, out ushort address, out uint value)
    {
        id = default;
        address = 0;
        value = 0;
        if (!frame.IsExtended || frame.Length != 8) return false;
        Span<byte> bytes = stackalloc byte[8];
        frame.CopyTo(bytes);
        id = InfyId.Parse(frame.Id);
        address = BinaryPrimitives.ReadUInt16BigEndian(bytes);
        value = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        return true;
    }
}

/// <summary>Status word of 0x1110: byte 7 of the frame in bits 0–7, byte 6 in 8–15, byte 5 in 16–23.</summary>
[Flags]
public enum InfyStatus : uint
{
    /// <summary>None.</summary>
    None = 0,
    /// <summary>Output short.</summary>
    OutputShort = 1u << 0,
    /// <summary>Sleeping.</summary>
    Sleeping = 1u << 4,
    /// <summary>Discharge abnormal.</summary>
    DischargeAbnormal = 1u << 5,
    /// <summary>DC side off.</summary>
    DcOff = 1u << 8,
    /// <summary>Fault.</summary>
    Fault = 1u << 9,
    /// <summary>Protection.</summary>
    Protection = 1u << 10,
    /// <summary>Fan fault.</summary>
    Fan = 1u << 11,
    /// <summary>Over-temperature.</summary>
    OverTemperature = 1u << 12,
    /// <summary>Output over-voltage.</summary>
    OutputOverVoltage = 1u << 13,
    /// <summary>Walk-in enabled.</summary>
    WalkIn = 1u << 14,
    /// <summary>Communication lost.</summary>
    CommunicationLost = 1u << 15,
    /// <summary>Power limited.</summary>
    PowerLimited = 1u << 16,
    /// <summary>Two modules with one address.</summary>
    IdRepeat = 1u << 17,
    /// <summary>Load sharing.</summary>
    LoadSharing = 1u << 18,
    /// <summary>AC phase lost.</summary>
    PhaseLost = 1u << 19,
    /// <summary>AC unbalanced.</summary>
    Unbalanced = 1u << 20,
    /// <summary>AC voltage low.</summary>
    InputLowVoltage = 1u << 21,
    /// <summary>AC over-voltage.</summary>
    InputOverVoltage = 1u << 22,
    /// <summary>PFC side off.</summary>
    PfcOff = 1u << 23,
    /// <summary>What stops transfer. Not "communication lost": a module that says so answers us, so it speaks of the
    /// past.</summary>
    AnyFault = OutputShort | DischargeAbnormal | Fault | Protection | Fan | OverTemperature | OutputOverVoltage
        | IdRepeat | PhaseLost | Unbalanced | InputLowVoltage | InputOverVoltage,
}
