using System.Text.Json.Nodes;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>What the site file says of a device's share of its bus, and of a serial bus.</summary>
public sealed class ShareConfigTests
{
    [Fact]
    public void Without_a_word_the_timeout_ends_at_the_buss_and_the_meter_goes_first()
    {
        var share = Meter(Read("buses.meter.timeoutMs", 200)).Share;

        Assert.Equal(new ShareOptions { TimeoutMax = 200.Milliseconds, Priority = SharePriority.High }, share);
    }

    [Fact]
    public void What_is_said_is_taken()
    {
        var share = Meter(Read("devices.0.modbus", JsonNode.Parse(
            """
            {
              "minimumGapMs": 7, "timeoutMinMs": 20, "timeoutMaxMs": 150, "retries": 3, "priority": "low",
              "budgetMs": 99
            }
            """)!)).Share;

        Assert.Equal(
            new ShareOptions
            {
                MinimumGap = 7.Milliseconds,
                TimeoutMin = 20.Milliseconds,
                TimeoutMax = 150.Milliseconds,
                Retries = 3,
                Priority = SharePriority.Low,
                Budget = 99.Milliseconds,
            }, share);
    }

    [Fact]
    public void A_meters_answer_is_not_waited_for_until_its_reading_is_stale()
    {
        // Of the 3 s that a reading counts, the poll period and the meter's own refresh are taken already.
        var site = SiteText.DemoWith("buses.meter.timeoutMs", 2000);
        site["devices"]![0]!["pollMs"] = 500;
        site["devices"]![0]!["refreshMs"] = 1000;

        var meter = Meter(SiteFile.Parse(SiteText.Bytes(site), "site.json", []));

        Assert.Equal(1500, meter.Share.TimeoutMax.TotalMilliseconds);
    }

    [Fact]
    public void Bounds_that_cross_are_an_error_with_its_path()
    {
        var read = Read("devices.0.modbus", JsonNode.Parse("""{"timeoutMinMs": 300, "timeoutMaxMs": 100}""")!);

        var error = Assert.Single(read.Errors);
        Assert.Equal("$.devices[0].modbus.timeoutMinMs", error.Path);
    }

    [Fact]
    public void A_serial_bus_is_read_whole()
    {
        var bus = Read("buses.meter", Rtu("/dev/ttyUSB0")).Site!.Buses.Single(b => b.Name == "meter");

        Assert.Equal(BusKind.Modbus, bus.Kind);
        Assert.True(bus.HearsItself);
        Assert.Equal(300, bus.Timeout.TotalMilliseconds);
        Assert.Equal(
            new SerialOptions("/dev/ttyUSB0", 9600)
            {
                Parity = SerialParity.Even,
                StopBits = 2,
                Rs485 = Rs485Direction.Rts,
                RtsInverted = true,
                RtsBefore = 1.Milliseconds,
                RtsAfter = 2.Milliseconds,
            }, bus.Serial);
    }

    [Fact]
    public void A_serial_line_that_is_missing_is_named_with_its_bus()
    {
        var site = Read("buses.meter", Rtu("/dev/ttyNONE7")).Site!;

        var error = Assert.Throws<WireException>(() => new SocketWires(site.Buses).OpenModbus("meter"));

        Assert.Equal("bus \"meter\": /dev/ttyNONE7: there is no such device", error.Message);
    }

    private static JsonNode Rtu(string device) => JsonNode.Parse(
        $$"""
        {"link": "modbus-rtu", "device": "{{device}}", "baud": 9600, "parity": "even", "stopBits": 2, "rs485": "rts",
         "rtsInverted": true, "rtsBeforeMs": 1, "rtsAfterMs": 2, "hearsItself": true, "timeoutMs": 300}
        """)!;

    private static ConfigResult Read(string path, JsonNode value) =>
        SiteFile.Parse(SiteText.Bytes(SiteText.DemoWith(path, value)), "site.json", []);

    private static DeviceConfig Meter(ConfigResult read)
    {
        Assert.Empty(read.Errors);
        return read.Site!.Devices[0];
    }
}
