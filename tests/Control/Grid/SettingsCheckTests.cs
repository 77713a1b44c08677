using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.ControlRules.Grid;

public sealed class SettingsCheckTests
{
    private static readonly UtilityProfile profile = Profiles.CategoryIii;

    private static GridSettings AsDemanded => new()
    {
        EnterService = new(true, 105, 91.7, new(60.1), new(59.5), 300, null, 300),
        UnderVoltage = new(true, [new(50, 2), new(88, 21)]),
        OverVoltage = new(true, [new(120, 0.16), new(110, 13)]),
        UnderFrequency = new(true, [new(56.5, 0.16), new(58.5, 300)]),
        OverFrequency = new(true, [new(62, 0.16), new(61.2, 300)]),
    };

    [Fact]
    public void Settings_as_the_profile_demands_agree_in_whatever_order_the_corners_stand() =>
        Assert.True(GridSettingsCheck.Compare(AsDemanded, profile).Agrees);

    [Fact]
    public void A_curve_that_is_written_as_a_staircase_is_the_same_curve()
    {
        var told = AsDemanded with
        {
            UnderVoltage = new(true, [new(88, 21), new(50, 21), new(50, 2), new(0, 2)]),
            OverFrequency = new(true, [new(61.2, 300), new(62, 300), new(62, 0.16), new(66, 0.16)]),
        };

        Assert.True(GridSettingsCheck.Compare(told, profile).Agrees);
    }

    [Fact]
    public void A_device_that_tells_nothing_neither_agrees_nor_is_told()
    {
        var none = GridSettingsCheck.Compare(default, profile);

        Assert.Equal((false, false), (none.IsTold, none.Agrees));
    }

    [Fact]
    public void A_device_that_leaves_one_model_out_does_not_agree()
    {
        var found = GridSettingsCheck.Compare(AsDemanded with { OverFrequency = default }, profile);

        Assert.Equal((true, false, 1), (found.IsTold, found.Agrees, (int)found.Differences));
        Assert.Equal("OverFrequencyEnabled: expected 1 ± 0, found not told", found.First.ToString());
    }

    public static TheoryData<string, GridPoint, int, double, double> Wrong() => new()
    {
        { "uv level", GridPoint.UnderVoltageLevel, 0, 88, 80 },
        { "uv time", GridPoint.UnderVoltageTime, 2, 2, 1 },
        { "ov off", GridPoint.OverVoltageEnabled, 0, 1, 0 },
        { "ov extra", GridPoint.OverVoltageLevel, 0, 110, 106 },
        { "uf time", GridPoint.UnderFrequencyTime, 1, 300, 100 },
        { "of level", GridPoint.OverFrequencyLevel, 2, 62, 64 },
        { "es delay", GridPoint.EnterServiceDelay, 0, 300, 290 },
        { "es window", GridPoint.EnterServiceHighVoltage, 0, 105, 252 },
        { "es ramp", GridPoint.EnterServiceRamp, 0, 300, double.NaN },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_difference_names_point_corner_expected_and_found(
        string what, GridPoint point, int corner, double expected, double found)
    {
        var told = AsDemanded;
        var enter = told.EnterService!.Value;
        told = what switch
        {
            "uv level" => told with { UnderVoltage = new(true, [new(50, 2), new(80, 21)]) },
            "uv time" => told with { UnderVoltage = new(true, [new(50, 1), new(88, 21)]) },
            "ov off" => told with { OverVoltage = new(false, told.OverVoltage.Corners) },
            "ov extra" => told with { OverVoltage = new(true, [new(120, 0.16), new(110, 13), new(106, 500)]) },
            "uf time" => told with { UnderFrequency = new(true, [new(56.5, 0.16), new(58.5, 100)]) },
            "of level" => told with { OverFrequency = new(true, [new(64, 0.16), new(61.2, 300)]) },
            "es delay" => told with { EnterService = enter with { DelaySeconds = 290 } },
            "es window" => told with { EnterService = enter with { HighVoltagePercent = 252 } },
            _ => told with { EnterService = enter with { RampSeconds = null } },
        };
        var room = new GridDifference[GridSettingsCheck.Most];

        var count = GridSettingsCheck.Compare(told, profile, room);

        Assert.Contains(room[..count], one => one.Point == point && one.Corner == corner
            && one.Expected == expected && one.Found.Equals(found));
    }

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(0.2, false)]
    public void One_digit_of_a_scale_factor_is_no_difference(double off, bool agrees)
    {
        var told = AsDemanded with { UnderVoltage = new(true, [new(50, 2), new(88 - off, 21)]) };

        Assert.Equal(agrees, GridSettingsCheck.Compare(told, profile).Agrees);
    }
}
