using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>
/// The busbar that the EVSE feeds back into. Its main breaker and all sources together may not exceed a share of its
/// rating (US: 705.12(B), 120 %, each source counted with 125 %). An EVSE that would is allowed as far as a power
/// control system holds it below: that is what this limit is.
/// </summary>
/// <param name="Rating">Of the busbar, per leg.</param>
/// <param name="Share">Share of the rating that main breaker and sources may reach.</param>
/// <param name="SourceFactor">By which the current of a source counts.</param>
/// <param name="OtherSources">Current of PV, home battery and every other source on it, per leg.</param>
/// <param name="BackfeedLimit">A listed setting below what the rule leaves; null = the rule alone.</param>
public sealed record Busbar(
    Amperes Rating, double Share, double SourceFactor, Amperes OtherSources, Amperes? BackfeedLimit);

/// <summary>The breaker of a sub-panel that the EVSE shares with loads and sources which nobody measures there.</summary>
/// <param name="Breaker">Its rating per leg.</param>
/// <param name="Loads">Most that the other loads of the sub-panel draw, per leg.</param>
/// <param name="Sources">Most that PV, home battery and other sources on the sub-panel feed, per leg.</param>
public sealed record Feeder(Amperes Breaker, Amperes Loads, Amperes Sources);

/// <summary>What a current on the EVSE's conductors is worth in power.</summary>
internal static class EvseCircuit
{
    // The lowest voltage that a supply normally has (EN 50160: nominal − 10 %); for when nobody measures it.
    private const double LowestUsual = 0.9;
    // Lower than this is a disturbance of seconds, which the inverter rides through with the current that it limits
    // itself. A breaker does not feel it, and a set-point that followed the voltage would hinder the ride-through.
    private const double LowestLasting = 0.8;

    /// <summary>
    /// Voltage of the lowest of the EVSE's legs: measured, but never taken above nominal. Each leg carries an equal
    /// share of the power, so the lowest one carries the largest current.
    /// </summary>
    public static Volts LegVoltage(in Inputs seen, SiteLimits site)
    {
        var nominal = site.NominalLegVoltage.Value;
        var lowest = seen.HearsMeter(site) ? nominal : nominal * LowestUsual;
        if (seen.LastMeter.Sequence == 0) return new(lowest);
        for (var leg = 0; leg < site.Legs; leg++)
            if (site.EvseShare(leg) > 0 && seen.LastMeter.Said.LegVoltage[leg].Value is var volts && volts < lowest)
                lowest = volts;
        return new(Math.Max(lowest, nominal * LowestLasting));
    }

    /// <summary>AC power of the EVSE at which each of its legs carries this current.</summary>
    public static Watts Power(Amperes perLeg, SiteLimits site, in ControlState memory) =>
        new(perLeg.Value * memory.EvseLegVoltage.Value * site.EvseLegs);
}
