using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// What is remembered of the isolated home: since when two signals agree that it is isolated, what was shed, and what
/// the car's inverter makes of the load. Nothing from outside the site is in it: no order starts an island.
/// </summary>
public record struct IslandMemory
{
    // Steps further apart do not show that nothing was between them.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2);
    // After the inverter has let go, a meter needs so long to show what is there without it.
    private static readonly TimeSpan Settled = TimeSpan.FromMilliseconds(500);

    // One more than the ticks, so that the default is none.
    private long agreesSince;
    private long overSince;
    private long fedAt;
    private long lastAt;
    private long quietSince;
    private byte shed;
    private bool hasFormed;
    private bool isSuspect;

    /// <summary>What the two signals say.</summary>
    public IslandSigns Signs { get; private set; }
    /// <summary>Both have agreed for their time that the home is isolated.</summary>
    public bool IsIsolated { get; private set; }
    /// <summary>So many loads are taken off, from the first, until the home is on the grid again.</summary>
    public readonly int Shed => shed;
    /// <summary>Nothing is left to shed and the load is still too much, or the inverter has let go of it.</summary>
    public bool IsOverloaded { get; private set; }
    /// <summary>The voltage behind the open switch went with our own: the switch is not open.</summary>
    public bool HasFedBack { get; private set; }
    /// <summary>Memory of the reserve that the island has of its own.</summary>
    public SocLatch Reserve;

    /// <summary>The car supplies the home, or did until a moment ago.</summary>
    public readonly bool MayFeed(SiteLimits site, TimeSpan now) =>
        fedAt != 0 && now.Ticks + 1 - fedAt <= site.EvseTiming.StopTime.Ticks;

    /// <summary>
    /// The grid is lost and nothing else is wrong, the home is isolated, the car may give, and its inverter can form a
    /// grid.
    /// </summary>
    internal readonly bool MaySupply(in ControlState memory) =>
        IsIsolated && !isSuspect && !Reserve.IsSet && memory.Soc is not null
        && memory.Inputs.LastEvse.Said is { IsPlugged: true, Forming: not GridForming.NotMapped }
        && memory.Trips.Seen(TripId.GridLost).IsTripped && !memory.Trips.AnyBut(TripId.GridLost);

    /// <summary>One step, with the readings taken in; the mode is still that of the step before.</summary>
    internal void Next(in ControlState memory, SiteLimits site, IslandRules rules, bool needsBoth)
    {
        var at = memory.At.Ticks + 1;
        Signs = IslandSignals.Read(memory.Inputs, site, needsBoth);
        if (Signs != IslandSigns.Isolated || at - lastAt > LongestGap.Ticks) agreesSince = 0;
        if (Signs == IslandSigns.Isolated && agreesSince == 0) agreesSince = at;
        lastAt = at;
        IsIsolated = agreesSince != 0 && at - agreesSince >= rules.Isolation.Ticks;
        if (Signs == IslandSigns.OnGrid) shed = 0;
        Doubt(memory, site);
        IsOverloaded = false;
        if (memory.Mode != ModeKind.Islanding)
        {
            (overSince, hasFormed) = (0, false);
            return;
        }
        fedAt = at;
        if (memory.Inputs.HearsEvse(site)) TakeLoad(memory, site, rules, at);
    }

    private void TakeLoad(in ControlState memory, SiteLimits site, IslandRules rules, long at)
    {
        ref readonly var evse = ref memory.Inputs.LastEvse.Said;
        var isOn = evse.Forming == GridForming.On;
        hasFormed |= isOn;
        if (!isOn)
        {
            overSince = 0;
            IsOverloaded = hasFormed || memory.At - memory.ModeSince > site.EvseTiming.StartTime;
            // What made it let go is not there at the next start.
            if (IsOverloaded && shed < rules.ShedLines) shed++;
            return;
        }
        if (-evse.PowerLow <= MostOf(evse, rules)) overSince = 0;
        else if (overSince == 0) overSince = at;
        if (overSince == 0 || at - overSince < rules.ShedAfter.Ticks) return;
        IsOverloaded = shed >= rules.ShedLines;
        if (IsOverloaded) return;
        shed++;
        overSince = at;
    }

    private static Watts MostOf(in EvseReading evse, IslandRules rules)
    {
        var least = Watts.Min(rules.Overload, Watts.Min(-evse.VehicleDischarge, -evse.StageDischarge));
        return evse.InverterDischarge is { } inverter ? Watts.Min(least, -inverter) : least;
    }

    // Voltage behind the open switch ends the island. Whose it was shows once our own is gone. A grid that came back
    // for a moment only looks the same; a person decides.
    private void Doubt(in ControlState memory, SiteLimits site)
    {
        HasFedBack = false;
        if (memory.Mode == ModeKind.Islanding)
        {
            isSuspect |= Signs == IslandSigns.Returning;
            quietSince = 0;
            return;
        }
        if (!isSuspect || !memory.Inputs.HearsEvse(site) || !memory.Inputs.HearsMeter(site)) return;
        ref readonly var evse = ref memory.Inputs.LastEvse;
        if (evse.Said.Forming == GridForming.On) quietSince = 0;
        else if (quietSince == 0 && evse.TakenAt.Ticks + 1 > fedAt) quietSince = evse.TakenAt.Ticks + 1;
        if (quietSince == 0 || memory.Inputs.LastMeter.TakenAt.Ticks + 1 - quietSince < Settled.Ticks) return;
        (isSuspect, HasFedBack) = (false, Signs == IslandSigns.Isolated);
    }
}
