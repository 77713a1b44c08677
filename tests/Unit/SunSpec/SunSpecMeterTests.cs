using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

public sealed class SunSpecMeterTests : IDisposable
{
    private readonly SunSpecImage image = Devices.Meter202().Build();
    private readonly DirectModbus bus;
    private TimeSpan now = 5.Seconds;

    public SunSpecMeterTests() => bus = new(image);

    public void Dispose() => bus.Dispose();

    private MeterReading? Newest(SunSpecMeter meter)
    {
        Reading<MeterReading> reading = default;
        meter.Readings.TryRead(ref reading);
        return reading.Within(TimeSpan.MaxValue, now);
    }

    private void Set(string name, double value) => Assert.True(image.TrySet(image.Point(202, name), value));

    private bool Poll(SunSpecMeter meter)
    {
        now = meter.NextDue > now ? meter.NextDue : now;
        return meter.Read(now);
    }

    [Fact]
    public void A_split_phase_meter_is_found_and_read()
    {
        var meter = new SunSpecMeter(bus, Devices.MeterSettings);

        Assert.True(Devices.ReadUntilNews(meter, ref now, 1.Seconds));

        Assert.Equal(
            new MeterReading(3600.W, new(2410.W, 1190.W, default), new(121.V, 119.V, default), new(20.A, 10.A, default),
                new Hertz(60)),
            Newest(meter));
        Assert.Equal(new("Maker", "Split-phase meter", "1.0", "m-1"), meter.Identity);
        Assert.Equal(SunSpecTrouble.None, meter.Trouble);
    }
}
