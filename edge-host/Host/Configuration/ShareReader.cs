using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Configuration;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads a device's optional <c>modbus</c>: what it may take of the bus that it shares.</summary>
internal static class ShareReader
{
    public static ShareOptions Read(
        ConfigSection device, DeviceFamily family, DeviceSettings settings, BusConfig? bus)
    {
        var none = new ShareOptions { Priority = DefaultPriority(family) };
        if (bus is not { Kind: BusKind.Modbus } || bus.IsLinkUnknown) return none;
        var longest = Math.Max(1, (int)Longest(device, family, settings, bus).TotalMilliseconds);
        var shortest = Math.Min(longest, (int)none.TimeoutMin.TotalMilliseconds);
        none = none with { TimeoutMin = shortest.Milliseconds, TimeoutMax = longest.Milliseconds };
        if (device.Section("modbus", isRequired: false) is not { } section) return none;
        var share = none with
        {
            MinimumGap = section.Integer("minimumGapMs", 0, 10_000, 0).Milliseconds,
            TimeoutMax = section.Integer("timeoutMaxMs", 1, 2000, longest).Milliseconds,
            Retries = section.Integer("retries", 0, 10, none.Retries),
            Budget = section.Integer("budgetMs", 1, 10_000, (int)none.Budget.TotalMilliseconds).Milliseconds,
            Priority = section.Has("priority")
                ? section.Choice(
                    "priority", ("high", SharePriority.High), ("normal", SharePriority.Normal),
                    ("low", SharePriority.Low))
                : none.Priority,
        };
        // A short upper bound alone takes the lower one down with it.
        var lowest = Math.Min(shortest, (int)share.TimeoutMax.TotalMilliseconds);
        share = share with { TimeoutMin = section.Integer("timeoutMinMs", 1, 2000, lowest).Milliseconds };
        section.RefuseUnknown();
        if (section.AreGood("timeoutMinMs", "timeoutMaxMs") && share.TimeoutMin > share.TimeoutMax)
        {
            section.ErrorAt(
                "timeoutMinMs",
                $"timeoutMinMs, {share.TimeoutMin.TotalMilliseconds:0}, is above timeoutMaxMs, "
                + $"{share.TimeoutMax.TotalMilliseconds:0}");
            return none;
        }
        return share;
    }

    /// <summary>
    /// A meter's reading counts from its request. An answer that takes longer than this would be stale before the next
    /// one could follow, so it is not waited for.
    /// </summary>
    private static TimeSpan Longest(
        ConfigSection device, DeviceFamily family, DeviceSettings settings, BusConfig bus)
    {
        if (family is not MeterFamily meter || device.HasErrors) return bus.Timeout;
        var timing = meter.Timing(settings);
        var usable = timing.MaxAge - timing.Refresh - timing.Period;
        return usable < bus.Timeout && usable > TimeSpan.Zero ? usable : bus.Timeout;
    }

    private static SharePriority DefaultPriority(DeviceFamily family) =>
        family is EvseFamily or MeterFamily ? SharePriority.High : SharePriority.Normal;
}
