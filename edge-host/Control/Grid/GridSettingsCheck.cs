using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// Compares what an inverter has in force (SunSpec 703, 707–710) with the utility's profile. A curve may be written as
/// corners or as a staircase: what is compared is the outermost level, and for each corner of the profile the level
/// from which the device trips that fast, and the time it takes just beyond. Momentary cessation is not compared.
/// </summary>
public static class GridSettingsCheck
{
    /// <summary>Most differences that are told: every one there can be.</summary>
    public const int Most = 64;

    // One digit of the usual scale factors: the settings are meant to be equal.
    private const double VoltageTolerance = 0.11;
    private const double FrequencyTolerance = 0.011;
    private const double TimeTolerance = 0.011;
    private const double TimeShare = 0.01;

    /// <summary>The whole comparison in short.</summary>
    public static GridAgreement Compare(in GridSettings found, UtilityProfile profile)
    {
        Span<GridDifference> room = stackalloc GridDifference[Most];
        var count = Compare(found, profile, room);
        var isTold = found.EnterService is not null || found.UnderVoltage.IsKnown || found.OverVoltage.IsKnown
            || found.UnderFrequency.IsKnown || found.OverFrequency.IsKnown;
        return new(isTold, (byte)count, count == 0 ? default : room[0]);
    }

    /// <summary>Every difference, in the order of the models; returns how many.</summary>
    /// <param name="found">What the device has in force.</param>
    /// <param name="profile">What it should have.</param>
    /// <param name="into">Room for <see cref="Most"/>.</param>
    public static int Compare(in GridSettings found, UtilityProfile profile, Span<GridDifference> into)
    {
        var list = new List(into);
        var (rule, told) = (profile.EnterService, found.EnterService ?? default);
        list.Check(GridPoint.EnterServiceLowVoltage, 0, rule.LowVoltagePercent, told.LowVoltagePercent,
            VoltageTolerance);
        list.Check(GridPoint.EnterServiceHighVoltage, 0, rule.HighVoltagePercent, told.HighVoltagePercent,
            VoltageTolerance);
        list.Check(GridPoint.EnterServiceLowFrequency, 0, rule.LowFrequency.Value, told.LowFrequency?.Value,
            FrequencyTolerance);
        list.Check(GridPoint.EnterServiceHighFrequency, 0, rule.HighFrequency.Value, told.HighFrequency?.Value,
            FrequencyTolerance);
        list.CheckTime(GridPoint.EnterServiceDelay, 0, rule.Delay.TotalSeconds, told.DelaySeconds);
        list.CheckTime(GridPoint.EnterServiceRamp, 0, rule.Ramp.TotalSeconds, told.RampSeconds);
        list.Curve(GridPoint.UnderVoltageEnabled, profile.UnderVoltage, found.UnderVoltage, -1, VoltageTolerance);
        list.Curve(GridPoint.OverVoltageEnabled, profile.OverVoltage, found.OverVoltage, 1, VoltageTolerance);
        list.Curve(
            GridPoint.UnderFrequencyEnabled, profile.UnderFrequency, found.UnderFrequency, -1, FrequencyTolerance);
        list.Curve(GridPoint.OverFrequencyEnabled, profile.OverFrequency, found.OverFrequency, 1, FrequencyTolerance);
        return list.Count;
    }

    private ref struct List(Span<GridDifference> into)
    {
        private readonly Span<GridDifference> into = into;

        public int Count { get; private set; }

        public void Check(GridPoint point, int corner, double expected, double? found, double tolerance)
        {
            var value = found ?? double.NaN;
            // NaN is a difference.
            if (Math.Abs(value - expected) <= tolerance || Count == into.Length) return;
            into[Count++] = new(point, (byte)corner, expected, value, tolerance);
        }

        public void CheckTime(GridPoint point, int corner, double expected, double? found) =>
            Check(point, corner, expected, found, Math.Max(TimeTolerance, TimeShare * expected));

        // Level and time of a curve follow its "enabled" in the list of points. The way out is down or up.
        public void Curve(GridPoint enabled, in TripCurve expected, in TripCurve found, int outward, double tolerance)
        {
            if (!found.IsKnown || !found.IsEnabled)
            {
                Check(enabled, 0, 1, found.IsKnown ? 0 : null, 0);
                return;
            }
            Check(enabled + 1, 0, Innermost(expected, double.PositiveInfinity, outward),
                Innermost(found, double.PositiveInfinity, outward), tolerance);
            for (var i = 0; i < expected.Count; i++)
            {
                var corner = expected.Corners[i];
                var slack = Math.Max(TimeTolerance, TimeShare * corner.Seconds);
                var level = Innermost(found, corner.Seconds + slack, outward);
                Check(enabled + 1, i + 1, corner.Level, level, tolerance);
                var seconds = Fastest(found, corner.Level + outward * tolerance, outward);
                CheckTime(enabled + 2, i + 1, corner.Seconds, seconds);
            }
        }

        // The level nearest to normal at which the curve trips within a time; infinite when it never does.
        private static double Innermost(in TripCurve curve, double within, int outward)
        {
            var level = outward * double.PositiveInfinity;
            foreach (var corner in curve.Corners)
                if (corner.Seconds <= within && (corner.Level - level) * outward < 0) level = corner.Level;
            return level;
        }

        // How fast the curve trips at a level.
        private static double Fastest(in TripCurve curve, double level, int outward)
        {
            var seconds = double.PositiveInfinity;
            foreach (var corner in curve.Corners)
                if ((level - corner.Level) * outward >= 0) seconds = Math.Min(seconds, corner.Seconds);
            return seconds;
        }
    }
}
