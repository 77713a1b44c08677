using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>Homes of every wiring, with fast and slow devices, and with edges such as no minimum, no step, no
/// hold.</summary>
internal static class Homes
{
    private static readonly SiteLimits ThreePhase = Sites.Real with
    {
        Service = Wiring.ThreePhase,
        NominalLegVoltage = 230.V,
        EvseWiring = Wiring.ThreePhase,
        MainBreaker = 35.A,
        EvseBreaker = 32.A,
        BreakerContinuousShare = 1,
        ImportCap = 17.kW,
        ExportCap = 4.kW,
        ImportLegCap = 6.kW,
        ExportLegCap = 1300.W,
        HouseLoadMax = 22.kW,
        SourcesMax = 10.kW,
    };

    public static readonly SiteLimits[] All =
    [
        Sites.Real,
        Sites.Exact,
        ThreePhase,
        ThreePhase with
        {
            EvseWiring = Wiring.SinglePhase, EvseLeg = 1, EvseChargeRating = 7400.W, EvseDischargeRating = 7400.W,
            MinimumPower = 1400.W, ExportCap = Watts.Zero,
        },
        Sites.Real with
        {
            Service = Wiring.SinglePhase, EvseWiring = Wiring.SinglePhase, NominalLegVoltage = 230.V,
            MainBreaker = 63.A,
            MinimumPower = Watts.Zero, SetpointStep = Watts.Zero, ImportCap = null, ExportCap = null,
        },
        Sites.Real with
        {
            WideningHold = 10.Seconds, RampWattsPerSecond = 300,
            MeterTiming =
                Sites.Real.MeterTiming with { Period = 1.Seconds, Refresh = 500.Milliseconds, MaxAge = 3.Seconds },
            EvseTiming = Sites.Real.EvseTiming with
            {
                Refresh = 200.Milliseconds, DeadTime = 400.Milliseconds, SettlingTime = 3.Seconds, MaxAge = 2.Seconds,
            },
        },
        Sites.Real with
        {
            EvseBreaker = 46.A,
            DailyDischarge = new(15),
            GridOperator = new(false, 3.kW, new(6.kW, 5.kW, 2.Hours, IsForGood: true), []),
        },
        Sites.Real with
        {
            Cable = 30.A,
            StageDerate = new(40.degC, 60.degC, 4, null, 10.Seconds, 0.25),
            Departure = new(new(40_000), 0.9, TimeSpan.Zero),
        },
        Sites.Real with
        {
            Feeder = new(60.A, 20.A, 25.A),
            Busbar = new(200.A, 1.2, 1.25, 10.A, null),
            HomeBatteryChargeMax = 4.kW,
            HomeBatteryMaxAge = 3.Seconds,
            GridOperator = new(true, 2.kW, new(9.kW, 4.kW, 3.Hours, IsForGood: false), [new(0, 3.kW, 2.kW)]),
        },
        Sites.Real with { Grid = null, IsMeterStated = false },
    ];

    /// <summary>A run in transfer with every hold over, one for each home; it ends at
    /// <see cref="Story.Begin"/>.</summary>
    public static readonly (ControlState State, Snapshot[] Tail)[] Warm = [.. All.Select(WarmedUp)];

    private static (ControlState State, Snapshot[] Tail) WarmedUp(SiteLimits site)
    {
        var story = new Story(
            new Case(1, 400, Trouble.ColdStart, Array.IndexOf(All, site)), Story.Begin - 35.Seconds);
        var state = ControlState.PowerUp;
        var tail = new List<Snapshot>();
        while (story.Now < Story.Begin - 200.Milliseconds)
        {
            story.Calm(state);
            state = ControlCycle.Step(story.Raw, story.Plan, site, state, default, RuleSet.All);
            if (story.Now > Story.Begin - 12.Seconds) tail.Add(story.Raw);
        }
        Assert.Equal(ModeKind.Transferring, state.Mode);
        return (state, [.. tail]);
    }
}
