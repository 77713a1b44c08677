using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>One DC input of an inverter (a module of 160, a port of 714). What it does not tell is null.</summary>
/// <param name="Current">As the device gives it.</param>
/// <param name="Voltage">As the device gives it.</param>
/// <param name="Power">As the device gives it: for PV positive when it generates.</param>
public readonly record struct StringReading(Amperes? Current, Volts? Voltage, Watts? Power);

/// <summary>The DC inputs of an inverter: a detail for people at a bench, no limit rests on it.</summary>
[InlineArray(Most)]
public struct StringReadings
{
    /// <summary>As many as one request holds.</summary>
    public const int Most = 5;
    private StringReading first;
}

/// <summary>How many of them the device has, and what they show.</summary>
public record struct InverterStrings
{
    private StringReadings readings;

    /// <summary>Number of inputs read.</summary>
    public int Count { get; init; }

    /// <summary>An input, from 0.</summary>
    public StringReading this[int index]
    {
        readonly get => readings[index];
        set => readings[index] = value;
    }
}

/// <summary>Models 160 and 714 as side block.</summary>
internal static class StringSide
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private const int PerString = 3;

    /// <summary>What is to be read.</summary>
    public static SideSpec Spec { get; } = new(
        [160, 714],
        [
            .. Enumerable.Range(0, StringReadings.Most).SelectMany(i => new[]
            {
                $"module_{i}_DCA", $"module_{i}_DCV", $"module_{i}_DCW",
            }),
            .. Enumerable.Range(0, StringReadings.Most).SelectMany(i => new[]
            {
                $"Prt_{i}_DCA", $"Prt_{i}_DCV", $"Prt_{i}_DCW",
            }),
        ],
        Period);

    /// <summary>The inputs in a block; those beyond its length are not counted.</summary>
    public static InverterStrings Decode(PollBlock block)
    {
        var first = block.Place.Model == 160 ? 0 : StringReadings.Most * PerString;
        var strings = new InverterStrings { Count = Fitting(block.Place) };
        for (var i = 0; i < strings.Count; i++)
        {
            var at = first + i * PerString;
            strings[i] = new(
                Bounded(block.Number(at), 10_000) is { } amperes ? new Amperes(amperes) : null,
                Bounded(block.Number(at + 1), 2_000) is { } volts ? new Volts(volts) : null,
                Bounded(block.Number(at + 2), 10e6) is { } watts ? new Watts(watts) : null);
        }
        return strings;
    }

    // 160: 8 registers and 20 a module; 714: 18 and 25 a port. The counting point is not asked: old devices leave it 0.
    private static int Fitting(SunSpecPlace place) => Math.Min(
        StringReadings.Most, place.Model == 160 ? (place.Length - 8) / 20 : (place.Length - 18) / 25);

    private static double? Bounded(double? value, double most) => Math.Abs(value ?? double.NaN) <= most ? value : null;
}
