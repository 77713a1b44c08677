using System.Runtime.CompilerServices;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Limits;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;

namespace ChargeScape.Edge.Host.Northbound.Orders;

/// <summary>What a frame says about an order: why it cannot be, and what remains of it.</summary>
[SkipLocalsInit]
internal static class FrameFacts
{
    /// <summary>The EVSE's reading that the frame's step could still use.</summary>
    public static EvseReading? Evse(in ControlFrame frame, SiteLimits site) =>
        frame.State.Inputs.Evse.Within(site.EvseTiming.MaxAge, frame.State.At);

    /// <summary>
    /// What may be done, and who says so: the present allowance in a session; before one, when the car has said nothing
    /// yet, what holds in any case.
    /// </summary>
    public static Allowance Allowed(in ControlFrame frame, SiteLimits site) =>
        Evse(frame, site) is { } evse && IsEnergised(evse)
            ? frame.State.Allowed : AllLimits.Standing(site, frame.State);

    /// <summary>Power may flow. Before that the car's contactor may be closed already, and its limits are still
    /// zero.</summary>
    public static bool IsEnergised(in EvseReading evse) =>
        evse is { Session: EvseSession.Energised, IsContactorClosed: true };

    /// <summary>What is left of an order under an allowance, and the limit that took the rest.</summary>
    public static (AppliedOrder Applied, LimitId Binding) Cut(Order order, in Allowance allowed)
    {
        var envelope = allowed.Envelope;
        var applied = new AppliedOrder(
            envelope.Clamp(order.Lower), envelope.Clamp(order.Upper), order.Kind == WireKind.Envelope);
        if (applied.Upper < order.Upper || applied.Lower < order.Lower) return (applied, allowed.Charge.By);
        if (applied.Lower > order.Lower || applied.Upper > order.Upper) return (applied, allowed.Discharge.By);
        return (applied, LimitId.None);
    }

    /// <summary>An order that starts at once and needs power: what about the car makes it impossible.</summary>
    public static Rejection? ImpossibleNow(Order order, in ControlFrame frame, SiteLimits site)
    {
        if (!order.NeedsPower || Evse(frame, site) is not { } evse) return null;
        if (!evse.IsPlugged) return Rejection.NoVehicle;
        if (evse.VehicleSoc is not { } soc) return null;
        if (order.NeedsDischarge && (soc <= Floor(order, site) || frame.State.Reserve.IsSet)) return Rejection.SocFloor;
        if (order.NeedsCharge && (soc >= site.UpperSoc || frame.State.Upper.IsSet)) return Rejection.SocCeiling;
        return null;
    }

    /// <summary>The larger of the site's reserve and the order's own floor.</summary>
    public static Soc Floor(Order order, SiteLimits site) =>
        order.SocFloor is { } own && own > site.Reserve ? own : site.Reserve;

    /// <summary>Why a limit makes an order deviate.</summary>
    public static Deviation Reason(LimitId limit, bool isDischarge) => limit switch
    {
        LimitId.None => Deviation.None,
        LimitId.MainBreaker or LimitId.FeederBreaker => isDischarge ? Deviation.ExportLimit : Deviation.ImportLimit,
        LimitId.ImportCap or LimitId.GridOperatorConsumption => Deviation.ImportLimit,
        LimitId.ExportCap or LimitId.BusbarBackfeed or LimitId.GridOperatorProduction or LimitId.HomeBattery
            => Deviation.ExportLimit,
        LimitId.EvseRating or LimitId.EvseBreaker or LimitId.Cable or LimitId.PowerStage
            or LimitId.InverterCapability or LimitId.Derate => Deviation.DeviceLimit,
        LimitId.DischargePermission or LimitId.EnterService or LimitId.TransferSwitch => Deviation.GridCode,
        LimitId.Vehicle or LimitId.DailyDischarge => Deviation.VehicleLimit,
        LimitId.SocReserve or LimitId.Departure => Deviation.SocFloor,
        LimitId.UpperSoc => Deviation.SocCeiling,
        LimitId.StaleMeter => Deviation.StaleMeter,
        LimitId.MeterInDoubt or LimitId.MeterUnproven => Deviation.MeterUnproven,
        LimitId.StaleEvse => Deviation.StaleEvse,
        LimitId.WideningHold => Deviation.Recovering,
        _ => Deviation.DeviceLimit,
    };

    /// <summary>A standing trip that only a person at the machine clears; none when there is none.</summary>
    public static TripId Latched(in ControlState state)
    {
        foreach (var trip in AllTrips.List)
            if (state.Trips[trip.Id] is { IsTripped: true, Class: TripClass.F3 or TripClass.F4 }) return trip.Id;
        return TripId.None;
    }

    /// <summary>Why a trip makes an order deviate; none when no trip stands.</summary>
    public static Deviation WhyTripped(in ControlState state)
    {
        if (!state.Trips.Any) return Deviation.None;
        if (state.Trips[TripId.EmergencyStop].IsTripped) return Deviation.EmergencyStop;
        foreach (var trip in AllTrips.List)
            if (trip.Id is not (TripId.PowerUp or TripId.Crash or TripId.GridLost) && state.Trips[trip.Id].Stops)
                return Deviation.DeviceFault;
        return state.Trips[TripId.GridLost].IsTripped ? Deviation.GridCode : Deviation.Starting;
    }
}
