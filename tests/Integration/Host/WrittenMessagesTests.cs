using System.Buffers;
using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Host.Northbound.Orders;
using ChargeScape.Edge.Tests.Integration.Contract;

namespace ChargeScape.Edge.Tests.Integration.Host;

/// <summary>
/// What a host on a bench without a car never sends: values of live devices and the later answers, judged by the
/// contract's schemas.
/// </summary>
public sealed class WrittenMessagesTests
{
    private static readonly SiteConfig site = SiteFile.Read(EdgeProcess.DemoSite, []).Site!;
    private static readonly TimeSpan start = 1.Hours;
    private readonly List<(string Schema, string Message)> written = [];
    private readonly OrderDesk desk = new(site.Limits, null);
    private long lastSeq;

    [Fact]
    public void Telemetry_of_live_devices_fits_the_contract()
    {
        using var telemetry = new Telemetry(site.Limits, site.InverterMaxAge, desk.Find, "chargescape-edge 0.0.0");
        var frame = Frame(start, EvseSession.Energised, default);
        var nonsense = frame with { Inverter = new(new(new(double.NaN), false, 0), start, 7) };
        VehicleOffer? car = new(55.Percent, 7.kW, -(7.kW));

        Add("tele", telemetry.Tele(frame, At(start)));
        Add("tele", telemetry.Tele(frame, At(start) with { IsUtcKnown = false }));
        Add("tele", telemetry.Tele(nonsense, At(start)));
        Add("state", telemetry.State(frame.State, At(start), null));
        Add("capability", telemetry.Capability(car, At(start)));
        var told = new GridSettings
        {
            EnterService = new(true, 105, 91.7, new(60.1), new(59.5), 300, null, 300),
            Capability = new(10.kW, null, null, 9.kW, null, null, 240.V, 1, 2, 3),
            UnderVoltage = new(true, [new(50, 2), new(88, 21)]),
        };
        Add("capability", telemetry.Capability(null, At(start), new(told, default(GridSettings))));
        Add("event", telemetry.EventsDropped(3, At(start)));
        Add("event", telemetry.BoundChanged(false, LimitId.ExportCap, LimitId.None, frame, At(start)));
        foreach (var kind in new[] { ControlEventKind.ModeChanged, ControlEventKind.TripRaised,
            ControlEventKind.TripCleared })
        {
            var happened =
                default(ControlEvent) with { At = start, Kind = kind, Trip = TripId.WrongSign, Occurrence = 1 };
            Add("event", telemetry.Happened(happened, At(start)));
        }

        foreach (var what in Enum.GetValues<OwnershipHappening>())
        {
            var code = what == OwnershipHappening.Refused ? (byte)2 : (byte)0;
            var owned = new OwnershipEvent(what, 1, start, 260, 63536, 3000, code);
            Add("event", telemetry.Happened(
                default(ControlEvent) with { At = start, Kind = ControlEventKind.Ownership, Ownership = owned },
                At(start)));
        }

        Assert.Empty(MqttContract.Complaints(written));
        var tele = JsonDocument.Parse(written[0].Message).RootElement;
        Assert.Equal(1000, tele.GetProperty("grid").GetProperty("p_site_w").GetDouble());
        Assert.Equal(-2000, tele.GetProperty("evse").GetProperty("p_evse_w").GetDouble());
        Assert.Equal(6000, tele.GetProperty("house").GetProperty("p_house_w").GetDouble());
    }

    [Fact]
    public void Telemetry_of_a_site_with_a_home_battery_fits_the_contract()
    {
        using var telemetry =
            new Telemetry(site.Limits, site.InverterMaxAge, desk.Find, "chargescape-edge 0.0.0", 5.Seconds);
        var frame = Frame(start, EvseSession.Energised, default);
        var battery = new HomeBatteryReading
        {
            Soc = new(56.5), Current = new(-20), Voltage = new(51.2), Power = new(-1024), ChargeLimit = new(100),
            DischargeLimit = new(-80), Alarms = HomeBatteryAlarms.OverVoltage | HomeBatteryAlarms.Internal,
        };
        var heard = frame with { HomeBattery = new(battery, frame.State.At, 1) };

        Add("tele", telemetry.Tele(heard, At(start)));
        Add("tele", telemetry.Tele(frame, At(start)));

        Assert.Empty(MqttContract.Complaints(written));
        var told = JsonDocument.Parse(written[0].Message).RootElement.GetProperty("home_battery");
        Assert.Equal(-1024, told.GetProperty("p_battery_w").GetDouble());
        Assert.Equal(-80, told.GetProperty("discharge_limit_a").GetDouble());
        Assert.Equal("over_voltage", told.GetProperty("alarms")[0].GetString());
        var never = JsonDocument.Parse(written[1].Message).RootElement.GetProperty("home_battery");
        Assert.Equal(JsonValueKind.Null, never.GetProperty("soc_pct").ValueKind);
    }

