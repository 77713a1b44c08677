using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.BatteryCan;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>Home batteries on CAN and V1.13 rectifiers. An input is a row of frames: one byte chooses the identifier
/// and the length, eight are the data.</summary>
internal static class BatteryTargets
{
    private const int Row = 9;
    private static readonly uint[] batteryIds = [0x351, 0x355, 0x356, 0x359, 0x35A, 0x35C, 0x35E];
    private static readonly byte[] rectifierCommands =
    [
        RectifierFrame.Status, RectifierFrame.Measured, RectifierFrame.Outlet, RectifierFrame.Capabilities,
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("battery-35x", 60_000, BatterySeeds, Battery) { Longest = 90 },
        new("infy-v113", 60_000, RectifierSeeds, Rectifier) { Longest = 90 },
    ];

    private static bool Battery(ReadOnlySpan<byte> input)
    {
        var now = TimeSpan.FromSeconds(100);
        var bus = new InMemoryCanBus(() => now);
        var source = bus.Attach();
        var device = new CanBattery(
            bus.Attach(), new() { SendsAlive = false, MaxVoltage = new(60), MaxCurrent = new(150) });
        for (var at = 0; at + Row <= input.Length; at += Row)
        {
            var length = 8 - (input[at] >> 5) % 5;
            source.TrySend(new(batteryIds[(input[at] & 0x1F) % batteryIds.Length], input.Slice(at + 1, length)));
        }
        if (!device.Read(now)) return false;

        Reading<HomeBatteryReading> held = default;
        device.Readings.TryRead(ref held);
        var seen = held.Within(TimeSpan.Zero, now) ?? throw new ClaimBroken("a reading of another time");
        Claim.Within(seen.Soc?.Percent ?? 0, 0, 100, "SoC");
        Claim.Within(seen.HealthPercent ?? 0, 0, 100, "health");
        Claim.Within(seen.Voltage?.Value ?? 0, 0, 60, "voltage");
        Claim.Within(seen.Current?.Value ?? 0, -150, 150, "current");
        Claim.Within(seen.Power?.Value ?? 0, -9000, 9000, "power");
        Claim.Within(seen.ChargeLimit?.Value ?? 0, 0, 150, "charge limit");
        Claim.Within(seen.DischargeLimit?.Value ?? 0, -150, 0, "discharge limit");
        Claim.Within(seen.ChargeVoltageLimit?.Value ?? 0, 0, 60, "charge voltage");
        Claim.Within(seen.DischargeVoltageLimit?.Value ?? 0, 0, 60, "discharge voltage");
        Claim.Within(seen.Temperature?.Value ?? 0, -60, 120, "temperature");
        return true;
    }

    private static bool Rectifier(ReadOnlySpan<byte> input)
    {
        var now = TimeSpan.FromSeconds(100);
        var bus = new InMemoryCanBus(() => now);
        var source = bus.Attach();
        var stage = new InfyStage(bus.Attach(), new InfySettings
        {
            Ratings = new(new(200), new(500), new(50), new(15_000), 0.9, 0.96), IsRectifier = true, Modules = 2,
        });
        for (var at = 0; at + Row <= input.Length; at += Row)
        {
            var data = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(input.Slice(at + 1, 8));
            var command = rectifierCommands[(input[at] & 0x1F) % rectifierCommands.Length];
            source.TrySend(RectifierFrame.From((byte)(input[at] >> 6), command, data));
        }
        if (!stage.Read(now)) return false;

        var seen = stage.Reading.Within(TimeSpan.Zero, now) ?? throw new ClaimBroken("a reading of another time");
        Claim.Within(seen.Voltage.Value, 0, 2000, "voltage");
        Claim.Within(seen.Current.Value, 0, 2000, "current");
        return true;
    }

    private static IReadOnlyList<byte[]> BatterySeeds() =>
    [
        Convert.FromHexString(
            "00" + "1402E803E803C201" + "01" + "38005F000E160000" + "02" + "001438FFC8000000" + "05"
                + "C000000000000000"),
        Convert.FromHexString("03" + "1000000002504E00" + "04" + "0102040810204080" + "02" + "00140000C8000000"),
    ];

    // Status, measured, outlet of both modules, as the published frames have them.
    private static IReadOnlyList<byte[]> RectifierSeeds() =>
    [
        Convert.FromHexString(
            "00" + "000000021B004000" + "01" + "43FA000040600000" + "02" + "0FA001F400000000"
            + "40" + "000000021B004000" + "41" + "43FA000040600000" + "42" + "0FA001F400000000"),
        Convert.FromHexString("03" + "01F400C803E803E8" + "01" + "43FA000040600000" + "00" + "000000021B004100"),
    ];
}
