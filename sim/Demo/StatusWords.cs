namespace ChargeScape.Edge.Sim.Demo;

/// <summary>Numbers as a person reads them.</summary>
internal static class StatusWords
{
    /// <summary>Power with its sign: import and charge are positive.</summary>
    public static string Kilowatts(double? watts) =>
        watts is { } known ? FormattableString.Invariant($"{known / 1000:+0.00;−0.00;0.00} kW") : "?";

    /// <summary>Power without sign.</summary>
    public static string Size(double watts) => FormattableString.Invariant($"{Math.Abs(watts) / 1000:0.00} kW");

    /// <summary>An order in words.</summary>
    public static string InWords(SentOrder order) =>
        $"{(order.Power < 0 ? "discharge" : "charge")} {Size(order.Power)}";

    /// <summary>What is in force, and until when.</summary>
    public static string Ordered((SentOrder Order, DateTimeOffset? End)? inForce)
    {
        if (inForce is not var (order, end)) return "nothing";
        var until = end is { } known ? FormattableString.Invariant($" until {known.ToLocalTime():HH:mm:ss}") : "";
        return $"{InWords(order)} (order '{order.Name}'){until}";
    }

    /// <summary>Current with its sign.</summary>
    public static string Amperes(double amperes) => FormattableString.Invariant($"{amperes:+0.0;−0.0;0.0} A");

    /// <summary>Which way power flows at the EVSE.</summary>
    public static string Direction(double? watts) => watts switch
    {
        > 100 => "charging",
        < -100 => "discharging",
        _ => "no power",
    };

    /// <summary>Everything on one line.</summary>
    public static string Line(Status now)
    {
        if (now.Truth is not { } home) return "";
        var grid = $"grid L1 {Kilowatts(home.L1)} L2 {Kilowatts(home.L2)}";
        var car = FormattableString.Invariant($"EV {Kilowatts(home.Evse)} SoC {home.Soc:0.0} %");
        var site = now.Site is { } word ? $"{word.Mode} | {word.Binding}" : "controller not there yet";
        var order = now.Order is var (sent, _) ? InWords(sent) : "nothing";
        return $"{grid} | house {Kilowatts(home.House)} | PV {Kilowatts(home.Pv)} | {car} | ordered {order} | {site}";
    }
}
