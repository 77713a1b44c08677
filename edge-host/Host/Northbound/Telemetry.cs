using System.Buffers;
using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Northbound.Orders;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>
/// Writes what the edge says of itself, as edge-host/contract describes it, into one buffer that is used again: a
/// message is good until the next one is written.
/// </summary>
public sealed class Telemetry : IDisposable
{
    private readonly SiteLimits site;
    private readonly TimeSpan inverterMaxAge;
    private readonly TimeSpan? batteryMaxAge;
    private readonly Func<uint, Order?> orderOf;
    private readonly ArrayBufferWriter<byte> buffer = new(4096);
    private readonly Utf8JsonWriter json;
    private long teleCount;
    private long eventCount;

    /// <summary>Begins a new boot.</summary>
    /// <param name="site">Commissioned constants.</param>
    /// <param name="inverterMaxAge">Oldest reading of the inverter that is told.</param>
    /// <param name="orderOf">The order with a number of the plan; null when it is over.</param>
    /// <param name="software">Name and version of the host.</param>
    /// <param name="batteryMaxAge">Oldest reading of the home battery that is told; null: there is none.</param>
    public Telemetry(
        SiteLimits site, TimeSpan inverterMaxAge, Func<uint, Order?> orderOf, string software,
        TimeSpan? batteryMaxAge = null)
    {
        this.batteryMaxAge = batteryMaxAge;
        this.site = site;
        this.inverterMaxAge = inverterMaxAge;
        this.orderOf = orderOf;
        Software = software;
        json = new(buffer);
    }

    /// <summary>Made anew at each start.</summary>
    public Guid Boot { get; } = Guid.NewGuid();

    /// <summary>Name and version of the host.</summary>
    public string Software { get; }

    /// <summary>The last will, also sent on an ordered stop.</summary>
    public static ReadOnlyMemory<byte> Offline { get; } = """{"v":1,"online":false}"""u8.ToArray();

    /// <summary><c>tele</c>: what was true at one step.</summary>
    public ReadOnlyMemory<byte> Tele(in ControlFrame frame, Moment now)
    {
        Begin();
        Numbered(++teleCount, now.UtcOf(frame.State.At), frame.State.At);
        json.WriteString("mode"u8, WireWord<ModeKind>.Of(frame.State.Mode));
        OrderId(frame.State.Order);
        json.WriteNumber("setpoint_w"u8, Round(frame.State.Setpoint));
        TeleDevices.Write(json, frame, site, inverterMaxAge);
        if (batteryMaxAge is { } maxAge) TeleBattery.Write(json, frame.HomeBattery, maxAge, frame.State.At);
        Allowance(frame.State, frame.State.At);
        Faults(frame.State);
        return End();
    }

    /// <summary><c>state</c> while online.</summary>
    public ReadOnlyMemory<byte> State(in ControlState state, Moment now, TimeSpan? orderEnd)
    {
        Begin();
        json.WriteBoolean("online"u8, true);
        json.WriteString("boot"u8, Boot);
        JsonTimes.Write(json, "at"u8, now.KnownUtc);
        json.WriteBoolean("clock_synced"u8, now.IsUtcKnown);
        json.WriteString("mode"u8, WireWord<ModeKind>.Of(state.Mode));
        if (orderOf(state.Order) is { } order && orderEnd is { } end)
        {
            json.WriteStartObject("order"u8);
            json.WriteString("order_id"u8, order.Id);
            json.WriteString("issuer"u8, order.Issuer);
            json.WriteString("kind"u8, WireWord<WireKind>.Of(order.Kind));
            json.WriteNumber("priority"u8, order.Priority);
            JsonTimes.Write(json, "end"u8, now.UtcOf(end));
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("order"u8);
        }
        Faults(state);
        json.WriteString("software"u8, Software);
        return End();
    }

    /// <summary><c>event</c>: the host has started.</summary>
    public ReadOnlyMemory<byte> HostStarted(Moment now)
    {
        BeginEvent("host_started", now.Monotonic, 0, now);
        json.WriteString("software"u8, Software);
        return End();
    }

    /// <summary><c>event</c>: something that the loop told.</summary>
    public ReadOnlyMemory<byte> Happened(in ControlEvent happened, Moment now)
    {
        BeginEvent(WireWord<ControlEventKind>.Of(happened.Kind), happened.At, happened.Order, now);
        if (happened.Kind == ControlEventKind.ModeChanged)
        {
            json.WriteString("from"u8, WireWord<ModeKind>.Of(happened.From));
            json.WriteString("to"u8, WireWord<ModeKind>.Of(happened.To));
        }
        else if (happened.Kind == ControlEventKind.Ownership)
        {
            var what = happened.Ownership;
            json.WriteString("device"u8, WireWord<OwnedDevice>.Of(happened.Device));
            json.WriteString("what"u8, WireWord<OwnershipHappening>.Of(what.What));
            json.WriteNumber("register"u8, what.Address);
            json.WriteNumber("expected"u8, what.Expected);
            json.WriteNumber("seen"u8, what.Seen);
            if (what.ExceptionCode == 0) json.WriteNull("exception"u8);
            else json.WriteNumber("exception"u8, what.ExceptionCode);
        }
        else
        {
            json.WriteString("trip"u8, WireWord<TripId>.Of(happened.Trip));
            json.WriteString("class"u8, WireWord<TripClass>.Of(happened.Class));
            json.WriteNumber("occurrence"u8, happened.Occurrence);
        }
        return End();
    }

