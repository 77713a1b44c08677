using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>Reads <c>devices</c>. Which fields a device has is said by its family's line in the <see
/// cref="DeviceCatalog"/>.</summary>
internal static class DeviceReader
{
    public static IReadOnlyList<DeviceConfig> ReadAll(ConfigSection root, IReadOnlyList<BusConfig> buses)
    {
        var sections = root.Sections("devices");
        var devices = new List<DeviceConfig>();
        var bySection = new List<(ConfigSection Section, DeviceConfig Device)>();
        foreach (var section in sections)
        {
            if (Read(section, buses) is not { } device) continue;
            if (devices.Exists(other => other.Name == device.Name))
                section.ErrorAt("name", $"\"{device.Name}\" is the name of two devices");
            devices.Add(device);
            bySection.Add((section, device));
        }
        // With an entry that could not be read, "there is no meter" would be noise.
        var isComplete = devices.Count == sections.Count && sections.Count > 0;
        if (isComplete)
        {
            CheckRoles(root, devices);
            CheckStages(bySection);
        }
        CheckSharedCan(bySection);
        var holders = new Dictionary<(string, string), string>();
        foreach (var (section, device) in bySection) CheckMakes(section, device, Parts);
        return devices;

        DeviceParts? Parts(DeviceConfig device)
        {
            var stage = devices.Find(other => other.Name == device.Stage) is { Family: StageFamily family } config
                ? family.Make(Parts(config)!) : null;
            return device.Stage is not null && stage is null ? null : new(
                device.Name, device.Settings,
                device.Family.Buses.ToDictionary(use => use.Field, use => Wire(device, use)),
                stage);
        }

        object Wire(DeviceConfig device, BusUse use) => new DeadWire(
            buses.FirstOrDefault(bus => bus.Name == device.Buses[use.Field]), device.Name, holders);
    }

    /// <summary>What the family of the site's only device of a role promises; harmless numbers when an error hides the
    /// device.</summary>
    public static DeviceTiming TimingOf<TFamily>(IReadOnlyList<DeviceConfig> devices) where TFamily : DeviceFamily
    {
        foreach (var device in devices)
        {
            if (device.Family is not TFamily) continue;
            return device.Family switch
            {
                MeterFamily meter => meter.Timing(device.Settings),
                InverterFamily inverter => inverter.Timing(device.Settings),
                EvseFamily evse => evse.Timing(device.Settings),
                SiteLinesFamily lines => lines.Timing(device.Settings),
                HomeBatteryFamily battery => battery.Timing(device.Settings),
                _ => throw new InvalidOperationException($"{device.Family.Name} declares no timing"),
            };
        }
        var zero = TimeSpan.Zero;
        return new(zero, zero, zero, zero, zero, zero, zero);
    }

    private static DeviceConfig? Read(ConfigSection section, IReadOnlyList<BusConfig> buses)
    {
        var name = section.Text("name", Words.IdExpected, Words.IsId);
        var families = string.Join(", ", DeviceCatalog.Families.Select(known => $"\"{known.Name}\""));
        var familyName = section.Text("family", $"one of {families}", text => DeviceCatalog.Find(text) is not null);
        // Without a family nobody knows which fields belong here.
        if (DeviceCatalog.Find(familyName) is not { } family) return null;

        var used = new Dictionary<string, string>();
        foreach (var use in family.Buses) used[use.Field] = Bus(section, use, buses);
        var settings = new Dictionary<string, object>();
        foreach (var spec in family.Settings) settings[spec.Name] = Setting(section, spec);
        var stage = family is EvseFamily { NeedsStage: true }
            ? section.Text("stage", "the name of a power stage device", Words.IsId)
            : null;
        var checkedSettings = new DeviceSettings(settings);
        var share = ShareReader.Read(section, family, checkedSettings, ModbusBus(family, used, buses));
        section.RefuseUnknown();
        return new(name, family, checkedSettings, used, stage) { Share = share };
    }

    private static BusConfig? ModbusBus(
        DeviceFamily family, Dictionary<string, string> used, IReadOnlyList<BusConfig> buses)
    {
        foreach (var use in family.Buses)
            if (use.Kind == BusKind.Modbus) return buses.FirstOrDefault(bus => bus.Name == used[use.Field]);
        return null;
    }

