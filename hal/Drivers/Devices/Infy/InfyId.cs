using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>
/// The 29-bit identifier that all Infy DC modules share: error (bits 26–28), device (22–25), command (16–21),
/// destination (8–15), source (0–7). Source: EVerest drivers for V1.13 and BEG1K075G modules (Apache-2.0), which agree
/// on it.
/// </summary>
/// <param name="Error">0 normal, 2 command invalid, 3 data invalid, 7 starting.</param>
/// <param name="Device"><see cref="SingleModule"/> or <see cref="Group"/>.</param>
/// <param name="Command">0…63.</param>
/// <param name="Destination">Address; <see cref="Broadcast"/> for all.</param>
/// <param name="Source">Address; <see cref="Controller"/> is this side.</param>
public readonly record struct InfyId(byte Error, byte Device, byte Command, byte Destination, byte Source)
{
    /// <summary>Address of the controller.</summary>
    public const byte Controller = 0xF0;
    /// <summary>Destination for all modules.</summary>
    public const byte Broadcast = 0x3F;
    /// <summary>Device number: a single module.</summary>
    public const byte SingleModule = 0x0A;
    /// <summary>Device number: a group of modules (dial on the module).</summary>
    public const byte Group = 0x0B;
    /// <summary>Command: read a value, BEG1K075G.</summary>
    public const byte Read = 0x23;
    /// <summary>Command: write a value, BEG1K075G.</summary>
    public const byte Write = 0x24;

    /// <summary>From a raw identifier; bits above 28 are ignored.</summary>
    public static InfyId Parse(uint raw) => new(
        (byte)((raw >> 26) & 0x7), (byte)((raw >> 22) & 0xF), (byte)((raw >> 16) & 0x3F), (byte)(raw >> 8), (byte)raw);

    /// <summary>The raw identifier.</summary>
    public uint Raw =>
        ((uint)(Error & 0x7) << 26) | ((uint)(Device & 0xF) << 22) | ((uint)(Command & 0x3F) << 16)
        | ((uint)Destination << 8) | Source;

    /// <summary>
    /// What the controller hears: answers to itself, of any module. Nobody else may send in its name.
    /// </summary>
    public static CanIds Ids { get; } = new(
        [CanIdRule.Extended((uint)Controller << 8, mask: 0xFF00)], [CanIdRule.Extended(Controller, mask: 0xFF)]);
}
