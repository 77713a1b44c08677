using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control.Trips;

/// <summary>What the EVSE's power may be after what it was commanded over its dead and settling time.</summary>
internal static class Expectation
{
    private const double BandShare = 0.05;
    private const double BandWatts = 200;
    // Of voltage and current together, and a converter that nobody builds worse.
    private const double DcError = 0.03;
    private const double WorstEfficiency = 0.8;
    private const double IgnoredShare = 0.5;
    private const int LeastReadings = 2;

    /// <summary>What a reading is held against the device for.</summary>
    internal delegate bool Judgement(in EvseReading evse, in ControlState memory);

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

    /// <summary>
    /// Where the EVSE's power lies by all that it measures. AC power and DC side are two instruments: what either
    /// excludes is excluded, so that a device that shows its command as its power is not believed. Low above high: they
    /// contradict each other, and both are held against it.
    /// </summary>
    public static (double Low, double High) Measured(in EvseReading evse, in ControlState memory)
    {
        var (low, high) = (evse.PowerLow.Value, evse.PowerHigh.Value);
        // Without voltage there is no DC measurement, no current at all is what a map without one shows, and who does
        // not know the power at all (frozen, silent) holds an old current.
        var dc = Math.Abs(evse.DcVoltage.Value * evse.DcCurrent.Value);
        if (dc == 0 || high - low > dc) return (low, high);
        // The sign of a DC current is not every device's; between charging and not, the command decides.
        var isOut = Math.Abs(evse.Power.Value) > BandWatts ? evse.Power < Watts.Zero : memory.Commanded.Least < 0;
        var (least, most) = (dc * (1 - DcError), dc * (1 + DcError));
        return isOut
            ? (Math.Max(low, -most), Math.Min(high, -least * WorstEfficiency))
            : (Math.Max(low, least), Math.Min(high, most / WorstEfficiency));
    }

    /// <summary>More than every command of the window, and not <see cref="IsReversed"/>.</summary>
    public static bool IsOvershoot(in EvseReading evse, in ControlState memory)
    {
        if (IsReversed(evse, memory)) return false;
        var (low, high) = Commanded(memory);
        (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        var (atLeast, atMost) = Measured(evse, memory);
        return atLeast > high + Band(high) || atMost < low - Band(low);
    }

    /// <summary>The other way than every command of the window.</summary>
    public static bool IsReversed(in EvseReading evse, in ControlState memory)
    {
        var (low, high) = Commanded(memory);
        var (atLeast, atMost) = Measured(evse, memory);
        return (high <= 0 && low < 0 && atLeast > BandWatts) || (low >= 0 && high > 0 && atMost < -BandWatts);
    }

    /// <summary>
    /// Less than every command of the window, and than what car and power stage say they can do, and not
    /// <see cref="IsReversed"/>.
    /// </summary>
    public static bool IsShort(in EvseReading evse, SiteLimits site, in ControlState memory)
    {
        if (IsReversed(evse, memory)) return false;
        var (low, high) = Commanded(memory);
        var (atLeast, atMost) = Measured(evse, memory);
        if (low > 0)
        {
            var least = Math.Min(low, Math.Min(evse.VehicleCharge.Value, evse.StageCharge.Value));
            return atMost < least - Lack(least);
        }
        if (high < 0)
        {
            var least = Math.Max(high, Math.Max(evse.VehicleDischarge.Value, evse.StageDischarge.Value));
            return atLeast > least + Lack(least);
        }
        return false;

        double Lack(double power) => Math.Max(BandWatts, site.EvseTiming.Shortfall * Math.Abs(power));
    }

    /// <summary>Of what is short: power flows, but less than half of every command of the window.</summary>
    public static bool IsIgnored(in EvseReading evse, in ControlState memory)
    {
        var (low, high) = Commanded(memory);
        var (atLeast, atMost) = Measured(evse, memory);
        return Direction(evse, memory) != 0
            && ((low > 0 && atMost < low * IgnoredShare) || (high < 0 && atLeast > high * IgnoredShare));
    }

    /// <summary>
    /// One step of a trip that <paramref name="isBad"/> latches within 1 s, or two readings of a slow device, in any
    /// mode. A device that is told to stop, or that a restarted host finds running, has its own time to do so; what
    /// somebody else does while the site stands back is not ours to judge. In an island the house decides the power.
    /// </summary>
    public static void Convict(
        ref TripState trip, in Inputs seen, SiteLimits site, in ControlState memory, Judgement isBad)
    {
        if (trip.IsTripped || seen.LastEvse.Sequence == trip.Judged || !seen.HearsEvse(site)) return;
        ref readonly var evse = ref seen.LastEvse.Said;
        if (IsStopping(seen, site, memory) || memory.Island.MayFeed(site, seen.Now)
            || (evse.Faults & EvseFaults.Yielded) != 0)
        {
            trip.StopTimer();
            return;
        }
        trip.AddToScore(isBad(evse, memory), seen.LastEvse, site.EvseTiming.Period);
        var pickup = Math.Max(1, LeastReadings * site.EvseTiming.Period.TotalSeconds);
        if (trip.Score >= pickup) trip.Trip(TripClass.F3, opensNow: true, seen.Now);
    }

    private static bool IsStopping(in Inputs seen, SiteLimits site, in ControlState memory) =>
        memory.Mode is not (ModeKind.Transferring or ModeKind.Starting)
        && seen.Now - memory.ModeSince < site.EvseTiming.StopTime;

    /// <summary>The direction in which power surely flows: 1 into the car, −1 out of it, 0 when none need.</summary>
    public static int Direction(in EvseReading evse, in ControlState memory)
    {
        var (atLeast, atMost) = Measured(evse, memory);
        return atLeast > BandWatts ? 1 : atMost < -BandWatts ? -1 : 0;
    }

    /// <summary>Power flows, or whether it does is unknown.</summary>
    public static bool Flows(in Inputs seen, SiteLimits site) =>
        !seen.HearsEvse(site)
        || seen.LastEvse.Said.PowerLow.Value > BandWatts || seen.LastEvse.Said.PowerHigh.Value < -BandWatts;
}
