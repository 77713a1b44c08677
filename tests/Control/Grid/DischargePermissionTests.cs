using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Grid;

public sealed class DischargePermissionTests
{
    private static readonly GridTerms readBack = new(Profiles.AtOnce, IsOptedIn: true, SettingsProof.ReadBack);
    private static readonly GridTerms stated = readBack with { Proof = SettingsProof.Stated };
    private static readonly GridAgreement agrees = new(true, 0, default);
    private static readonly GridAgreement differs =
        new(true, 1, new(GridPoint.UnderVoltageTime, 1, 21, 2, 0.21));

    [Fact]
    public void Settings_read_back_as_demanded_permit() => Expect(true, readBack, agrees);

    [Fact]
    public void A_difference_refuses_even_when_the_installer_states_otherwise()
    {
        Expect(false, readBack, differs);
        Expect(false, stated, differs);
    }

    [Fact]
    public void What_a_device_does_not_tell_is_for_the_installer_to_state()
    {
        Expect(false, readBack, null);
        Expect(false, readBack, default(GridAgreement));
        Expect(true, stated, null);
        Expect(true, stated, default(GridAgreement));
    }

    [Fact]
    public void Without_the_household_or_a_profile_the_site_is_charge_only()
    {
        Expect(false, readBack with { IsOptedIn = false }, agrees);
        Expect(false, null, agrees);
    }

    [Fact]
    public void Charging_is_never_bound_by_it()
    {
        var home = Rig.Transferring(Sites.Exact with { Grid = null });

        home.Ask(5.kW);
        home.RunFor(10.Seconds);

        Assert.Equal(5.kW, home.State.Setpoint);
    }

    [Fact]
    public void Settings_that_are_no_longer_told_are_not_known_after_five_minutes()
    {
        var home = Discharging(readBack, agrees);
        home.TellsSettings = false;

        home.RunFor(GridWatch.SettingsMaxAge - 1.Seconds);
        var before = home.State.Setpoint;
        home.RunFor(2.Seconds);

        Assert.Equal((-4.kW, Watts.Zero, LimitId.DischargePermission),
            (before, home.State.Setpoint, home.State.BoundBy));
    }

    [Fact]
    public void Deleting_it_is_missed() => Deleted.IsMissed(
        LimitId.DischargePermission, rules => Discharging(readBack, differs, rules).State.Setpoint == Watts.Zero);

    private static void Expect(bool isPermitted, GridTerms? terms, GridAgreement? told)
    {
        var home = Discharging(terms, told);

        Assert.Equal(isPermitted ? -4.kW : Watts.Zero, home.State.Setpoint);
        Assert.Equal(isPermitted ? LimitId.None : LimitId.DischargePermission, home.State.BoundBy);
    }

    private static Rig Discharging(GridTerms? terms, GridAgreement? told, RuleSet? rules = null)
    {
        var home = new Rig(Sites.Exact with { Grid = terms }, rules) { Settings = told };
        home.HouseTotal = 1.kW;
        home.Order(1.kW, 8000.Seconds);
        home.RunUntil(ModeKind.Transferring);
        home.Ask(-4.kW);
        home.RunFor(12.Seconds);
        return home;
    }
}
