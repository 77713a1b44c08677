using System.Diagnostics;
using System.Globalization;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.BatteryCan;

namespace ChargeScape.Edge.Tests.Integration.Can;

/// <summary>python-can plays a home battery: the bytes are written by it, not by our encoder.</summary>
public sealed class BatteryPeerTests
{
    [Fact]
    public void A_battery_that_python_can_plays_is_read_and_hears_that_we_are_alive()
    {
        using var hub = new SlcanHub(500_000);
        using var bus = new SlcanTcpBus(hub.EndPoint, 500_000);
        Eventually.Is(() => hub.OpenClients == 1 && !bus.TryReceive(out _, out _), "our channel is open");
        using var peer = new PeerLines(Start(hub.EndPoint.Port));
        Assert.Equal("open", peer.Next());
        var device = new CanBattery(
            bus, new BatteryCanSettings { SendsAlive = true, MaxVoltage = new(60), MaxCurrent = new(150) });
        Reading<HomeBatteryReading> held = default;

        Eventually.Is(
            () =>
            {
                var now = Stopwatch.GetElapsedTime(0);
                device.Read(now);
                device.Write(now);
                device.Readings.TryRead(ref held);
                return held.Within(5.Seconds, now)
                    is { Soc: not null, ChargeLimit: not null, Voltage: not null, Alarms: not 0 };
            },
            "the battery's whole set is read");
        var seen = held.Within(TimeSpan.MaxValue, held.TakenAt)!.Value;

        Assert.Equal("alive 305#0000000000000000", peer.Next());
        Assert.Equal(56, seen.Soc!.Value.Percent, 2);
        Assert.Equal(95, seen.HealthPercent);
        Assert.Equal(51.23, seen.Voltage!.Value.Value, 6);
        Assert.Equal(-12.5, seen.Current!.Value.Value, 6);
        Assert.Equal(74, seen.ChargeLimit!.Value.Value, 6);
        Assert.Equal(-148, seen.DischargeLimit!.Value.Value, 6);
        Assert.Equal(53.2, seen.ChargeVoltageLimit!.Value.Value, 6);
        Assert.Equal(HomeBatteryAlarms.UnderTemperature, seen.Alarms);
    }

    private static Process Start(int port) => Peer.Start(
        "/usr/bin/python3", "python3-can", RepositoryRoot.File("tests", "Integration", "Can", "peers", "battery.py"),
        port.ToString(CultureInfo.InvariantCulture));
}
