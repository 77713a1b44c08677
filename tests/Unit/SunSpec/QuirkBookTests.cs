using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class QuirkBookTests
{
    private static DeviceQuirks Of(string maker, string device = "") => DeviceQuirks.Of(new(maker, device, "", ""));

    private static string Book(string entry) => $"{{\"quirks\": [{entry}]}}";

    [Fact]
    public void What_is_sure_of_a_maker_is_applied_to_its_devices_only()
    {
        Assert.True(Of("SMA", "SB3.6").CannotReadBack);
        Assert.True(Of("sma solar").CannotReadBack);
        Assert.False(Of("Smart").CannotReadBack && Of("Other").CannotReadBack);
        Assert.Equal(WriteFunction.Single, Of("KOSTAL").Writes);
        Assert.Equal(WriteFunction.Multiple, Of("APsystems").Writes);
        Assert.Equal(1, Of("Fronius").MinimumLimitPercent);
        Assert.Equal(1.Seconds, Of("Sigenergy").LeastPeriod);
    }

    [Fact]
    public void What_is_weak_or_disputed_is_shown_and_never_applied()
    {
        var solarEdge = Of("SolarEdge ");

        Assert.False(solarEdge.MayScaleVary);
        var fact = Assert.Single(solarEdge.Facts, f => f.Name == "scaleMayVary");
        Assert.Equal(("scaleMayVary", false), (fact.Setting, fact.IsApplied));
    }

    [Fact]
    public void Every_setting_that_a_fact_points_to_is_a_field_of_a_family()
    {
        var fields = DeviceCatalog.Families.SelectMany(f => f.Settings).Select(s => s.Name).ToHashSet();

        Assert.All(QuirkBook.Shipped.Facts.Where(f => f.Setting is not null), f => Assert.Contains(f.Setting!, fields));
    }

    [Theory]
    [InlineData("""{"maker":"A","quirk":"writes","value":"both","sure":"1","source":"s"}""",
        "\"single\" or \"multiple\"")]
    [InlineData("""{"maker":"A","quirk":"nonsense","value":1,"sure":"1","source":"s"}""", "unknown quirk \"nonsense\"")]
    [InlineData("""{"maker":"A","quirk":"readBack","value":"none","sure":"maybe","source":"s"}""",
        "\"sure\" is one of")]
    [InlineData("""{"maker":"A","quirk":"readBack","value":"none","sure":"1"}""", "\"source\" is missing")]
    [InlineData("""{"maker":"A","quirk":"scaleMayVary","value":true,"sure":"?","source":"s"}""", "needs a \"setting\"")]
    [InlineData("""{"maker":"A","quirk":"hint","value":"t","sure":"1","source":"s","then":1}""",
        "unknown field \"then\"")]
    [InlineData("""{"quirk":"hint","value":"t","sure":"1","source":"s"}""", "\"maker\" is missing")]
    [InlineData("""{"maker":"A","quirk":"minimumLimitPct","value":51,"sure":"1","source":"s"}""", "from 0 to 50")]
    [InlineData("""{"maker":"A","quirk":"minimumLimitPct","value":-1,"sure":"1","source":"s"}""", "from 0 to 50")]
    [InlineData("""{"maker":"A","quirk":"periodMsAtLeast","value":0,"sure":"1","source":"s"}""", "from 1 to 60000")]
    [InlineData("""{"maker":"A","quirk":"transientExceptions","value":[],"sure":"1","source":"s"}""", "from 1 to 255")]
    [InlineData("""{"maker":"A","quirk":"transientExceptions","value":[0],"sure":"1","source":"s"}""", "from 1 to 255")]
    [InlineData("""{"maker":"A","quirk":"transientExceptions","value":[256],"sure":"1","source":"s"}""", "1 to 255")]
    [InlineData("""{"maker":"A","quirk":"limitPercentOf","value":"W","sure":"1","source":"s"}""", "\"WRtg\"")]
    [InlineData("""{"maker":"A","quirk":"negativeRateForces","value":"x","sure":"1","source":"s"}""", "\"charge\"")]
    [InlineData("""{"maker":"A","quirk":"readBack","value":"some","sure":"1","source":"s"}""", "\"none\"")]
    [InlineData("""{"maker":"A","quirk":"scaleMayVary","value":false,"sure":"1","source":"s"}""", "takes true")]
    [InlineData("7", "expected an object")]
    public void A_line_that_cannot_be_meant_is_an_error_with_its_place(string entry, string error)
    {
        Assert.Null(QuirkBook.Read(Book(entry), out var errors));

        Assert.Contains(errors, e => e.StartsWith("quirks[0]", StringComparison.Ordinal) && e.Contains(error));
    }

    [Fact]
    public void A_fact_of_one_device_is_not_one_of_its_maker_and_a_hint_needs_no_setting()
    {
        var book = QuirkBook.Read(Book(
            """{"maker":"A","device":"X1","quirk":"hint","value":"t","sure":"?","source":"s"}"""), out var errors);

        Assert.Empty(errors);
        Assert.Single(book!.For(new("A", "x1 plus", "", "")).Facts);
        Assert.Empty(book.For(new("A", "Y1", "", "")).Facts);
    }

    [Fact]
    public void All_errors_come_at_once()
    {
        Assert.Null(QuirkBook.Read(Book("1, 2, 3"), out var errors));
        Assert.Equal(3, errors.Count);
        Assert.Null(QuirkBook.Read("{", out var broken));
        Assert.StartsWith("not JSON", Assert.Single(broken), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_must_not_be_polled_fast_is_not()
    {
        var image = new SunSpecImageBuilder(1).Model(1, ("Mn", "Sigenergy"), ("SN", "1"))
            .Model(103, ("W_SF", 0), ("W", 10)).Build();
        using var bus = new WatchedModbus(image);
        var inverter = new SunSpecInverter(bus, Devices.InverterSettings);
        var now = TimeSpan.Zero;
        Assert.True(Devices.ReadUntilNews(inverter, ref now, 5.Seconds));

        Assert.InRange(inverter.NextDue - now, 990.Milliseconds, 1.Seconds);
    }
}
