using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>What the transfer switch's contacts and the meter on its grid's side say together.</summary>
public enum IslandSigns : byte
{
    /// <summary>One of them is silent, or the contacts contradict each other: never isolated.</summary>
    Unknown,
    /// <summary>The home is on the grid, whether that is live or dead.</summary>
    OnGrid,
    /// <summary>The switch moves.</summary>
    Moving,
    /// <summary>Both say isolated: the contacts that the switch is open, the meter that behind it is no
    /// voltage.</summary>
    Isolated,
    /// <summary>The switch is open and the meter shows voltage: the grid is back, or our own voltage came through a
    /// switch whose contacts lie.</summary>
    Returning,
}

/// <summary>Reads the two signals.</summary>
internal static class IslandSignals
{
    /// <summary>A contact or a meter that is silent for longer says nothing: the second of row 48, less the way to the
    /// inverter.</summary>
    public static readonly TimeSpan MostSilence = TimeSpan.FromMilliseconds(700);

    /// <summary>What they say now.</summary>
    /// <param name="seen">The readings.</param>
    /// <param name="site">The site.</param>
    /// <param name="needsBoth">False: the meter alone is believed, to see that it is missed.</param>
    public static IslandSigns Read(in Inputs seen, SiteLimits site, bool needsBoth)
    {
        var hearsMeter = seen.LastMeter.IsWithin(MostSilence, seen.Now);
        if (!needsBoth && hearsMeter && IsDead(seen.LastMeter.Said, site)) return IslandSigns.Isolated;
        if (seen.Lines.Within(MostSilence, seen.Now) is not { } lines) return IslandSigns.Unknown;
        return lines.Transfer switch
        {
            TransferPosition.Grid => IslandSigns.OnGrid,
            TransferPosition.Between => IslandSigns.Moving,
            TransferPosition.Island when hearsMeter =>
                IsDead(seen.LastMeter.Said, site) ? IslandSigns.Isolated : IslandSigns.Returning,
            _ => IslandSigns.Unknown,
        };
    }

    private static bool IsDead(in MeterReading meter, SiteLimits site)
    {
        var dead = GridWatch.LostPercent / 100 * site.NominalLegVoltage.Value;
        for (var leg = 0; leg < site.Legs; leg++)
            if (!(meter.LegVoltage[leg].Value < dead)) return false;
        return true;
    }
}
