using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules;

/// <summary>Commissioned homes for tests.</summary>
internal static class Sites
{
    /// <summary>
    /// Split phase 120/240 V, 200 A main, a 10 kW CHAdeMO EVSE; every uncertainty zero, so that bounds are round
    /// figures.
    /// </summary>
    public static readonly SiteLimits Exact = new()
    {
        Service = Wiring.SplitPhase,
        NominalLegVoltage = 120.V,
        EvseWiring = Wiring.SplitPhase,
        EvseLeg = 0,
        MainBreaker = 200.A,
        BreakerContinuousShare = 0.8,
        EvseBreaker = 60.A,
        Cable = null,
        HomeBatteryChargeMax = null,
        HomeBatteryMaxAge = TimeSpan.Zero,
        DailyDischarge = null,
        Departure = null,
        GridOperator = null,
        Island = null,
        Grid = new(Profiles.AtOnce, IsOptedIn: true, SettingsProof.Stated),
        StageDerate = null,
        OutletDerate = null,
        Feeder = null,
        Busbar = null,
        ImportLegCap = null,
        ExportLegCap = null,
        ImportCap = null,
        ExportCap = 7600.W,
        CapAim = 1,
        EvseChargeRating = 10.kW,
        EvseDischargeRating = 10.kW,
        Reserve = 30.Percent,
        UpperSoc = 90.Percent,
        HouseLoadMax = 40.kW,
        SourcesMax = 8.kW,
        HouseSlewWattsPerSecond = 2000,
        MeterError = Watts.Zero,
        IsMeterStated = true,
        RampWattsPerSecond = 1000,
        ReversalDwell = 1.Seconds,
        SetpointStep = 10.W,
        MinimumPower = 500.W,
        WideningHold = 2.Seconds,
        MinimumConnected = TimeSpan.Zero,
        MinimumDisconnected = TimeSpan.Zero,
        SilenceFloor = 1.kW,
        MeterTiming = new(
            Period: 100.Milliseconds, Refresh: TimeSpan.Zero, MaxAge: 1.Seconds,
            DeadTime: default, SettlingTime: default, StartTime: default, StopTime: default),
        EvseTiming = new(
            Period: 100.Milliseconds, Refresh: TimeSpan.Zero, MaxAge: 1.Seconds, DeadTime: 100.Milliseconds,
            SettlingTime: 900.Milliseconds, StartTime: 20.Seconds, StopTime: 3.Seconds),
        LinesMaxAge = 500.Milliseconds,
    };

    /// <summary>The same home with the uncertainties of real devices.</summary>
    public static readonly SiteLimits Real = Exact with
    {
        CapAim = 0.97,
        ImportCap = 20.kW,
        MeterError = 150.W,
        MeterTiming = Exact.MeterTiming with { Period = 50.Milliseconds, Refresh = 50.Milliseconds },
        EvseTiming = Exact.EvseTiming with { Refresh = 20.Milliseconds },
    };
}