    /// <summary><c>event</c>: another limit binds a side.</summary>
    public ReadOnlyMemory<byte> BoundChanged(bool isCharge, LimitId from, LimitId to, in ControlFrame frame, Moment now)
    {
        BeginEvent("bound_changed", frame.State.At, frame.State.Order, now);
        json.WriteString("side"u8, isCharge ? "charge"u8 : "discharge"u8);
        Limit("from"u8, from);
        Limit("to"u8, to);
        var envelope = frame.State.Allowed.Envelope;
        json.WriteNumber("allowed_w"u8, Bounded(isCharge ? envelope.Charge : envelope.Discharge));
        return End();
    }

    /// <summary><c>event</c>: the ring was full.</summary>
    public ReadOnlyMemory<byte> EventsDropped(uint count, Moment now)
    {
        BeginEvent("events_dropped", now.Monotonic, 0, now);
        json.WriteNumber("count"u8, count);
        return End();
    }

    /// <summary><c>capability</c>.</summary>
    public ReadOnlyMemory<byte> Capability(in VehicleOffer? vehicle, Moment now, in ToldGridSettings grid = default)
    {
        Begin();
        JsonTimes.Write(json, "at"u8, now.KnownUtc);
        json.WriteString("software"u8, Software);
        json.WriteString("sign"u8, "positive_into_site_or_car"u8);
        CapabilityParts.Orders(json);
        CapabilityParts.Ratings(json, site);
        CapabilityParts.Vehicle(json, vehicle);
        GridSettingsParts.Write(json, grid, site.Grid?.Profile);
        json.WriteNull("response"u8);
        return End();
    }

    /// <inheritdoc/>
    public void Dispose() => json.Dispose();

    // Adding zero makes −0, which puzzles readers, 0.
    internal static double Round(Watts power) => Math.Round(power.Value, 1) + 0.0;

    // An envelope without any limit would be infinite, which JSON cannot say.
    internal static double Bounded(Watts power) => Math.Round(Math.Clamp(power.Value, -1e6, 1e6), 1) + 0.0;

    private void Begin()
    {
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteNumber("v"u8, 1);
    }

    private void BeginEvent(string kind, TimeSpan at, uint order, Moment now)
    {
        Begin();
        Numbered(++eventCount, now.UtcOf(at), at);
        json.WriteString("kind"u8, kind);
        OrderId(order);
    }

    private ReadOnlyMemory<byte> End()
    {
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private void Numbered(long seq, DateTimeOffset? at, TimeSpan monotonic)
    {
        json.WriteString("boot"u8, Boot);
        json.WriteNumber("seq"u8, seq);
        JsonTimes.Write(json, "at"u8, at);
        json.WriteNumber("mono_ms"u8, (long)monotonic.TotalMilliseconds);
    }

    private void OrderId(uint number)
    {
        if (orderOf(number) is { } order) json.WriteString("order_id"u8, order.Id);
        else json.WriteNull("order_id"u8);
    }

    private void Limit(ReadOnlySpan<byte> name, LimitId limit)
    {
        if (limit == LimitId.None) json.WriteNull(name);
        else json.WriteString(name, WireWord<LimitId>.Of(limit));
    }

    private void Allowance(in ControlState state, TimeSpan now)
    {
        var allowed = state.Allowed;
        json.WriteStartObject("allowance"u8);
        json.WriteNumber("charge_w"u8, Bounded(allowed.Envelope.Charge));
        Limit("charge_bound_by"u8, allowed.Charge.By);
        json.WriteNumber("charge_since_s"u8, Seconds(now - allowed.Charge.Since));
        Until("charge_until_s"u8, allowed.Charge.Until - now);
        json.WriteNumber("discharge_w"u8, Bounded(allowed.Envelope.Discharge));
        Limit("discharge_bound_by"u8, allowed.Discharge.By);
        json.WriteNumber("discharge_since_s"u8, Seconds(now - allowed.Discharge.Since));
        Until("discharge_until_s"u8, allowed.Discharge.Until - now);
        json.WriteEndObject();
    }

    private void Until(ReadOnlySpan<byte> name, TimeSpan? left)
    {
        if (left is { } known) json.WriteNumber(name, Seconds(known));
        else json.WriteNull(name);
    }

    private void Faults(in ControlState state)
    {
        json.WriteStartArray("faults"u8);
        foreach (var trip in AllTrips.List)
        {
            var memory = state.Trips[trip.Id];
            if (!memory.IsTripped) continue;
            json.WriteStartObject();
            json.WriteString("trip"u8, WireWord<TripId>.Of(trip.Id));
            json.WriteString("class"u8, WireWord<TripClass>.Of(memory.Class));
            json.WriteNumber("occurrence"u8, memory.Occurrence);
            json.WriteBoolean("latched"u8, memory.Class is TripClass.F3 or TripClass.F4);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static double Seconds(TimeSpan time) => Math.Round(Math.Max(0, time.TotalSeconds), 1);
}
