using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>The same drivers and images over a real socket, with our strict master and server between them.</summary>
public sealed class OverTcpTests
{
    [Fact]
    public void Meter_and_inverter_are_read_over_Modbus_TCP()
    {
        using var meterServer = new ModbusTcpServer(Devices.Meter202().Build());
        using var inverterServer = new ModbusTcpServer(Devices.Inverter701().Build());
        using var meterBus = new ModbusTcpMaster(new("127.0.0.1", meterServer.Port));
        using var inverterBus = new ModbusTcpMaster(new("127.0.0.1", inverterServer.Port));
        var meter = new SunSpecMeter(meterBus, Devices.MeterSettings);
        var inverter = new SunSpecInverter(inverterBus, Devices.InverterSettings);
        var now = TimeSpan.Zero;

        Assert.True(Devices.ReadUntilNews(meter, ref now, 10.Seconds), $"{meter.Trouble}");
        Assert.True(Devices.ReadUntilNews(inverter, ref now, 10.Seconds), $"{inverter.Trouble}");

        Reading<MeterReading> site = default;
        Reading<InverterReading> pv = default;
        Assert.True(meter.Readings.TryRead(ref site) && inverter.Readings.TryRead(ref pv));
        Assert.Equal(3600.W, site.Within(TimeSpan.MaxValue, now)?.Power);
        Assert.Equal(new Watts(-5000), pv.Within(TimeSpan.MaxValue, now)?.Power);
    }
}