    [Fact]
    public void Every_stage_of_an_order_fits_the_contract()
    {
        var energised = Frame(start, EvseSession.Energised, default);
        var first = Send(Order("setpoint", ("p_evse_w", -3000)), energised);
        var band = Send(Order("envelope", ("lower_w", -10), ("upper_w", 10), ("priority", 9)), energised);
        Run(start, 1, energised);
        Run(start + 1.Seconds, 1, WithExportCapAt(energised, 500.W));
        Run(start + 7.Seconds, 1, WithExportCapAt(energised, 500.W));
        Run(start + 20.Seconds, 1, energised);
        Send(Order("idle", ("priority", 0), ("ttl_s", 25)), energised);
        Run(start + 21.Seconds, 3, energised);
        Run(start + 50.Seconds, 0, energised);
        Send(Order("cancel", ("ttl_s", null), ("cancels", band)), energised);
        Send(Order("idle", ("ttl_s", 1)), energised);
        Run(start + 90.Seconds, 0, energised);

        Assert.Empty(MqttContract.Complaints(written));
        var stages =
            written.Select(message => JsonDocument.Parse(message.Message).RootElement.GetProperty("stage").GetString());
        Assert.Equal(
            ["cancelled", "completed", "deviating", "expired", "received", "started", "superseded"],
            stages.Distinct().Order(StringComparer.Ordinal));
        Assert.NotEqual(first, band);
    }

    [Fact]
    public void Every_reason_is_one_of_the_contracts()
    {
        foreach (var reason in Enum.GetValues<Rejection>())
            Add(new OrderAnswer(AnswerStage.Rejected, null, null, null, null) { Refused = reason, Detail = "why" });
        foreach (var reason in Enum.GetValues<Deviation>().Where(reason => reason != Deviation.None))
        {
            foreach (var limit in Enum.GetValues<LimitId>())
            {
                Add(new OrderAnswer(AnswerStage.Deviating, Guid.NewGuid(), 1, "vpp", null)
                {
                    Deviates = reason,
                    Applied = new(0.W, 0.W, false),
                    Binding = limit,
                });
            }
        }

        Assert.Empty(MqttContract.Complaints(written));
    }

    private Guid Send(Dictionary<string, object?> order, in ControlFrame frame)
    {
        var answers = new List<OrderAnswer>();
        desk.Receive(JsonSerializer.SerializeToUtf8Bytes(order), default, At(frame.State.At), frame, answers);
        answers.ForEach(Add);
        return (Guid)order["id"]!;
    }

    private void Run(TimeSpan now, uint inForce, ControlFrame frame)
    {
        var answers = new List<OrderAnswer>();
        var seen = Frame(now, EvseSession.Energised, default).State.Inputs;
        var state = frame.State with { At = now, Inputs = seen, Order = inForce };
        desk.Tick(At(now), frame with { State = state }, answers);
        answers.ForEach(Add);
    }

    private Dictionary<string, object?> Order(string kind, params (string Name, object? Value)[] fields)
    {
        var order = new Dictionary<string, object?>
        {
            ["v"] = 1, ["id"] = Guid.NewGuid(), ["kind"] = kind, ["issuer"] = "vpp", ["seq"] = ++lastSeq,
            ["issued_at"] = At(start).Utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), ["ttl_s"] = 600,
        };
        foreach (var (name, value) in fields)
        {
            if (value is null) order.Remove(name);
            else order[name] = value;
        }
        return order;
    }

    // A home that imports 1 kW while its car gives 2 kW and its PV 3 kW.
    private static ControlFrame Frame(TimeSpan now, EvseSession session, Plan plan)
    {
        var meter = new MeterReading(
            1.kW, new(500.W, 500.W, default), new(121.V, 119.V, default), new(4.A, 4.A, default), new Hertz(60.01));
        var evse = new EvseReading(
            -(2.kW), -(2050.W), -(1950.W), 380.V, new(-5.3), session, session == EvseSession.Energised, 55.Percent,
            9.kW, -(9.kW), 8.kW, -(8.kW), EvseFaults.None);
        var seen = new Snapshot(
            now, new(meter, now, 1), new(evse, now, 1), new(new(false, true), now, 1));
        var state = ControlCycle.Step(seen, plan, site.Limits, ControlState.PowerUp, default, RuleSet.All);
        return new(1, 0, state with { Allowed = Whole }, new(new(-(3.kW), false, 0), now, 1));
    }

    private static Allowance Whole => new(
        new(-(9.kW), 9.kW), new(LimitId.EvseRating, default, null), new(LimitId.EvseRating, start, start + 1.Hours));

    private static ControlFrame WithExportCapAt(in ControlFrame frame, Watts cap)
    {
        var capped = frame.State with
        {
            Mode = ModeKind.Transferring,
            Trips = default,
            Allowed = Whole with { Envelope = new(-cap, 9.kW), Discharge = new(LimitId.ExportCap, start, null) },
        };
        return frame with { State = capped };
    }

    private static Moment At(TimeSpan now) =>
        new(now, new DateTimeOffset(2026, 7, 14, 12, 0, 0, default) + (now - start), true);

    private void Add(string schema, ReadOnlyMemory<byte> message) =>
        written.Add((schema, Encoding.UTF8.GetString(message.Span)));

    private void Add(OrderAnswer answer)
    {
        var text = new ArrayBufferWriter<byte>();
        AnswerWriter.Write(answer, text);
        Add("answer", text.WrittenMemory);
    }
}
