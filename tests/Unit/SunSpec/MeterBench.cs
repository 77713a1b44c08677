using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>A meter on a wire, both in the test's hand.</summary>
public abstract class MeterBench : IDisposable
{
    private protected readonly Socket socket = new(Devices.Meter202().Build());
    private protected readonly WatchedModbus bus;
    private protected TimeSpan now = 5.Seconds;

    protected MeterBench() => bus = new(socket);

    public void Dispose()
    {
        bus.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected SunSpecMeter Meter(SunSpecMeterSettings? settings = null)
    {
        var meter = new SunSpecMeter(bus, settings ?? Devices.MeterSettings);
        Assert.True(Devices.ReadUntilNews(meter, ref now, 1.Seconds));
        return meter;
    }

    private protected static Reading<MeterReading> Newest(SunSpecMeter meter)
    {
        Reading<MeterReading> reading = default;
        Assert.True(meter.Readings.TryRead(ref reading));
        return reading;
    }

    private protected MeterReading Value(SunSpecMeter meter) => Newest(meter).Within(TimeSpan.MaxValue, now)!.Value;

    private protected void Set(params (string Name, double Value)[] values)
    {
        foreach (var (name, value) in values) Assert.True(socket.Image.TrySet(socket.Image.Point(202, name), value));
    }

    /// <summary>Gives the meter its next turn when it asks for it.</summary>
    private protected bool Poll(SunSpecMeter meter)
    {
        if (meter.NextDue > now) now = meter.NextDue;
        return meter.Read(now);
    }

    private protected void ExpectNoReading(SunSpecMeter meter, SunSpecTrouble trouble)
    {
        var before = Newest(meter);

        Assert.False(Poll(meter));

        Assert.Equal(trouble, meter.Trouble);
        Assert.Equal(before.Sequence, Newest(meter).Sequence);
        Assert.Equal(now - before.TakenAt, Newest(meter).Age(now));
    }
}
