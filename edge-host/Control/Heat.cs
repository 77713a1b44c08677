using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>How a temperature takes power away.</summary>
/// <param name="From">Full power up to here.</param>
/// <param name="Zero">No power from here on.</param>
/// <param name="RestoreKelvin">Power returns only as far as the temperature is lower by this than where it was
/// taken.</param>
/// <param name="TripAt">Opens from here on; null = it does not.</param>
/// <param name="UnknownAfter">How long a temperature that is no longer told counts as the last one.</param>
/// <param name="UnknownShare">Share of power, 0…1, when it is not known.</param>
public sealed record Derating(
    Celsius From, Celsius Zero, double RestoreKelvin, Celsius? TripAt, TimeSpan UnknownAfter, double UnknownShare);

/// <summary>
/// Memory of one temperature: what is felt follows a rise at once, and a fall only when it is larger than the
/// hysteresis.
/// </summary>
public record struct Heat
{
    // Monotonic ticks of the reading, and one; 0 = never known.
    private long knownAt;

    /// <summary>The temperature as the derate takes it, in °C: the last one, or up to the hysteresis more.</summary>
    public float Felt { get; private set; }

    /// <summary>The last temperature that was told, while it still counts.</summary>
    public readonly bool IsKnown(TimeSpan unknownAfter, TimeSpan now) =>
        knownAt != 0 && now.Ticks + 1 - knownAt <= unknownAfter.Ticks;

    /// <summary>Takes in what a reading tells.</summary>
    internal void Take(Celsius? told, TimeSpan takenAt, Derating? derating)
    {
        if (derating is null || told is not { } temperature) return;
        var degrees = (float)temperature.Value;
        var restored = degrees + (float)derating.RestoreKelvin;
        if (knownAt == 0 || degrees > Felt) Felt = degrees;
        else if (restored < Felt) Felt = restored;
        knownAt = takenAt.Ticks + 1;
    }

    /// <summary>Share of power that is left, 0…1.</summary>
    internal readonly double Share(Derating? derating, TimeSpan now)
    {
        if (derating is null) return 1;
        var felt = knownAt == 0 ? 1
            : Math.Clamp((derating.Zero.Value - Felt) / (derating.Zero.Value - derating.From.Value), 0, 1);
        return IsKnown(derating.UnknownAfter, now) ? felt : Math.Min(felt, derating.UnknownShare);
    }
}
