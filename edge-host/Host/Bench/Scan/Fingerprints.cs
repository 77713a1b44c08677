using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Devices.Quasar;

namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>A guess from registers that hardly any other device has with such values.</summary>
/// <param name="Family">Name of the family in the catalog.</param>
/// <param name="Map">The family's map that fits; null when it needs none.</param>
/// <param name="IsInput">Function 4 instead of 3.</param>
/// <param name="Address">First register.</param>
/// <param name="Count">How many.</param>
/// <param name="Fits">Whether the values are of this family.</param>
internal sealed record Fingerprint(
    string Family, string? Map, bool IsInput, ushort Address, int Count, Func<ushort[], bool> Fits);

/// <summary>
/// Devices without SunSpec that are recognised by their registers. Only reads, only addresses that the families'
/// documents list. A guess, said as one: a person confirms it.
/// </summary>
internal static class Fingerprints
{
    private static readonly Fingerprint[] all =
    [
        // State 0…12 and SoC 0…100 side by side at 537 (Quasar family README).
        new(QuasarFamily.Evse.Name, null, false, 537, 2, values => values[0] <= 12 && values[1] <= 100),
        // L1…L3 volts as float32 from 0, high word first (SDM630 Modbus protocol, input registers 30001…).
        new(
            MapFamilies.Meter.Name, "eastron-sdm630", true, 0, 6,
            values => Enumerable.Range(0, 3).All(leg => Float(values, 2 * leg) is > 80 and < 300)),
        // The firmware's name as text at 0, 16 registers (charge-point object).
        new(MapFamilies.Evse.Name, "evtec-bidipro", false, 0, 16, values => IsText(values)),
        // Volts in tenths and the rated power as u32 (charger block from 31500).
        new(MapFamilies.Evse.Name, "sigenergy-evdc", true, 31500, 14, values => values[13] <= 10 && values[4] <= 1000),
    ];

    /// <summary>Families that the unit looks like.</summary>
    public static IReadOnlyList<Fingerprint> Of(IModbus bus, byte unit)
    {
        var found = new List<Fingerprint>();
        foreach (var print in all)
        {
            var values = new ushort[print.Count];
            var result = print.IsInput
                ? bus.ReadInput(unit, print.Address, values)
                : bus.ReadHolding(unit, print.Address, values);
            if (result.IsOk && print.Fits(values)) found.Add(print);
        }
        return found;
    }

    private static float Float(ushort[] values, int at) =>
        BitConverter.UInt32BitsToSingle((uint)values[at] << 16 | values[at + 1]);

    private static bool IsText(ushort[] values)
    {
        var bytes = values.SelectMany(value => new[] { (byte)(value >> 8), (byte)value }).ToArray();
        var length = Array.IndexOf(bytes, (byte)0);
        var text = bytes.AsSpan(0, length < 0 ? bytes.Length : length);
        return !text.IsEmpty && text.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
    }
}
