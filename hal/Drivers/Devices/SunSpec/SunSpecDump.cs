using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Prints every point of every model instance of a recorded register image as JSON, in chain order, scale applied, what
/// is not implemented as null. The names of repeated groups' points are explained in the family README.
/// </summary>
public static class SunSpecDump
{
    /// <summary>
    /// Decodes an image. Writes
    /// <c>[{"model": 103, "address": 40070, "points": {"W": 123.0, "TmpCab": null, …}}, …]</c>, one instance a line;
    /// <c>address</c> is that of the instance's ID register. A model that is not in the published set has no points. A
    /// chain that breaks off is printed as far as it goes, with a note.
    /// </summary>
    /// <param name="imageJson">The image, <c>{"address": value, …}</c>.</param>
    /// <param name="output">Receives the JSON, only when there is something to print.</param>
    /// <param name="notes">Receives what is wrong with the image, one line each.</param>
    /// <returns>False when the text is no image, or the image holds no SunSpec model.</returns>
    public static bool TryWrite(string imageJson, TextWriter output, TextWriter notes)
    {
        if (!RecordedImage.TryParse(imageJson, out var image, out var error))
        {
            notes.WriteLine(error);
            return false;
        }
        using var bus = new InMemoryModbus(image);
        var scan = SunSpecScan.Run(bus, unit: 1);
        if (scan.Models.Count == 0)
        {
            notes.WriteLine(NothingFound(scan));
            return false;
        }
        if (scan.End != ChainEnd.EndModel) notes.WriteLine(BrokenOff(scan));
        var before = "[\n";
        foreach (var place in scan.Models)
        {
            var instance = SunSpecInstance.Read(bus, 1, place);
            if (instance.Layout is null)
                notes.WriteLine($"model {place.Model} at {place.Address}: not in the published set, no points decoded");
            output.Write(before);
            output.Write(ToJson(instance));
            before = ",\n";
        }
        output.Write("\n]\n");
        return true;
    }

    private static string ToJson(SunSpecInstance instance)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("model", instance.Place.Model);
            json.WriteNumber("address", instance.Place.Address);
            json.WriteStartObject("points");
            foreach (var point in instance.Layout?.Points ?? [])
            {
                json.WritePropertyName(point.Name);
                Write(json, instance.Decode(point));
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Scaled numbers keep a decimal point, so that they can be told from counts and codes.</summary>
    private static void Write(Utf8JsonWriter json, PointValue value)
    {
        switch (value.Kind)
        {
            case PointValueKind.Text:
                json.WriteStringValue(value.Text);
                break;
            case PointValueKind.Integer:
                json.WriteRawValue(value.Integer.ToString(CultureInfo.InvariantCulture));
                break;
            case PointValueKind.Number:
                var shortest = value.Number.ToString("R", CultureInfo.InvariantCulture);
                json.WriteRawValue(shortest.AsSpan().ContainsAny('.', 'E') ? shortest : shortest + ".0");
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static string NothingFound(SunSpecScan scan) => scan.End == ChainEnd.NoMarker
        ? $"no \"SunS\" marker at {string.Join(", ", SunSpecScan.UsualBases)}"
        : $"\"SunS\" at {scan.Base}, but no model follows it: {Words(scan.End)}";

    private static string BrokenOff(SunSpecScan scan)
    {
        var last = scan.Models[^1];
        return $"the chain breaks off after model {last.Model} at {last.Address} (L {last.Length}): {Words(scan.End)}";
    }

    private static string Words(ChainEnd end) => end switch
    {
        ChainEnd.Refused => "the next header was not recorded",
        ChainEnd.NotAModel => "the next header has ID 0 or length 0",
        ChainEnd.TooManyModels => $"more than {SunSpecScan.MaxModels} models",
        ChainEnd.LeavesWindow => "the next header lies outside the address window of the base",
        _ => "end model",
    };
}
