using System.Buffers;
using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Host.Northbound.Orders;
using ChargeScape.Edge.Tests.ControlRules;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>An order desk with a clock that the test turns, and frames as a loop would make them.</summary>
internal sealed class OrderBench
{
    public static readonly DateTimeOffset Noon = new(2026, 7, 14, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeviceTiming timing = new(
        100.Milliseconds, TimeSpan.Zero, 1.Seconds, TimeSpan.Zero, 2.Seconds, 30.Seconds, 5.Seconds);

    public static readonly SiteLimits Site = Sites.Exact with
    {
        MainBreaker = 100.A,
        ExportCap = 5.kW,
        CapAim = 0.97,
        EvseChargeRating = 9600.W,
        EvseDischargeRating = 8000.W,
        HouseLoadMax = 24.kW,
        SourcesMax = 7600.W,
        MeterError = 100.W,
        RampWattsPerSecond = 2000,
        MeterTiming = timing,
        EvseTiming = timing,
        LinesMaxAge = 200.Milliseconds,
    };

    private readonly List<OrderAnswer> answers = [];
    private uint sequence;
    private long lastSeq;

    public OrderBench(SiteLimits? site = null, IReadOnlyList<string>? issuers = null) =>
        Desk = new(site ?? Site, issuers);

    public OrderDesk Desk { get; }
    public TimeSpan Now { get; private set; } = 1.Hours;
    public bool IsClockKnown { get; set; } = true;
    public ControlState State { get; set; } = new()
    {
        Mode = ModeKind.Transferring,
        Allowed = new(
            new(-8.kW, 9600.W), new(LimitId.EvseRating, default, null), new(LimitId.EvseRating, default, null)),
    };
    public EvseReading Evse { get; set; } = new(
        default, default, default, 380.V, default, EvseSession.Energised, true, 60.Percent,
        9600.W, -(9600.W), 9600.W, -(9600.W), EvseFaults.None);
    public bool IsEvseSilent { get; set; }
    public Plan Plan { get; private set; }

    /// <summary>By so much the wall clock is ahead of the truth.</summary>
    public TimeSpan WallError { get; set; }

    public Moment Moment => new(Now, Noon + (Now - 1.Hours) + WallError, IsClockKnown);

    public ControlFrame Frame
    {
        get
        {
            sequence++;
            var seen = new Inputs { Now = Now };
            if (!IsEvseSilent) Assert.True(seen.TakeEvse(new(Evse, Now, sequence), Site));
            return new(sequence, 0, State with { At = Now, Inputs = seen });
        }
    }

    /// <summary>Fields of a valid order for 4 kW charge for an hour; a null value takes a field out.</summary>
    public Dictionary<string, object?> Order(params (string Name, object? Value)[] changes)
    {
        var order = new Dictionary<string, object?>
        {
            ["v"] = 1,
            ["id"] = Guid.NewGuid(),
            ["kind"] = "setpoint",
            ["issuer"] = "vpp.example",
            ["seq"] = ++lastSeq,
            ["issued_at"] = UtcIn(TimeSpan.Zero),
            ["ttl_s"] = 3600,
            ["p_evse_w"] = 4000,
        };
        foreach (var (name, value) in changes)
        {
            if (value is null) order.Remove(name);
            else order[name] = value;
        }
        return order;
    }

    public string UtcIn(TimeSpan ahead) => (Moment.Utc + ahead).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'");

    public IReadOnlyList<OrderAnswer> Receive(params (string Name, object? Value)[] changes) =>
        Receive(JsonSerializer.SerializeToUtf8Bytes(Order(changes)));

    public IReadOnlyList<OrderAnswer> Receive(string text) => Receive(Encoding.UTF8.GetBytes(text));

    public IReadOnlyList<OrderAnswer> Receive(ReadOnlySpan<byte> payload, Arrival arrival = default)
    {
        answers.Clear();
        Desk.Receive(payload, arrival, Moment, Frame, answers);
        TakePlan();
        return [.. answers];
    }

    /// <summary>Lets time pass in steps of 100 ms, the loop acting on the first due entry of the plan.</summary>
    public IReadOnlyList<OrderAnswer> RunFor(TimeSpan time)
    {
        answers.Clear();
        for (var end = Now + time; Now < end;)
        {
            Now += 100.Milliseconds;
            State = State with { Order = InForce() };
            Desk.Tick(Moment, Frame, answers);
            TakePlan();
        }
        return [.. answers];
    }

    public void Trip(TripId id, TripClass by)
    {
        var state = State;
        state.Trips.Of(id).Trip(by, opensNow: false, Now);
        State = state with { Mode = ModeKind.Tripped };
    }

    public static string Text(OrderAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        AnswerWriter.Write(answer, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private uint InForce()
    {
        for (var i = 0; i < Plan.Count; i++)
            if (Plan.Entries[i].Start <= Now && Now < Plan.Entries[i].End) return Plan.Entries[i].Order;
        return 0;
    }

    private void TakePlan()
    {
        if (Desk.TryTakePlan(out var plan)) Plan = plan;
    }
}
