using System.Globalization;

namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>One field as a device shows it now.</summary>
/// <param name="Field">The map's line.</param>
/// <param name="Register">Its address on this device.</param>
/// <param name="Value">Null when there is none.</param>
/// <param name="Why">Why there is none; null when there is one.</param>
/// <param name="Word">What a state's number means; null for other fields.</param>
public sealed record MapShown(MapField Field, int Register, double? Value, string? Why, string? Word);

/// <summary>Reads every field of a map once, for a person at a bench. Nothing is written.</summary>
public static class MapDump
{
    /// <summary>Asks for each block and decodes what is in it.</summary>
    public static IReadOnlyList<MapShown> Read(IModbus bus, DeviceMap map, byte unit, int position)
    {
        var shift = map.Shift(position);
        var answers = map.Blocks.Select(block => Ask(bus, block, unit, shift)).ToList();
        return [.. map.Fields.Select(field => Show(map, field, answers[field.Block], shift))];
    }

    private static (ModbusResult Result, ushort[] Registers) Ask(IModbus bus, MapBlock block, byte unit, int shift)
    {
        var registers = new ushort[block.Count];
        var result = block.Table == RegisterTable.Holding
            ? bus.ReadHolding(unit, block.At(shift), registers)
            : bus.ReadInput(unit, block.At(shift), registers);
        return (result, registers);
    }

    private static MapShown Show(
        DeviceMap map, MapField field, (ModbusResult Result, ushort[] Registers) answer, int shift)
    {
        var register = field.Codec.Address + (field.Moves ? shift : 0);
        if (!answer.Result.IsOk)
        {
            var code = answer.Result.ExceptionCode;
            return new(field, register, null, code == 0 ? $"{answer.Result.Status}" : $"exception {code}", null);
        }
        var start = (ushort)map.Blocks[field.Block].Start;
        if (field.Decode(answer.Registers, start) is not { } value)
        {
            var raw = field.Codec.Decode(answer.Registers, start);
            var why = raw is { } number && (number < field.Min || number > field.Max)
                ? string.Create(CultureInfo.InvariantCulture, $"{number:R} is outside {field.Min:R} to {field.Max:R}")
                : "the device has none";
            return new(field, register, null, why, null);
        }
        if (field.OneOf.Count > 0 && !field.OneOf.Contains(value))
            return new(field, register, value, $"not the device of this map ({string.Join(", ", field.OneOf)})", null);
        var word = field.Name != "state" ? null
            : map.States.TryGetValue((long)value, out var known) ? known.Name : "unknown: not controllable";
        return new(field, register, value, null, word);
    }
}
