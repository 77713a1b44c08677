using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// A recorded register image, <c>{"40000": 21365, …}</c>: protocol address and register value, both decimal. Answers
/// like a device, under any unit id: exception 2 for a read that touches a register that was not recorded, exception 1
/// for a write.
/// </summary>
public sealed class RecordedImage : IModbusDevice
{
    /// <summary>Most characters of an image; all 65,536 registers take less than 1.5 million.</summary>
    public const int MaxCharacters = 16 * 1024 * 1024;

    private readonly ushort[] values = new ushort[65536];
    private readonly bool[] isRecorded = new bool[65536];

    private RecordedImage()
    {
    }

    /// <summary>Number of registers recorded.</summary>
    public int Count { get; private set; }

    /// <summary>Parses an image; false with what is wrong, and where, when it is none.</summary>
    public static bool TryParse(string json, out RecordedImage image, out string error)
    {
        image = new();
        if (json.Length > MaxCharacters)
        {
            error = $"the image has {json.Length} characters; at most {MaxCharacters} are read";
            return false;
        }
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            error = image.Fill(ref reader) ?? "";
        }
        catch (JsonException trouble)
        {
            error = $"not JSON: {JsonTrouble.Where(trouble)}";
        }
        return error.Length == 0;
    }

    /// <inheritdoc/>
    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        if (start + into.Length > values.Length || isRecorded.AsSpan(start, into.Length).Contains(false)) return 2;
        values.AsSpan(start, into.Length).CopyTo(into);
        return 0;
    }

    /// <inheritdoc/>
    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 1;

    private string? Fill(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return "expected an object {\"address\": value, …}";
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!TryAddress(reader, out var address)) return $"address \"{Shown(name)}\": expected 0…65535, decimal";
            if (isRecorded[address]) return $"address {address} stands twice";
            reader.Read();
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt16(out values[address]))
                return $"address {address}: expected a register value 0…65535";
            isRecorded[address] = true;
            Count++;
        }
        // What follows the closing brace makes the reader throw.
        while (reader.Read())
        {
        }
        return Count == 0 ? "the image holds no register" : null;
    }

    private static bool TryAddress(in Utf8JsonReader reader, out ushort address)
    {
        address = 0;
        return !reader.ValueIsEscaped && !reader.HasValueSequence
            && Utf8Parser.TryParse(reader.ValueSpan, out address, out var used) && used == reader.ValueSpan.Length;
    }

    private static string Shown(string name) => name.Length <= 20 ? name : $"{name.AsSpan(0, 20)}…";
}