    private static string Bus(ConfigSection section, BusUse use, IReadOnlyList<BusConfig> buses)
    {
        var kind = use.Kind switch { BusKind.Modbus => "Modbus", BusKind.Can => "CAN", _ => "digital line" };
        var fitting = buses.Where(bus => bus.Kind == use.Kind).Select(bus => $"\"{bus.Name}\"").ToList();
        var choice = fitting.Count == 0
            ? $"a {kind} bus (the file has none)"
            : $"a {kind} bus: {string.Join(" or ", fitting)}";
        return section.Text(
            use.Field, choice, text => buses.Any(bus =>
                bus.Name == text && (bus.Kind == use.Kind || bus.IsLinkUnknown)));
    }

    private static object Setting(ConfigSection section, SettingSpec spec) => spec.Kind switch
    {
        SettingKind.Integer => (double)section.Integer(
            spec.Name, (int)Math.Max(int.MinValue, spec.Min), (int)Math.Min(int.MaxValue, spec.Max),
            spec.Default is null ? null : Convert.ToInt32(spec.Default)),
        SettingKind.Number => section.Number(
            spec.Name, spec.Min, spec.Max, spec.Default is null ? null : Convert.ToDouble(spec.Default)),
        SettingKind.Flag => section.Flag(spec.Name, (bool?)spec.Default),
        SettingKind.File => section.NamedFile(spec.Name, Words.LineExpected, Words.IsLine, spec.Check),
        _ when spec.Choices is { } choices => section.Text(
            spec.Name, string.Join(" or ", choices.Select(choice => $"\"{choice}\"")), text => choices.Contains(text),
            (string?)spec.Default),
        // A default of "" means that the field may say nothing.
        _ => section.Text(
            spec.Name, Words.LineExpected, text => Words.IsLine(text) || (text.Length == 0 && spec.Default is ""),
            (string?)spec.Default),
    };

    private static void CheckRoles(ConfigSection root, List<DeviceConfig> devices)
    {
        ExpectOne<MeterFamily>("meter");
        ExpectOne<EvseFamily>("EVSE");
        ExpectOne<SiteLinesFamily>("site lines device");
        if (devices.Count(device => device.Family is InverterFamily) > 1)
            root.ErrorAt("devices", "more than one inverter: this version reads one");
        if (devices.Count(device => device.Family is HomeBatteryFamily) > 1)
            root.ErrorAt("devices", "more than one home battery: this version reads one");

        void ExpectOne<TFamily>(string role) where TFamily : DeviceFamily
        {
            var count = devices.Count(device => device.Family is TFamily);
            if (count != 1) root.ErrorAt("devices", $"expected exactly one {role}, found {count}");
        }
    }

    private static void CheckStages(List<(ConfigSection Section, DeviceConfig Device)> devices)
    {
        var named = new HashSet<string>();
        foreach (var (section, device) in devices)
        {
            if (device.Stage is not { Length: > 0 } stage) continue;
            named.Add(stage);
            if (!devices.Exists(other => other.Device.Name == stage && other.Device.Family is StageFamily))
                section.ErrorAt("stage", $"there is no power stage device \"{stage}\"");
        }
        foreach (var (section, device) in devices)
            if (device.Family is StageFamily && !named.Contains(device.Name))
                section.ErrorAt("name", $"no EVSE names the power stage \"{device.Name}\"");
    }

    // Frames of a CAN port are taken once, so two devices on one port would steal each other's.
    private static void CheckSharedCan(List<(ConfigSection Section, DeviceConfig Device)> devices)
    {
        var takenBy = new Dictionary<string, string>();
        foreach (var (section, device) in devices)
        {
            foreach (var use in device.Family.Buses)
            {
                var bus = device.Buses[use.Field];
                if (use.Kind != BusKind.Can || bus.Length == 0) continue;
                if (!takenBy.TryAdd(bus, device.Name))
                    section.ErrorAt(use.Field, $"the CAN bus \"{bus}\" already belongs to \"{takenBy[bus]}\"");
            }
        }
    }

    // A family's own checks are in its constructor, so the device is made once on wires that lead nowhere.
    private static void CheckMakes(
        ConfigSection section, DeviceConfig device, Func<DeviceConfig, DeviceParts?> partsOf)
    {
        if (section.HasErrors) return;
        try
        {
            if (partsOf(device) is { } parts) Make(device.Family, parts);
        }
        catch (ArgumentException wrong)
        {
            section.Error(wrong.Message);
        }
    }

    private static object Make(DeviceFamily family, DeviceParts parts) => family switch
    {
        MeterFamily meter => meter.Make(parts),
        InverterFamily inverter => inverter.Make(parts),
        EvseFamily evse => evse.Make(parts),
        StageFamily stage => stage.Make(parts),
        SiteLinesFamily lines => lines.Make(parts),
        HomeBatteryFamily battery => battery.Make(parts),
        _ => throw new InvalidOperationException($"a family of an unknown role: {family.Name}"),
    };
}
