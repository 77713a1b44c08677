using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>A simulated bidirectional inverter with a car, and our driver on its wire, in virtual time.</summary>
internal sealed class DerBench
{
    private static readonly TimeSpan Step = 10.Milliseconds;
    private EvseCommand command;

    public DerBench(DerSettings? built = null, SunSpecDerEvseSettings? settings = null, IModbusDevice? wire = null)
    {
        Der = new(Plant, built ?? new(), unit: 1);
        Bus = new(wire ?? Der.Image);
        Evse = new(Bus, settings ?? Settings);
    }

    public static SunSpecDerEvseSettings Settings => DerDevices.Bidirectional;

    public HomePlant Plant { get; } = new(new() { Battery = new() { Soc = new(50) } }, seed: 7) { IsPlugged = true };
    public SunSpecDer Der { get; }
    public WatchedModbus Bus { get; }
    public SunSpecDerEvse Evse { get; }

    /// <summary>The host is dead: it takes no turn any more.</summary>
    public bool IsHostDead { get; set; }

    /// <summary>Commands are issued anew in each step, as the loop does.</summary>
    public void Order(Watts setpoint, Connection connection = Connection.Close) =>
        command = new(setpoint, connection, Plant.Now, command.Session);

    public EvseReading Reading
    {
        get
        {
            Reading<EvseReading> reading = default;
            Assert.True(Evse.Readings.TryRead(ref reading));
            return reading.Within(1.Seconds, Plant.Now)
                ?? throw new InvalidOperationException($"too old: {Evse.Trouble}");
        }
    }

    public double Register(string name, ushort model = 704) =>
        Der.Image.Get(Der.Image.Point(model, name)) ?? double.NaN;

    public void RunFor(TimeSpan time)
    {
        for (var end = Plant.Now + time; Plant.Now < end;)
        {
            Plant.Advance(Step);
            if (Plant.Now >= Der.NextDue) Der.Advance(Plant.Now);
            if (IsHostDead) continue;
            Evse.Commands.Publish(command with { IssuedAt = Plant.Now });
            if (Plant.Now < Evse.NextDue) continue;
            Evse.Read(Plant.Now);
            Evse.Write(Plant.Now);
        }
    }

    /// <summary>Runs until the car's contactor is closed and follows an order.</summary>
    public void Transfer(Watts setpoint)
    {
        Order(setpoint);
        RunFor(12.Seconds);
        Assert.Equal(EvseSession.Energised, Reading.Session);
    }

    public void ExpectPower(Watts power, double within = 150) =>
        Assert.InRange(Plant.Stage.AcPower.Value, power.Value - within, power.Value + within);
}
