using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Keeping;

namespace ChargeScape.Edge.Host.Configuration;

/// <summary>The sections of a site file, one method each. What is required, and in which range, is said here and in the
/// schema.</summary>
internal static class SiteReader
{
    private static readonly (string, Wiring)[] Wirings =
    [
        ("split-phase", Wiring.SplitPhase), ("single-phase", Wiring.SinglePhase), ("three-phase", Wiring.ThreePhase),
    ];

    public static SiteConfig Read(ConfigSection root)
    {
        root.Raw("$schema", "", isRequired: false);
        var id = root.Text("siteId", Words.IdExpected, Words.IsId);
        var buses = BusReader.ReadAll(root);
        var devices = DeviceReader.ReadAll(root, buses);
        var warnings = new List<string>();
        var limits = Limits(root, devices, warnings);
        var control = root.Section("control", isRequired: false);
        var period = control?.Integer("periodMs", 10, 100, 100) ?? 100;
        control?.RefuseUnknown();
        var site = new SiteConfig
        {
            Id = id,
            Limits = limits,
            Period = period.Milliseconds,
            Buses = buses,
            Devices = devices,
            InverterMaxAge = DeviceReader.TimingOf<InverterFamily>(devices).MaxAge,
            HomeBatteryMaxAge = devices.Any(device => device.Family is HomeBatteryFamily)
                ? DeviceReader.TimingOf<HomeBatteryFamily>(devices).MaxAge : null,
            Warnings = warnings,
            Mqtt = Mqtt(root, id),
            LocalSocket = root.Text("localSocket", Words.PathExpected, Words.IsPath),
            StateFile = root.Text("stateFile", Words.PathExpected, Words.IsPath, FileMedium.DefaultPath(id)),
            Clock = root.Choice("clock", ("kernel", ClockSource.Kernel), ("assumed", ClockSource.Assumed)),
        };
        root.RefuseUnknown();
        return site;
    }

    private static SiteLimits Limits(
        ConfigSection root, IReadOnlyList<DeviceConfig> devices, List<string> warnings)
    {
        var service = root.Section("service");
        var evse = root.Section("evse");
        var vehicle = root.Section("vehicle");
        var none = new ConfigSection(new(ConfigNodeKind.Object, 0, "$"), "", []);
        var (s, e, v) = (service ?? none, evse ?? none, vehicle ?? none);
        var wiring = e.Choice("wiring", Wirings);
        var discharge = new Watts(e.Number("dischargeRatingW", 0, 350_000));
        var limits = new SiteLimits
        {
            Service = s.Choice("wiring", Wirings),
            NominalLegVoltage = new(s.Number("nominalLegVoltageV", 100, 277)),
            MainBreaker = new(s.Number("mainBreakerA", 1, 1000)),
            BreakerContinuousShare = s.Number("breakerContinuousShare", 0.5, 1),
            ImportCap = s.NumberOrNone("importCapW", 0, 1e6) is { } import ? new Watts(import) : null,
            ExportCap = s.NumberOrNone("exportCapW", 0, 1e6) is { } export ? new Watts(export) : null,
            ImportLegCap = s.NumberOrNone("importLegCapW", 0, 1e6) is { } importLeg ? new Watts(importLeg) : null,
            ExportLegCap = s.NumberOrNone("exportLegCapW", 0, 1e6) is { } exportLeg ? new Watts(exportLeg) : null,
            Feeder = PremisesReader.Feeder(s),
            Busbar = PremisesReader.Busbar(s),
            GridOperator = GridOperatorReader.Read(root),
            Cable = e.NumberOrNone("cableA", 1, 1000) is { } cable ? new Amperes(cable) : null,
            CapAim = s.Number("capAimShare", 0.5, 1, 0.97),
            HouseLoadMax = new(s.Number("houseLoadMaxW", 0, 1e6)),
            SourcesMax = new(s.Number("sourcesMaxW", 0, 1e6)),
            HouseSlewWattsPerSecond = s.Number("houseSlewWPerS", 100, 1e6, 2000),
            HouseStep = s.Has("houseStepW") ? new Watts(s.Number("houseStepW", 0, 1e6)) : null,
            MeterError = new(s.Number("meterErrorW", 0, 5000)),
            IsMeterStated = MeterReader.IsStated(s, warnings),

            EvseWiring = wiring,
            EvseLeg = wiring == Wiring.SinglePhase
                ? e.Choice("leg", ("L1", 0), ("L2", 1), ("L3", 2))
                : 0,
            EvseBreaker = new(e.Number("breakerA", 1, 1000)),
            EvseChargeRating = new(e.Number("chargeRatingW", 0, 350_000)),
            EvseDischargeRating = discharge,
            Grid = GridReader.Read(root, discharge > Watts.Zero, EvseOf(devices), warnings),
            Island = IslandReader.Read(root, discharge, devices, warnings),
            StageDerate = DerateReader.Read(e, "stageDerate"),
            OutletDerate = DerateReader.Read(e, "outletDerate"),
            RampWattsPerSecond = e.Number("rampWPerS", 1, 1e6),
            ReversalDwell = e.Number("reversalDwellS", 0, 60, 1).Seconds,
            SetpointStep = new(e.Number("setpointStepW", 1, 1000)),
            MinimumPower = new(e.Number("minimumPowerW", 0, 10_000)),
            WideningHold = e.Number("wideningHoldS", 0, 300, 2).Seconds,
            MinimumConnected = e.Number("minimumConnectedS", 0, 3600, 20).Seconds,
            MinimumDisconnected = e.Number("minimumDisconnectedS", 5, 3600, 10).Seconds,
            ContactorFollowsSession = ContactorFeedback(e, devices),
            SilenceFloor = new(e.Number("silenceFloorW", 0, 350_000)),

            HomeBatteryChargeMax = s.NumberOrNone("homeBatteryChargeMaxW", 0, 1e6) is { } most ? new Watts(most) : null,
            HomeBatteryMaxAge = DeviceReader.TimingOf<HomeBatteryFamily>(devices).MaxAge,
            DailyDischarge = VehicleReader.DailyDischarge(v),
            Departure = VehicleReader.Departure(v),
            Reserve = new(v.Number("reserveSocPct", 0, 100)),
            UpperSoc = new(v.Number("upperSocPct", 0, 100)),

            MeterTiming = DeviceReader.TimingOf<MeterFamily>(devices),
            EvseTiming = DeviceReader.TimingOf<EvseFamily>(devices),
            LinesMaxAge = DeviceReader.TimingOf<SiteLinesFamily>(devices).MaxAge,
        };
        if (service is not null && evse is not null && vehicle is not null)
            CrossChecks.Check(limits, service, evse, vehicle);
        service?.RefuseUnknown();
        evse?.RefuseUnknown();
        vehicle?.RefuseUnknown();
        return limits with { MeterSetup = MeterReader.Setup(limits, devices) };
    }

