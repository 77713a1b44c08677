using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// The models with the grid-code settings, read once a minute beside the polled one: capability (702), enter service
/// (703), trip curves (707–710). Of several curves the first is the one in force. A value that no grid has is not
/// known.
/// </summary>
[SkipLocalsInit]
internal sealed class GridSettingsSides
{
    /// <summary>How many they are.</summary>
    public const int Count = 6;

    /// <summary>How often they are read.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private static readonly string[] CapabilityNames =
    [
        "WMaxRtg", "WChaRteMaxRtg", "WDisChaRteMaxRtg", "WMax", "WChaRteMax", "WDisChaRteMax", "VNomRtg", "NorOpCatRtg",
        "AbnOpCatRtg", "CtrlModes",
    ];

    private static readonly string[] EnterServiceNames =
        ["ES", "ESVHi", "ESVLo", "ESHzHi", "ESHzLo", "ESDlyTms", "ESRndTms", "ESRmpTms"];

    private static readonly string[] TripNames = ["Ena", "NPt", "NCrvSet"];

    /// <summary>What is to be read, in the order in which this class finds it.</summary>
    public static IReadOnlyList<SideSpec> Specs { get; } =
    [
        new([702], CapabilityNames, Period), new([703], EnterServiceNames, Period),
        new([707], TripNames, Period, IsWhole: true), new([708], TripNames, Period, IsWhole: true),
        new([709], TripNames, Period, IsWhole: true), new([710], TripNames, Period, IsWhole: true),
    ];

    private readonly SunSpecLink link;
    private readonly int first;
    private uint seen;
    private uint sequence;

    /// <param name="link">The device.</param>
    /// <param name="first">Where <see cref="Specs"/> begin among its sides.</param>
    public GridSettingsSides(SunSpecLink link, int first)
    {
        this.link = link;
        this.first = first;
    }

    /// <summary>Newest settings.</summary>
    public Latest<Reading<GridSettings>> Settings { get; } = new();

    /// <summary>Publishes when something new was read and nothing is missing.</summary>
    public void Update()
    {
        var count = 0u;
        var takenAt = TimeSpan.MaxValue;
        for (var i = 0; i < Count; i++)
        {
            var side = link.Side(first + i);
            if (side.Block is null) continue;
            if (side.TakenAt is not { } at) return;
            count += side.Count;
            if (at < takenAt) takenAt = at;
        }
        if (count == seen) return;
        seen = count;
        if (++sequence == 0) sequence = 1;
        Settings.Publish(new(Decode(), takenAt, sequence));
    }

    private GridSettings Decode() => new()
    {
        Capability = link.Side(first).Block is { } capability ? Capability(capability) : null,
        EnterService = link.Side(first + 1).Block is { } enter ? EnterService(enter) : null,
        UnderVoltage = TripCurves.MustTrip(link.Side(first + 2).Block),
        OverVoltage = TripCurves.MustTrip(link.Side(first + 3).Block),
        UnderFrequency = TripCurves.MustTrip(link.Side(first + 4).Block),
        OverFrequency = TripCurves.MustTrip(link.Side(first + 5).Block),
        UnderVoltageCease = TripCurves.MomentaryCessation(link.Side(first + 2).Block),
        OverVoltageCease = TripCurves.MomentaryCessation(link.Side(first + 3).Block),
    };

    private static DerCapability Capability(PollBlock block) => new(
        Power(block, 0), Power(block, 1), Power(block, 2), Power(block, 3), Power(block, 4), Power(block, 5),
        Within(block, 6, 0, 100_000) is { } volts ? new Volts(volts) : null, Category(block, 7, 1),
        Category(block, 8, 2), block.Bits(9));

    private static EnterService EnterService(PollBlock block) => new(
        block.Bits(0) is { } permitted and <= 1 ? permitted == 1 : null,
        Within(block, 1, 0, 200), Within(block, 2, 0, 200), Frequency(block, 3), Frequency(block, 4),
        Within(block, 5, 0, 86_400), Within(block, 6, 0, 86_400), Within(block, 7, 0, 86_400));

    private static double? Within(PollBlock block, int point, double low, double high) =>
        block.TryNumber(point, out var value) && value >= low && value <= high ? value : null;

    private static Watts? Power(PollBlock block, int point) =>
        Within(block, point, 0, 100e6) is { } power ? new Watts(power) : null;

    private static Hertz? Frequency(PollBlock block, int point) =>
        Within(block, point, TripCurves.LeastHertz, TripCurves.MostHertz) is { } frequency
            ? new Hertz(frequency)
            : null;

    private static byte? Category(PollBlock block, int point, uint highest) =>
        block.Bits(point) is { } category && category <= highest ? (byte)category : null;
}
