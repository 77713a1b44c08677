using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>What the EVSE's power may be after what it was commanded over its dead and settling time.</summary>
internal static class Expectation
{
    private const double BandShare = 0.05;
    private const double BandWatts = 200;

    /// <summary>How far back a command may still explain a measurement.</summary>
    public static TimeSpan Window(SiteLimits site) =>
        site.EvseTiming.DeadTime + site.EvseTiming.SettlingTime + site.EvseTiming.Refresh + site.EvseTiming.Period;

    /// <summary>Takes in the command that has been in force until now.</summary>
    public static void Remember(ref SlidingExtremes memory, TimeSpan now, SiteLimits site, Watts command) =>
        memory.Add(now, Window(site), command.Value, LimitId.None, command.Value, LimitId.None);

    /// <summary>Lowest and highest command of the window.</summary>
    public static (double Low, double High) Commanded(in ControlState memory) =>
        (memory.Commanded.Least, memory.Commanded.Most);

    /// <summary>Tolerance around a power: 5 % or 200 W.</summary>
    public static double Band(double power) => Math.Max(BandWatts, BandShare * Math.Abs(power));

    /// <summary>More than commanded, or the other way: what no command of the window explains.</summary>
    public static bool IsExcess(in EvseReading evse, in ControlState memory)
    {
        var (low, high) = Commanded(memory);
        (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        return evse.PowerLow.Value > high + Band(high) || evse.PowerHigh.Value < low - Band(low);
    }

    /// <summary>Less than every command of the window, and than what car and power stage say they can do.</summary>
    public static bool IsShort(in EvseReading evse, SiteLimits site, in ControlState memory)
    {
        var (low, high) = Commanded(memory);
        if (low > 0)
        {
            var least = Math.Min(low, Math.Min(evse.VehicleCharge.Value, evse.StageCharge.Value));
            return evse.PowerHigh.Value < least - Lack(least);
        }
        if (high < 0)
        {
            var least = Math.Max(high, Math.Max(evse.VehicleDischarge.Value, evse.StageDischarge.Value));
            return evse.PowerLow.Value > least + Lack(least);
        }
        return false;

        double Lack(double power) => Math.Max(BandWatts, site.EvseTiming.Shortfall * Math.Abs(power));
    }

    /// <summary>Power flows, or whether it does is unknown.</summary>
    public static bool Flows(in Inputs seen, SiteLimits site) =>
        !seen.HearsEvse(site)
        || seen.LastEvse.Said.PowerLow.Value > BandWatts || seen.LastEvse.Said.PowerHigh.Value < -BandWatts;
}
