using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChargeScape.Edge.Tests.Integration.Host;
using ChargeScape.Edge.Tests.Integration.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Bench;

/// <summary>The bench verbs on the simulated home's real wires.</summary>
public sealed class LiveBenchTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-bench-").FullName;
    private readonly ServedHome home;
    private readonly Dictionary<string, string> wires;

    public LiveBenchTests()
    {
        home = new("demo-home", folder);
        wires = home.Settings.Select(setting => setting.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
    }

    private string SiteFile => Path.Combine(folder, "site.json");

    public void Dispose()
    {
        home.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void From_a_scan_and_answers_to_a_controller_that_hears_the_meter()
    {
        var made = New(Answers());
        var (checkCode, _, checkError) = EdgeProcess.Command("check", "--site", SiteFile);
        using var host = new PeerLines(
            EdgeProcess.Begin("run", "--site", SiteFile, "--set", $"stateFile={SiteFile}.state"));

        Assert.Equal((0, ""), (made.ExitCode, made.ExitCode == 0 ? "" : made.Error));
        Assert.Equal((0, ""), (checkCode, checkError));
        host.Next(line => line.Contains("meter heard", StringComparison.Ordinal));
        host.Next(line => line.Contains("EVSE heard", StringComparison.Ordinal));
        Assert.Equal(2, New(Answers()).ExitCode);
        Assert.DoesNotContain("//", File.ReadAllText(SiteFile).Replace("https://", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_wrong_answer_is_told_at_once_and_nothing_is_written()
    {
        var answers = Answers();
        answers["service.mainBreakerA"] = "many";
        answers.Remove("charger.plugLine");
        answers["charger.plugLines"] = "x";

        var (code, _, error) = New(answers);

        Assert.Equal(2, code);
        Assert.Contains(
            "service.mainBreakerA: expected a number from 1 to 1000, found \"many\"", error, StringComparison.Ordinal);
        Assert.Contains("charger.plugLine: missing", error, StringComparison.Ordinal);
        Assert.Contains("charger.plugLines: nobody asks for this", error, StringComparison.Ordinal);
        Assert.False(File.Exists(SiteFile));
    }

    [Fact]
    public void Answers_that_do_not_fit_each_other_are_refused_by_the_same_check_as_ever()
    {
        var answers = Answers();
        answers["vehicle.reserveSocPct"] = 95;

        var (code, _, error) = New(answers);

        Assert.Equal(2, code);
        Assert.Contains("$.vehicle.reserveSocPct: 95.0 % is not below upperSocPct", error, StringComparison.Ordinal);
        Assert.False(File.Exists(SiteFile));
    }

    [Fact]
    public void One_device_is_read_watched_and_refused_to_be_driven_beyond_its_rating_or_unasked()
    {
        Assert.Equal(0, New(Answers()).ExitCode);

        var meter = Device("--device", "meter", "--read", "--json");
        var watched = Device("--device", "inverter", "--watch", "--for", "2", "--json");
        var tooMuch = Device("--set", "9601", "--yes");
        var unasked = Device("--set", "3000");
        var unnamed = Device("--read");

        Assert.Equal(0, meter.ExitCode);
        Assert.InRange((double)JsonNode.Parse(meter.Output)!["u_l1_v"]!, 110, 130);
        Assert.InRange(watched.Output.Split('\n').Length, 3, 100);
        Assert.Equal((2, 2, 2), (tooMuch.ExitCode, unasked.ExitCode, unnamed.ExitCode));
        Assert.Contains("give --yes", unasked.Error, StringComparison.Ordinal);
        Assert.Contains("charger (EVSE)", unnamed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void While_the_controller_of_the_site_runs_nothing_is_driven_by_hand()
    {
        Assert.Equal(0, New(Answers()).ExitCode);
        using var controller = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var site = JsonNode.Parse(File.ReadAllText(SiteFile))!;
        controller.Bind(new UnixDomainSocketEndPoint((string)site["localSocket"]!));
        controller.Listen();

        var (code, output, error) = Device("--set", "2000", "--yes");

        Assert.Equal((2, ""), (code, output));
        Assert.Contains("the controller of this site runs", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_charger_is_driven_by_hand_until_Ctrl_C_and_handed_back_without_current()
    {
        Assert.Equal(0, New(Answers()).ExitCode);
        home.Do("plug in");
        var process = EdgeProcess.Begin("bench", "device", SiteFile, "--set", "2000", "--yes", "--json");
        using var lines = new PeerLines(process);
        lines.Next(line => line.Contains("\"written\":\"108#", StringComparison.Ordinal));
        lines.Next(line => Power(line) > 1500);

        var code = EdgeProcess.Interrupt(process);

        Assert.Equal(130, code);
        lines.Next(line => line.Contains("handed back: no current, contactor open", StringComparison.Ordinal));
        Eventually.Is(
            () => home.Truth.Contains("\"contactor_closed\":false", StringComparison.Ordinal),
            "the true contactor opens");
    }

    [Fact]
    public void The_emergency_stop_ends_driving_by_hand_at_once()
    {
        Assert.Equal(0, New(Answers()).ExitCode);
        home.Do("emergency-stop press");

        var (code, _, error) = Device("--set", "2000", "--yes", "--wait", "1");

        Assert.Equal(1, code);
        Assert.Contains("not driven: the emergency stop is pressed", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_wires_of_a_running_controller_are_traced_switched_and_read_by_others()
    {
        Assert.Equal(0, New(Answers()).ExitCode);
        using var host = new PeerLines(
            EdgeProcess.Begin("run", "--site", SiteFile, "--set", $"stateFile={SiteFile}.state"));
        host.Next(line => line.Contains("meter heard", StringComparison.Ordinal));
        var (pcap, candump) = (Path.Combine(folder, "trace.pcap"), Path.Combine(folder, "trace.log"));

        var first = Trace("--for", "2", "--pcap", pcap, "--candump", candump);
        var again = Trace("--for", "1", "--bus", "meter", "--json");
        var strange = Trace("--bus", "nix");

        Assert.Equal((0, 0, 2), (first.ExitCode, again.ExitCode, strange.ExitCode));
        Assert.Contains("there are: meter, inverter", strange.Error, StringComparison.Ordinal);
        var answered = again.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!)
            .First(line => (string?)line["kind"] == "received");
        Assert.Equal("meter", (string?)answered["bus"]);
        Assert.True((double)answered["ms_after_sent"]! > 0);
        var frames = ModbusPeers.Run(ModbusPeers.Python, "python3", BenchData.Peer("read_pcap.py"), pcap);
        Assert.Contains(frames, line => line.EndsWith("CLIENT>SERVER 1 3", StringComparison.Ordinal));
        Assert.Contains(frames, line => line.EndsWith("SERVER>CLIENT 1 3", StringComparison.Ordinal));
        var log = ModbusPeers.Run(ModbusPeers.Python, "python3-can", BenchData.Peer("read_candump.py"), candump);
        Assert.EndsWith("True", Assert.Single(log), StringComparison.Ordinal);
        ReplayOf(pcap);
    }

    // What the trace of the meter holds is answered again.
    private static void ReplayOf(string pcap)
    {
        var process = EdgeProcess.Begin("bench", "replay", pcap, "--port", "0", "--speed", "0.1");
        using var lines = new PeerLines(process);
        var port = lines.Next(line => line.Contains("answering as unit 1", StringComparison.Ordinal))
            .Split("127.0.0.1:")[1].Split(':')[0];

        var read = ModbusPeers.Run(
            "mbpoll", "mbpoll", "-m", "tcp", "-p", port, "-a", "1", "-0", "-r", "40070", "-c", "2", "-1", "127.0.0.1");

        Assert.Contains(read, line => line.Contains("[40070]: \t202", StringComparison.Ordinal)
            || line.Contains("[40070]: \t701", StringComparison.Ordinal));
        Assert.Equal(130, EdgeProcess.Interrupt(process));
    }

    private static double? Power(string line) =>
        line.StartsWith('{') && JsonNode.Parse(line)!["p_evse_w"] is { } power ? (double)power : null;

    private (int ExitCode, string Output, string Error) Trace(params string[] arguments) =>
        EdgeProcess.Command(["bench", "trace", "--site", SiteFile, .. arguments]);

    private (int ExitCode, string Output, string Error) Device(params string[] arguments) =>
        EdgeProcess.Command(["bench", "device", SiteFile, .. arguments]);

    private (int ExitCode, string Output, string Error) New(JsonObject answers)
    {
        var file = Path.Combine(folder, "answers.json");
        File.WriteAllText(file, answers.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        var range = $"127.0.0.1:{wires["buses.meter.port"]},127.0.0.1:{wires["buses.inverter.port"]}";
        return EdgeProcess.Command(
            "site", "new", "--scan", range, "--unit", "1", "--answers", file, "--out", SiteFile);
    }

    private JsonObject Answers() => JsonNode.Parse(
        $$"""
        {
          "siteId": "bench-home", "clock": "assumed", "localSocket": "{{folder}}/host.sock",
          "service.wiring": "split-phase", "service.mainBreakerA": 100, "service.importCapW": "none",
          "service.exportCapW": 5000, "service.importLegCapW": "none",
          "service.exportLegCapW": "none", "service.feeder.breakerA": "none", "service.busbar.ratingA": "none",
          "gridOperator.limits": "none", "service.homeBatteryChargeMaxW": "none",
          "vehicle.dailyDischarge.energyKwh": "none", "vehicle.departure.capacityKwh": "none", "evse.cableA": "none",
          "evse.stageDerate.fromC": "none", "evse.outletDerate.fromC": "none", "service.sourcesMaxW": 7600,
          "evse.breakerA": 60, "evse.chargeRatingW": 9600, "evse.dischargeRatingW": 9600, "vehicle.reserveSocPct": 30,
          "meter.positiveW": "import",
          "charger.family": "chademo", "charger.bus": "slcan-tcp 127.0.0.1:{{wires["buses.car.port"]}} 500000",
          "charger.lines": "gpio-socket {{wires["buses.lines.path"]}}",
          "charger.chargeStartLine": "d1", "charger.contactorSupplyLine": "d2", "charger.lockLine": "lock",
          "charger.permissionLine": "k", "charger.plugLine": "proximity", "charger.lockFeedbackLine": "lock-feedback",
          "charger.availableVoltageV": 450, "charger.minVoltageV": 200, "charger.maxChargeA": 30,
          "charger.maxDischargeA": 30,
          "stage.family": "infy-beg1k075g", "stage.bus": "slcan-tcp 127.0.0.1:{{wires["buses.module.port"]}} 125000",
          "stage.minVoltageV": 200, "stage.maxVoltageV": 1000, "stage.maxCurrentA": 73.3, "stage.maxPowerW": 22000,
          "stage.minEfficiency": 0.92, "stage.maxEfficiency": 0.97,
          "lines.bus": "gpio-socket {{wires["buses.lines.path"]}}", "lines.stopLoopLine": "estop-loop",
          "lines.permitLine": "permit", "lines.pollMs": 50,
          "mqtt.host": "127.0.0.1", "mqtt.port": 1, "mqtt.tls": "none", "mqtt.issuers": "any"
        }
        """)!.AsObject();
}
