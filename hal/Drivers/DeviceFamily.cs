using ChargeScape.Edge.Hal.Can;

namespace ChargeScape.Edge.Hal;

/// <summary>What kind of wire a device hangs on.</summary>
public enum BusKind : byte
{
    /// <summary>Modbus master, see <see cref="IModbus"/>.</summary>
    Modbus,
    /// <summary>Classic CAN, see <see cref="ICanBus"/>.</summary>
    Can,
    /// <summary>Digital lines, see <see cref="IGpio"/>.</summary>
    Gpio,
}

/// <summary>A field of a device's entry in the site file that names a bus.</summary>
/// <param name="Field">Name of the field.</param>
/// <param name="Kind">What the named bus must be.</param>
public sealed record BusUse(string Field, BusKind Kind)
{
    /// <summary>
    /// CAN only: the identifiers that a device with these settings has to do with; nothing else passes, either way.
    /// </summary>
    public Func<DeviceSettings, CanIds>? Ids { get; init; }

    /// <summary>The one Modbus bus of a register device.</summary>
    public static readonly IReadOnlyList<BusUse> Modbus = [new("bus", BusKind.Modbus)];
    /// <summary>Digital lines only.</summary>
    public static readonly IReadOnlyList<BusUse> Gpio = [new("bus", BusKind.Gpio)];
}

/// <summary>
/// A family of devices that the site file can name. The families of a role differ in type, so a site cannot put a meter
/// where an EVSE belongs.
/// </summary>
/// <param name="Name">The value of <c>family</c> in the site file.</param>
/// <param name="Buses">The buses that a device of this family uses; the first one's thread visits it.</param>
/// <param name="Settings">Its other fields in the site file.</param>
public abstract record DeviceFamily(string Name, IReadOnlyList<BusUse> Buses, IReadOnlyList<SettingSpec> Settings)
{
    /// <summary>The role in the words of the site file.</summary>
    public abstract string Role { get; }
}

/// <summary>Meters at the point of common coupling.</summary>
/// <param name="Name">See <see cref="DeviceFamily"/>.</param>
/// <param name="Buses">See <see cref="DeviceFamily"/>.</param>
/// <param name="Settings">See <see cref="DeviceFamily"/>.</param>
/// <param name="Timing">What the family promises about time with these settings.</param>
/// <param name="Make">Makes the device.</param>
public sealed record MeterFamily(
    string Name, IReadOnlyList<BusUse> Buses, IReadOnlyList<SettingSpec> Settings,
    Func<DeviceSettings, DeviceTiming> Timing, Func<DeviceParts, IMeter> Make) : DeviceFamily(Name, Buses, Settings)
{
    /// <inheritdoc/>
    public override string Role => "meter";
}

/// <summary>PV inverters.</summary>
/// <param name="Name">See <see cref="DeviceFamily"/>.</param>
/// <param name="Buses">See <see cref="DeviceFamily"/>.</param>
/// <param name="Settings">See <see cref="DeviceFamily"/>.</param>
/// <param name="Timing">What the family promises about time with these settings.</param>
/// <param name="Make">Makes the device.</param>
public sealed record InverterFamily(
    string Name, IReadOnlyList<BusUse> Buses, IReadOnlyList<SettingSpec> Settings,
    Func<DeviceSettings, DeviceTiming> Timing, Func<DeviceParts, IInverter> Make) : DeviceFamily(Name, Buses, Settings)
{
    /// <inheritdoc/>
    public override string Role => "inverter";
}

/// <summary>Home batteries that are read.</summary>
/// <param name="Name">See <see cref="DeviceFamily"/>.</param>
/// <param name="Buses">See <see cref="DeviceFamily"/>.</param>
/// <param name="Settings">See <see cref="DeviceFamily"/>.</param>
/// <param name="Timing">What the family promises about time with these settings.</param>
/// <param name="Make">Makes the device.</param>
public sealed record HomeBatteryFamily(
    string Name, IReadOnlyList<BusUse> Buses, IReadOnlyList<SettingSpec> Settings,
    Func<DeviceSettings, DeviceTiming> Timing, Func<DeviceParts, IHomeBattery> Make)
    : DeviceFamily(Name, Buses, Settings)
{
    /// <inheritdoc/>
    public override string Role => "home battery";
}

/// <summary>Bidirectional EVSEs.</summary>
/// <param name="Name">See <see cref="DeviceFamily"/>.</param>
/// <param name="Buses">See <see cref="DeviceFamily"/>.</param>
/// <param name="Settings">See <see cref="DeviceFamily"/>.</param>
/// <param name="NeedsStage">It drives a DC power stage, which the site file names in <c>stage</c>.</param>
/// <param name="Timing">What the family promises about time with these settings.</param>
/// <param name="Make">Makes the device.</param>
public sealed record EvseFamily(
    string Name, IReadOnlyList<BusUse> Buses, IReadOnlyList<SettingSpec> Settings, bool NeedsStage,
    Func<DeviceSettings, DeviceTiming> Timing, Func<DeviceParts, IEvse> Make) : DeviceFamily(Name, Buses, Settings)
{
    /// <inheritdoc/>
    public override string Role => "EVSE";

    /// <summary>Its devices promise to tell their grid-code settings, as <see cref="IGridConnected"/>.</summary>
    public bool TellsGridSettings { get; init; }

    /// <summary>Whether a device with these settings can form a grid for an isolated home. Only the simulated one does:
    /// no real device documents how it is told to.</summary>
    public Func<DeviceSettings, bool> MapsGridForming { get; init; } = _ => false;
}

/// <summary>DC power stages behind an EVSE.</summary>
/// <param name="Name">See <see cref="DeviceFamily"/>.</param>
/// <param name="Buses">See <see cref="DeviceFamily"/>.</param>
/// <param name="Settings">See <see cref="DeviceFamily"/>.</param>
/// <param name="Make">Makes the device.</param>
public sealed record StageFamily(
    string Name, IReadOnlyList<BusUse> Buses, IReadOnlyList<SettingSpec> Settings,
    Func<DeviceParts, IDcPowerStage> Make) : DeviceFamily(Name, Buses, Settings)
{
    /// <inheritdoc/>
    public override string Role => "power stage";
}

/// <summary>Readers of the site's digital lines.</summary>
/// <param name="Name">See <see cref="DeviceFamily"/>.</param>
/// <param name="Buses">See <see cref="DeviceFamily"/>.</param>
/// <param name="Settings">See <see cref="DeviceFamily"/>.</param>
/// <param name="Timing">What the family promises about time with these settings.</param>
/// <param name="Make">Makes the device.</param>
public sealed record SiteLinesFamily(
    string Name, IReadOnlyList<BusUse> Buses, IReadOnlyList<SettingSpec> Settings,
    Func<DeviceSettings, DeviceTiming> Timing, Func<DeviceParts, ISiteLines> Make) : DeviceFamily(Name, Buses, Settings)
{
    /// <inheritdoc/>
    public override string Role => "site lines";
}
