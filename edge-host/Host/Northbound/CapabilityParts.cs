using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Northbound.Orders;

namespace ChargeScape.Edge.Host.Northbound;

/// <summary>What the car in the socket offers.</summary>
/// <param name="Soc">Null when the car has not said it.</param>
/// <param name="Charge">Most it takes, ≥ 0.</param>
/// <param name="Discharge">Most it gives, ≤ 0.</param>
public readonly record struct VehicleOffer(Soc? Soc, Watts Charge, Watts Discharge);

/// <summary>The parts of <c>capability</c>.</summary>
internal static class CapabilityParts
{
    public static void Orders(Utf8JsonWriter json)
    {
        json.WriteStartObject("orders"u8);
        json.WriteStartArray("kinds"u8);
        foreach (var kind in Enum.GetValues<WireKind>()) json.WriteStringValue(WireWord<WireKind>.Of(kind));
        json.WriteEndArray();
        json.WriteStartArray("references"u8);
        json.WriteStringValue("p_evse_w"u8);
        json.WriteEndArray();
        // "local" is taken and acts as zero until there is a local planner.
        json.WriteStartArray("on_expire"u8);
        json.WriteStringValue(WireWord<OnExpire>.Of(OnExpire.Zero));
        json.WriteStringValue(WireWord<OnExpire>.Of(OnExpire.Floor));
        json.WriteStringValue(WireWord<OnExpire>.Of(OnExpire.Plan));
        json.WriteEndArray();
        json.WriteString("signature"u8, "not_verified"u8);
        json.WriteNumber("max_payload_bytes"u8, OrderDesk.MaxPayloadBytes);
        json.WriteNumber("max_orders"u8, Plan.Capacity);
        json.WriteNumber("max_start_ahead_s"u8, (int)OrderDesk.Horizon.TotalSeconds);
        json.WriteNumber("max_duration_s"u8, (int)OrderDesk.Horizon.TotalSeconds);
        json.WriteEndObject();
    }

    public static void Ratings(Utf8JsonWriter json, SiteLimits site)
    {
        json.WriteStartObject("ratings"u8);
        json.WriteNumber("charge_w"u8, site.EvseChargeRating.Value);
        var mayDischarge = site.EvseDischargeRating > Watts.Zero && site.Grid is { IsOptedIn: true };
        json.WriteNumber("discharge_w"u8, mayDischarge ? -site.EvseDischargeRating.Value : 0);
        json.WriteNumber("ramp_w_per_s"u8, site.RampWattsPerSecond);
        json.WriteNumber("reserve_soc_pct"u8, site.Reserve.Percent);
        json.WriteNumber("upper_soc_pct"u8, site.UpperSoc.Percent);
        json.WriteString("service"u8, WireWord<Wiring>.Of(site.Service));
        json.WriteEndObject();
    }

    public static void Vehicle(Utf8JsonWriter json, in VehicleOffer? vehicle)
    {
        if (vehicle is not { } car)
        {
            json.WriteNull("vehicle"u8);
            return;
        }
        json.WriteStartObject("vehicle"u8);
        TeleDevices.Percent(json, "soc_pct"u8, car.Soc);
        json.WriteNumber("charge_w"u8, Telemetry.Round(car.Charge));
        json.WriteNumber("discharge_w"u8, Telemetry.Round(car.Discharge));
        json.WriteEndObject();
    }
}
