using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Scenarios.ModbusMap;

/// <summary>The control loop keeps its promises over a charger and a meter that are nothing but data.</summary>
public sealed class EvtecHomeTests : IDisposable
{
    private readonly EvtecHome home = new();

    public void Dispose() => home.Dispose();

    private void Transferring(double watts)
    {
        home.Charger.IsPlugged = true;
        home.RunFor(20.Seconds);
        home.Order(watts, 1.Hours);
        home.RunFor(90.Seconds);
    }

    [Fact]
    public void A_charge_order_is_followed_never_above_it()
    {
        Transferring(4000);

        Assert.Equal(ModeKind.Transferring, home.State.Mode);
        Assert.InRange(home.ChargerWatts, 3600, 4000);
    }

    [Fact]
    public void A_discharge_order_is_held_at_the_export_cap()
    {
        var least = 0.0;

        Transferring(-8000);
        home.RunFor(60.Seconds, () => least = Math.Min(least, home.SiteWatts));

        Assert.Equal(ModeKind.Transferring, home.State.Mode);
        Assert.True(home.State.Allowed.Discharge.By is LimitId.ExportCap or LimitId.WideningHold);
        // What meter and charger do not say in time is kept back, so the cap is not used up.
        Assert.InRange(home.ChargerWatts, -6000, -2500);
        Assert.InRange(least, -6000, 0);
    }

    [Fact]
    public void The_reserve_ends_a_discharge()
    {
        home.Charger.SocPercent = 30.5;

        Transferring(-3000);
        home.RunFor(10.Minutes);

        Assert.InRange(home.Charger.SocPercent, 29.8, 30.1);
        Assert.Equal(0, home.Charger.Power);
    }

    [Fact]
    public void The_emergency_stop_ends_power_within_what_the_map_promises()
    {
        Transferring(-4000);
        Assert.True(home.ChargerWatts < -2000);

        home.PressEmergencyStop();
        home.RunFor(10.Seconds);

        Assert.Equal(ModeKind.Tripped, home.State.Mode);
        Assert.Equal(0, home.Charger.Power);
    }

    [Fact]
    public void A_state_that_nobody_documents_ends_power_and_is_named()
    {
        Transferring(4000);

        home.Charger.ShownState = 42;
        home.RunFor(5.Seconds);

        Assert.True(home.State.Trips[TripId.DeviceFault].IsTripped);
        Assert.Equal(0, home.Charger.Power);
    }

    [Fact]
    public void A_controller_that_cannot_reach_the_charger_is_outlived_by_the_charger_s_own_timeout()
    {
        Transferring(4000);

        home.SilenceCharger();
        home.RunFor(75.Seconds);

        Assert.Equal(0, home.Charger.Power);
        Assert.NotEqual(ModeKind.Transferring, home.State.Mode);
    }
}
