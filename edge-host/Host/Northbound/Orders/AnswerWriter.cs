using System.Buffers;
using System.Text.Json;
using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>Writes an answer as <c>answer.schema.json</c> describes it.</summary>
public static class AnswerWriter
{
    /// <summary>Appends one JSON object to <paramref name="into"/>.</summary>
    public static void Write(OrderAnswer answer, IBufferWriter<byte> into)
    {
        ArgumentNullException.ThrowIfNull(answer);
        using var json = new Utf8JsonWriter(into);
        json.WriteStartObject();
        json.WriteNumber("v"u8, 1);
        if (answer.OrderId is { } id) json.WriteString("order_id"u8, id); else json.WriteNull("order_id"u8);
        if (answer.Seq is { } seq) json.WriteNumber("seq"u8, seq); else json.WriteNull("seq"u8);
        if (answer.Issuer is { } issuer) json.WriteString("issuer"u8, issuer); else json.WriteNull("issuer"u8);
        json.WriteString("stage"u8, WireWord<AnswerStage>.Of(answer.Stage));
        if (answer.Refused is { } refused) json.WriteString("reason"u8, WireWord<Rejection>.Of(refused));
        if (answer.Deviates != Deviation.None) json.WriteString("reason"u8, WireWord<Deviation>.Of(answer.Deviates));
        if (answer.Detail is { } detail) json.WriteString("detail"u8, detail);
        if (answer.Cancels is { } cancels) WriteCancels(json, cancels);
        if (answer.Applied is { } applied) WriteApplied(json, applied);
        if (answer.Applied is not null || answer.Cancels is not null) WriteBinding(json, answer.Binding);
        if (answer.Energy is { } energy) json.WriteNumber("energy_wh"u8, Math.Round(energy.Value, 1));
        JsonTimes.Write(json, "at"u8, answer.At);
        json.WriteEndObject();
    }

    private static void WriteCancels(Utf8JsonWriter json, Guid cancels)
    {
        json.WriteStartObject("applied"u8);
        json.WriteString("cancels"u8, cancels);
        json.WriteEndObject();
    }

    private static void WriteApplied(Utf8JsonWriter json, AppliedOrder applied)
    {
        json.WriteStartObject("applied"u8);
        if (applied.IsBand)
        {
            json.WriteNumber("lower_w"u8, Math.Round(applied.Lower.Value, 1));
            json.WriteNumber("upper_w"u8, Math.Round(applied.Upper.Value, 1));
        }
        else
        {
            json.WriteNumber("p_evse_w"u8, Math.Round(applied.Lower.Value, 1));
        }
        if (applied.Terms is { } terms)
        {
            JsonTimes.Write(json, "start"u8, terms.Start);
            JsonTimes.Write(json, "end"u8, terms.End);
            if (terms.RampWattsPerSecond is { } ramp) json.WriteNumber("ramp_w_per_s"u8, ramp);
            json.WriteString("on_expire"u8, WireWord<OnExpire>.Of(terms.OnExpire));
            if (terms.SocFloor is { } floor) json.WriteNumber("soc_floor_pct"u8, floor.Percent);
        }
        json.WriteEndObject();
    }

    private static void WriteBinding(Utf8JsonWriter json, LimitId binding)
    {
        if (binding == LimitId.None) json.WriteNull("binding_limit"u8);
        else json.WriteString("binding_limit"u8, WireWord<LimitId>.Of(binding));
    }
}
