using System.Buffers.Binary;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Tests.Scenarios.ModbusMap;

/// <summary>
/// The whole controller in virtual time over a home whose meter and charger are known by their maps. The meter's
/// registers and the charger are written without the maps.
/// </summary>
internal sealed class EvtecHome : IWires, IDisposable
{
    private const double Efficiency = 0.94;
    private static readonly TimeSpan tick = 10.Milliseconds;

    private readonly InMemoryGpioChip lines = new("lines", "estop-loop", "permit");
    private readonly Meter meter = new();
    private readonly InMemoryModbus meterWire, chargerWire;
    private readonly IGpio panel;
    private readonly IGpioOutput stopLoop;
    private readonly EdgeSystem system;
    private uint orders;

    public EvtecHome()
    {
        meterWire = new(meter);
        chargerWire = new(Charger);
        panel = lines.Attach();
        stopLoop = panel.OpenOutput("estop-loop");
        stopLoop.TryWrite(true);
        panel.OpenOutput("permit").TryWrite(true);
        var path = RepositoryRoot.File("tests", "Scenarios", "ModbusMap", "evtec-home.json");
        var read = SiteFile.Parse(File.ReadAllBytes(path), path, []);
        Assert.Empty(read.Errors);
        system = EdgeSystem.Build(read.Site!, this, RuleSet.All);
    }

    public TimeSpan Now { get; private set; } = 1.Hours;
    public EvtecCharger Charger { get; } = new(9);
    public double HouseWatts { get; set; } = 600;

    /// <summary>AC power of the charger.</summary>
    public double ChargerWatts => Charger.Power >= 0 ? Charger.Power / Efficiency : Charger.Power * Efficiency;

    /// <summary>True power at the meter.</summary>
    public double SiteWatts => HouseWatts + ChargerWatts;

    public ControlState State => system.Loop.State;

    public void Order(double watts, TimeSpan life)
    {
        var plan = new Plan { Sequence = ++orders, Count = 1 };
        plan.Entries[0] = new(
            orders, OrderKind.Setpoint, new(watts), new(watts), Now, Now + life, 0, OnExpire.Zero, null);
        system.Exchange.Plan.Publish(plan);
    }

    public void PressEmergencyStop() => stopLoop.TryWrite(false);

    public void SilenceCharger() => chargerWire.IsSilent = true;

    /// <summary>Devices, pollers, loop, pollers: in this order, every 10 ms; the loop at its period.</summary>
    public void RunFor(TimeSpan time, Action? each = null)
    {
        for (var end = Now + time; Now < end; Now += tick)
        {
            if (Now >= Charger.NextDue) Charger.Advance(Now);
            meter.Show(SiteWatts);
            foreach (var poller in system.Pollers)
                if (poller.NextDue <= Now) poller.Read(Now);
            if (Now.Ticks % 100.Milliseconds.Ticks == 0) system.Loop.Step(Now, 0);
            foreach (var poller in system.Pollers) poller.Write(Now);
            each?.Invoke();
        }
    }

    public IModbus OpenModbus(string bus) => bus == "meter" ? meterWire : chargerWire;
    public ICanBus OpenCan(string bus, CanIds? ids) => throw new InvalidOperationException("this home has no CAN bus");
    public IGpio OpenGpio(string bus) => lines.Attach();

    public void Dispose()
    {
        system.Dispose();
        panel.Dispose();
    }

    // Input registers of an SDM630 on two legs at 120 V, by its maker's table.
    private sealed class Meter : IModbusDevice
    {
        private readonly byte[] image = new byte[2 * 80];

        public void Show(double watts)
        {
            for (var leg = 0; leg < 2; leg++)
            {
                Put(2 * leg, 120);
                Put(6 + 2 * leg, Math.Abs(watts / 2) / 120);
                Put(12 + 2 * leg, watts / 2);
            }
            Put(52, watts);
            Put(70, 60);
        }

        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            if (start + into.Length > 80) return 2;
            for (var i = 0; i < into.Length; i++)
                into[i] = BinaryPrimitives.ReadUInt16BigEndian(image.AsSpan(2 * (start + i)));
            return 0;
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 1;

        private void Put(int register, double value) =>
            BinaryPrimitives.WriteSingleBigEndian(image.AsSpan(2 * register), (float)value);
    }
}
