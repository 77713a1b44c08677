using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Bench.Scan;

/// <summary>A guess from registers that hardly any other device has with such values.</summary>
/// <param name="Family">Name of the family.</param>
/// <param name="IsInput">Function 4 instead of 3.</param>
/// <param name="Address">First register.</param>
/// <param name="Count">How many.</param>
/// <param name="Fits">Whether the values are of this family.</param>
internal sealed record Fingerprint(
    string Family, bool IsInput, ushort Address, int Count, Func<ushort[], bool> Fits);

/// <summary>
/// Devices without SunSpec that are recognised by their registers. Only reads, only addresses that the families'
/// documents list. A guess, said as one: a person confirms it.
/// </summary>
internal static class Fingerprints
{
    private static readonly Fingerprint[] all =
    [
        // State 0…12 and SoC 0…100 side by side at 537 (Quasar family README).
        new("wallbox-quasar", false, 537, 2, values => values[0] <= 12 && values[1] <= 100),
        // L1…L3 volts as float32 from 0, high word first (SDM630 Modbus protocol, input registers 30001…).
        new("eastron-sdm630", true, 0, 6, values => Enumerable.Range(0, 3).All(i => Float(values, 2 * i) is > 80 and < 300)),
        // The firmware's name as text at 0, 16 registers (charge-point object).
        new("evtec-bidipro", false, 0, 16, values => IsText(values)),
        // Volts in tenths and the rated power as u32 (charger block from 31500).
        new("sigenergy-evdc", true, 31500, 14, values => values[13] <= 10 && values[4] <= 1000),
    ];

    /// <summary>Families that the unit looks like.</summary>
    public static IReadOnlyList<string> Of(IModbus bus, byte unit)
    {
        var found = new List<string>();
        foreach (var print in all)
        {
            var values = new ushort[print.Count];
            var result = print.IsInput
                ? bus.ReadInput(unit, print.Address, values)
                : bus.ReadHolding(unit, print.Address, values);
            if (result.IsOk && print.Fits(values)) found.Add(print.Family);
        }
        return found;
    }

    private static float Float(ushort[] values, int at) =>
        BitConverter.UInt32BitsToSingle((uint)values[at] << 16 | values[at + 1]);

    private static bool IsText(ushort[] values)
    {
        var bytes = values.SelectMany(value => new[] { (byte)(value >> 8), (byte)value }).ToArray();
        var length = Array.IndexOf(bytes, (byte)0);
        return length != 0 && bytes.AsSpan(0, length < 0 ? bytes.Length : length).IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
    }
}
