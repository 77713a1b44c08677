using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Configuration;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads <c>island</c>: how the car supplies the home while the grid is gone.</summary>
internal static class IslandReader
{
    private const string Warning =
        "island: supplying the home was shown with simulated devices only; no real device documents how it is told to";

    /// <summary>The rules; null when the site supplies no island.</summary>
    /// <param name="root">The site file.</param>
    /// <param name="rating">What the EVSE is commissioned to give.</param>
    /// <param name="devices">The site's devices.</param>
    /// <param name="warnings">What the installer must know.</param>
    public static IslandRules? Read(
        ConfigSection root, Watts rating, IReadOnlyList<DeviceConfig> devices, List<string> warnings)
    {
        if (root.SectionOrNone("island") is not { } section) return null;
        warnings.Add(Warning);
        section.Choice("capability", ("simulated-only", true));
        var overload = new Watts(section.Number("overloadW", 100, 350_000));
        if (section.AreGood("overloadW") && overload > rating)
            section.ErrorAt("overloadW", $"{overload} is above evse.dischargeRatingW, {rating}");
        if (root.Has("grid") is false) root.ErrorAt("island", "needs grid: the terms on which the home returns to it");
        CheckDevices(root, devices);
        var rules = new IslandRules(
            overload, section.Integer("shedAfterMs", 100, 10_000).Milliseconds, ShedLines(devices),
            section.Integer("restarts", 0, 3), section.Number("restartDelayS", 20, 600).Seconds,
            section.Integer("isolationMs", 500, 10_000).Milliseconds, section.Number("transferS", 1, 600).Seconds,
            new(section.Number("reserveSocPct", 0, 100)));
        section.RefuseUnknown();
        return rules;
    }

    private static void CheckDevices(ConfigSection root, IReadOnlyList<DeviceConfig> devices)
    {
        foreach (var device in devices)
        {
            if (device.Family is EvseFamily evse && !evse.MapsGridForming(device.Settings))
                root.ErrorAt(
                    "island",
                    $"{device.Name} ({evse.Name}) maps no grid forming: no real device does; the simulated one is "
                    + "sunspec-der-evse with \"gridForming\": \"simulated\"");
            if (device.Family is SiteLinesFamily && device.Settings.Text("onGridLine").Length == 0)
                root.ErrorAt("island", $"{device.Name} has no transfer switch: give onGridLine and onIslandLine");
        }
    }

    private static int ShedLines(IReadOnlyList<DeviceConfig> devices)
    {
        var lines = devices.FirstOrDefault(device => device.Family is SiteLinesFamily);
        return lines is null ? 0 : Enumerable.Range(1, ShedCommand.Most)
            .Count(line => lines.Settings.Text($"shed{line}Line").Length > 0);
    }
}
