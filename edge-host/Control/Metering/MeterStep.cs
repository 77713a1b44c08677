using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>What a step of our own power shows about the meter.</summary>
public enum MeterVerdict : byte
{
    /// <summary>Nothing: the house moved too.</summary>
    Unclear,
    /// <summary>Each leg shows its share, in the right direction.</summary>
    Follows,
    /// <summary>As <see cref="Follows"/>, and by more than a tenth too little or too much.</summary>
    IsOff,
    /// <summary>A leg shows its share with the wrong sign.</summary>
    Reversed,
    /// <summary>Another leg shows what this one should.</summary>
    LegsSwapped,
    /// <summary>Every leg shows the same wrong part of its share: a wrong unit or transformer ratio, or nothing.</summary>
    Scaled,
}

/// <summary>
/// Judges the meter by one step of our own power, per leg: what the EVSE moved is known from its own measurement, and
/// the house, which may move too, would have to move by the same watts on every leg to look like a wrong meter.
/// </summary>
public static class MeterStep
{
    /// <summary>Least own step, so that it stands out of a home's noise (safety brief §2, row 2).</summary>
    public static readonly Watts Least = new(500);
    /// <summary>Beyond this share of a step two sources are no longer of one opinion (row 8).</summary>
    public const double Tolerance = 0.3;
    /// <summary>Beyond this one they are told to differ (row 8).</summary>
    public const double Notice = 0.1;

    private const double PerLeg = 350;
    // A large step tells a tenth from noise; a small one does not.
    private const double LeastToCompare = 2000;
    private const double ErrorsToCompare = 20;
    private const double Quiet = 0.15;
    private const double LeastNoise = 20;

    /// <summary>Least size of a step that is made on purpose.</summary>
    public static Watts Size(SiteLimits site) => new(Math.Max(Least.Value, PerLeg * site.EvseLegs));

    /// <summary>Smallest movement that is judged: a step made on purpose, less what the EVSE falls short.</summary>
    public static double LeastMoved(SiteLimits site) => 0.7 * Size(site).Value;

    /// <summary>The verdict, and which part of the step the meter shows in total.</summary>
    /// <param name="before">Leg powers before the step.</param>
    /// <param name="after">And after it.</param>
    /// <param name="moved">By how much the EVSE's power moved, W.</param>
    /// <param name="site">How the EVSE is wired.</param>
    public static (MeterVerdict Verdict, float Part) Judge(
        in PerLeg<Watts> before, in PerLeg<Watts> after, double moved, SiteLimits site)
    {
        var noise = Math.Max(LeastNoise, site.MeterError.Value / site.Legs);
        var (sign, each) = (Math.Sign(moved), Math.Abs(moved) / site.EvseLegs);
        var quiet = Math.Max(noise, Quiet * Math.Abs(moved));
        var (shown, reversed, nothing, elsewhere) = (0, 0, 0, 0);
        var (least, most, sum) = (double.PositiveInfinity, double.NegativeInfinity, 0.0);
        for (var leg = 0; leg < site.Legs; leg++)
        {
            var seen = (after[leg] - before[leg]).Value * sign;
            if (site.EvseShare(leg) <= 0)
            {
                if (IsShare(Math.Abs(seen))) elsewhere++;
                else if (Math.Abs(seen) > quiet) return (MeterVerdict.Unclear, 0);
                continue;
            }
            sum += seen;
            (least, most) = (Math.Min(least, seen), Math.Max(most, seen));
            if (IsShare(seen)) shown++;
            else if (IsShare(-seen)) reversed++;
            else if (Math.Abs(seen) <= quiet) nothing++;
        }
        var part = sum / Math.Abs(moved);
        var isWhole = shown + reversed + nothing == site.EvseLegs;
        var isEven = most - least <= 2 * (noise + Quiet * each);
        var verdict =
            elsewhere > 0 ? isWhole && elsewhere == nothing ? MeterVerdict.LegsSwapped : MeterVerdict.Unclear
            : shown == site.EvseLegs && Math.Abs(part - 1) <= Tolerance ? Compared(part, moved, site)
            : reversed > 0 && shown + reversed == site.EvseLegs ? MeterVerdict.Reversed
            : isEven && part > -Tolerance && Math.Abs(part - 1) > Tolerance ? MeterVerdict.Scaled
            : MeterVerdict.Unclear;
        return (verdict, (float)part);

        bool IsShare(double seen) =>
            seen >= (1 - Tolerance) * each - noise && seen <= (1 + Tolerance) * each + noise;
    }

    private static MeterVerdict Compared(double part, double moved, SiteLimits site)
    {
        var least = Math.Max(LeastToCompare, ErrorsToCompare * site.MeterError.Value);
        return Math.Abs(moved) >= least && Math.Abs(part - 1) > Notice ? MeterVerdict.IsOff : MeterVerdict.Follows;
    }
}
