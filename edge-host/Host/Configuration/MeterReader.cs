using System.Globalization;
using System.Text;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads who vouches for the meter's direction and legs, and for which setup of it.</summary>
internal static class MeterReader
{
    private const string Field = "meterProof";
    private const string Expected = "\"by-step\", or an object with statedBy and on";

    /// <summary>Whether the installer states it; false: steps of the site's own power prove it.</summary>
    public static bool IsStated(ConfigSection service, List<string> warnings)
    {
        if (service.Raw(Field, Expected) is not { } found) return false;
        if (found is { Kind: ConfigNodeKind.Text, Text: "by-step" }) return false;
        if (found.Kind != ConfigNodeKind.Object)
        {
            service.Wrong(found, Expected);
            return false;
        }
        var stated = service.Section(Field)!;
        stated.Text("statedBy", "1 to 100 characters: who proved the meter", Words.IsNamed);
        stated.Text("on", "a date as \"2026-03-31\"", Words.IsDate);
        stated.RefuseUnknown();
        warnings.Add(
            "$.service.meterProof: the meter's direction and legs are believed without a step of the charger's own "
            + "power; \"by-step\" proves them before the first discharge");
        return true;
    }

    /// <summary>A fold of all that a proof depends on: another meter, or another wiring, needs another proof.</summary>
    public static uint Setup(SiteLimits site, IReadOnlyList<DeviceConfig> devices)
    {
        var setup = new StringBuilder();
        setup.Append(CultureInfo.InvariantCulture, $"{site.Service} {site.EvseWiring} {site.EvseLeg}");
        foreach (var device in devices)
        {
            if (device.Family is not MeterFamily) continue;
            setup.Append(CultureInfo.InvariantCulture, $" {device.Family.Name}");
            foreach (var (field, bus) in device.Buses.OrderBy(use => use.Key, StringComparer.Ordinal))
                setup.Append(CultureInfo.InvariantCulture, $" {field}={bus}");
            foreach (var spec in device.Family.Settings)
                setup.Append(CultureInfo.InvariantCulture, $" {spec.Name}={device.Settings.Written(spec.Name)}");
        }
        var fold = 2166136261u;
        foreach (var letter in setup.ToString()) fold = unchecked((fold ^ letter) * 16777619u);
        return fold;
    }
}