    private static bool ContactorFeedback(ConfigSection evse, IReadOnlyList<DeviceConfig> devices)
    {
        const string Field = "contactorFeedback";
        var isWired = devices.Any(
            device => device.Family is SiteLinesFamily && device.Settings.Text("contactorFeedbackLine").Length > 0);
        if (evse.Has(Field)) return evse.Choice(Field, ("session", true), ("supply", false)) && isWired;
        if (isWired)
            evse.ErrorAt(
                Field,
                "is missing: a contactorFeedbackLine is wired, so say whether that contactor opens with each session "
                + "(\"session\") or is the one in the EVSE's supply (\"supply\")");
        return false;
    }

    private static EvseFamily? EvseOf(IReadOnlyList<DeviceConfig> devices) =>
        devices.Select(device => device.Family).OfType<EvseFamily>().FirstOrDefault();

    private static MqttConfig Mqtt(ConfigSection root, string id)
    {
        var section = root.Section("mqtt") ?? new(new(ConfigNodeKind.Object, 0, "$"), "", []);
        var least = section.Number("reconnectMinS", 0.1, 60, 0.5);
        var most = section.Number("reconnectMaxS", 0.1, 600, 30);
        if (most < least) section.ErrorAt("reconnectMaxS", "smaller than reconnectMinS");
        var mqtt = new MqttConfig
        {
            Host = section.Text("host", Words.HostExpected, Words.IsHost),
            Port = section.Integer("port", 1, 65_535),
            ClientId = section.Text("clientId", Words.IdExpected, Words.IsId, $"chargescape-{id}"),
            KeepAlive = section.Integer("keepAliveS", 5, 60, 30).Seconds,
            Reconnect = (least.Seconds, most.Seconds),
            Tls = Tls(section),
            Issuers = Issuers(section),
            HasCardClient = BusReader.CardPort(section, "client", "libmosquitto", "mqttnet"),
        };
        section.RefuseUnknown();
        return mqtt;
    }

    private static MqttTls? Tls(ConfigSection mqtt)
    {
        const string Expected = "\"none\" or an object with caFile, certificateFile and keyFile";
        if (mqtt.Raw("tls", Expected) is not { } found) return null;
        if (found is { Kind: ConfigNodeKind.Text, Text: "none" }) return null;
        if (found.Kind != ConfigNodeKind.Object)
        {
            mqtt.Wrong(found, Expected);
            return null;
        }
        var tls = mqtt.Section("tls")!;
        var files = new MqttTls(
            tls.Text("caFile", Words.PathExpected, Words.IsPath),
            tls.Text("certificateFile", Words.PathExpected, Words.IsPath),
            tls.Text("keyFile", Words.PathExpected, Words.IsPath));
        tls.RefuseUnknown();
        return files;
    }

    private static List<string>? Issuers(ConfigSection mqtt)
    {
        const string Expected = "\"any\" or an array of 1 to 16 issuer names";
        if (mqtt.Raw("issuers", Expected) is not { } found) return null;
        if (found is { Kind: ConfigNodeKind.Text, Text: "any" }) return null;
        var names = new List<string>();
        if (found.Kind != ConfigNodeKind.Array || found.Items.Count is < 1 or > 16)
        {
            mqtt.Wrong(found, Expected);
            return names;
        }
        foreach (var item in found.Items)
        {
            if (item.Kind != ConfigNodeKind.Text || !Words.IsIssuer(item.Text)) mqtt.Wrong(item, Words.IssuerExpected);
            else names.Add(item.Text);
        }
        return names;
    }
}
