using ChargeScape.Edge.Hal.Devices.BatteryCan;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Devices.SiteLines;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Hal;

/// <summary>The one list of device families: what is not written here cannot be named in a site file.</summary>
public static class DeviceCatalog
{
    /// <summary>Every family.</summary>
    public static IReadOnlyList<DeviceFamily> Families { get; } =
    [
        ChademoFamily.Evse,
        BatteryCanFamily.Battery,
        GpioSiteLines.Family,
        InfyFamily.Stage,
        InfyFamily.Rectifier,
        MapFamilies.Evse,
        MapFamilies.Inverter,
        MapFamilies.Meter,
        SunSpecFamilies.Meter,
        SunSpecFamilies.Inverter,
        QuasarFamily.Evse,
        SunSpecFamilies.Evse,
        SunSpecFamilies.Battery,
    ];

    /// <summary>A family by its name in the site file; null when there is none.</summary>
    public static DeviceFamily? Find(string name)
    {
        foreach (var family in Families)
            if (family.Name == name) return family;
        return null;
    }
}
