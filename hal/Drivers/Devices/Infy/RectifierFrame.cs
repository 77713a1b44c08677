using System.Buffers.Binary;

namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>
/// The V1.13 protocol of Infy's rectifier modules: the command is in the identifier, the data are the values,
/// big-endian. Source: an open driver after the maker's document, with sample frames (<c>tests/data/dc-modules</c>).
/// </summary>
public static class RectifierFrame
{
    /// <summary>Number of modules in the group.</summary>
    public const byte Count = 0x02;
    /// <summary>Voltage and current at the module, before its diode: two 32-bit floats.</summary>
    public const byte Measured = 0x03;
    /// <summary>Status bits.</summary>
    public const byte Status = 0x04;
    /// <summary>Capabilities.</summary>
    public const byte Capabilities = 0x0A;
    /// <summary>Voltage after the diode, and available current.</summary>
    public const byte Outlet = 0x0C;
    /// <summary>Switches on (0) or off (1).</summary>
    public const byte Switch = 0x1A;
    /// <summary>Sets voltage and current.</summary>
    public const byte Set = 0x1C;

    // What no such module can show is no measurement.
    private const double MostVolts = 2000, MostAmperes = 1000;

    /// <summary>A frame from the controller to a module.</summary>
    public static CanFrame To(byte module, byte command, ulong data = 0)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, data);
        var id = new InfyId(0, InfyId.SingleModule, command, module, InfyId.Controller);
        return new CanFrame(id.Raw, bytes, isExtended: true);
    }

    /// <summary>The answer of a module.</summary>
    public static CanFrame From(byte module, byte command, ulong data, byte error = 0)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, data);
        var id = new InfyId(error, InfyId.SingleModule, command, InfyId.Controller, module);
        return new CanFrame(id.Raw, bytes, isExtended: true);
    }

    /// <summary>Takes a frame apart; false when it is no 29-bit frame of 8 bytes.</summary>
    public static bool TryDecode(in CanFrame frame, out InfyId id, out ulong data)
    {
        (id, data) = (default, 0);
        if (!frame.IsExtended || frame.Length != 8) return false;
        id = InfyId.Parse(frame.Id);
        data = BinaryPrimitives.ReverseEndianness(frame.Payload);
        return true;
    }

    /// <summary>Data of <see cref="Measured"/>; null when it cannot be a measurement of a rectifier.</summary>
    public static (Volts Voltage, Amperes Current)? MeasuredIn(ulong data)
    {
        var volts = BitConverter.UInt32BitsToSingle((uint)(data >> 32));
        var amperes = BitConverter.UInt32BitsToSingle((uint)data);
        // NaN fails every comparison. A rectifier at rest may show a little below zero.
        return volts is >= -1 and <= (float)MostVolts && amperes is >= -1 and <= (float)MostAmperes
            ? (new(Math.Max(0, volts)), new(Math.Max(0, amperes))) : null;
    }

    /// <summary>The data of <see cref="Measured"/>.</summary>
    public static ulong OfMeasured(Volts voltage, Amperes current) =>
        ((ulong)BitConverter.SingleToUInt32Bits((float)voltage.Value) << 32)
        | BitConverter.SingleToUInt32Bits((float)current.Value);

    /// <summary>Data of <see cref="Outlet"/>: 0.1 V and 0.1 A.</summary>
    public static (Volts Voltage, Amperes Available)? OutletIn(ulong data)
    {
        var (volts, amperes) = (Word(data, 0) * 0.1, Word(data, 1) * 0.1);
        return volts <= MostVolts && amperes <= MostAmperes ? (new(volts), new(amperes)) : null;
    }

    /// <summary>The data of <see cref="Outlet"/>.</summary>
    public static ulong OfOutlet(Volts voltage, Amperes available) =>
        Word(voltage.Value * 10, 0) | Word(available.Value * 10, 1);

    /// <summary>Data of <see cref="Capabilities"/>: 1 V, 1 V, 0.1 A, 10 W.</summary>
    public static (Volts MaxVoltage, Volts MinVoltage, Amperes MaxCurrent, Watts MaxPower) CapabilitiesIn(ulong data) =>
        (new(Word(data, 0)), new(Word(data, 1)), new(Word(data, 2) * 0.1), new(Word(data, 3) * 10.0));

    /// <summary>The data of <see cref="Capabilities"/>.</summary>
    public static ulong OfCapabilities(Volts maxVoltage, Volts minVoltage, Amperes maxCurrent, Watts maxPower) =>
        Word(maxVoltage.Value, 0) | Word(minVoltage.Value, 1) | Word(maxCurrent.Value * 10, 2)
            | Word(maxPower.Value / 10, 3);

    /// <summary>Data of <see cref="Status"/>: byte 7 in bits 0–7, byte 6 in 8–15, byte 5 in 16–23, as in a
    /// BEG1K075G.</summary>
    public static InfyStatus StatusIn(ulong data) => (InfyStatus)(data & 0xFF_FFFF);

    /// <summary>The data of <see cref="Set"/>: mV and mA.</summary>
    public static ulong OfSet(uint millivolts, uint milliamperes) => ((ulong)millivolts << 32) | milliamperes;

    /// <summary>Data of <see cref="Set"/>.</summary>
    public static (uint Millivolts, uint Milliamperes) SetIn(ulong data) => ((uint)(data >> 32), (uint)data);

    /// <summary>The data of <see cref="Switch"/>: 0 is <b>on</b>.</summary>
    public static ulong OfSwitch(bool isOn) => isOn ? 0 : 1UL << 56;

    private static ushort Word(ulong data, int index) => (ushort)(data >> (48 - 16 * index));

    private static ulong Word(double value, int index) =>
        (ulong)Math.Round(double.IsNaN(value) ? 0 : Math.Clamp(value, 0, ushort.MaxValue)) << (48 - 16 * index);
}
