using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Tests.Unit.Infy;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>The driver and the Infy stage on in-memory wires; the other ends are scripted here, 10 ms per
/// tick.</summary>
internal sealed class OutletBench
{
    public static readonly StageRatings Ratings = new(200.V, 1000.V, 73.A, 22.kW, 0.90, 0.96);
    public static readonly ChademoLines Names = new()
    {
        ChargeStart = "d1", ContactorSupply = "d2", Lock = "lock",
        Permission = "k", Plug = "plug", LockFeedback = "locked",
    };

    private readonly InMemoryCanEndpoint car;
    private readonly IGpioOutput k;
    private readonly IGpioOutput plug;
    private readonly IGpioOutput locked;
    private readonly IGpioOutput earth;
    private TimeSpan nextCarFrames;
    private bool wasCharging;
    private bool isStopping;

    public OutletBench(ChademoSettings? settings = null, ChademoLines? names = null)
    {
        var carBus = new InMemoryCanBus(() => Now);
        var moduleBus = new InMemoryCanBus(() => Now);
        car = carBus.Attach();
        Module = new ModuleWire(moduleBus.Attach()) { OpenVoltage = () => IsClosed ? 370 : null };
        Chip = new InMemoryGpioChip("chip", "d1", "d2", "lock", "k", "plug", "locked", "earth");
        var world = Chip.Attach();
        earth = world.OpenOutput("earth");
        (k, plug, locked) = (world.OpenOutput("k"), world.OpenOutput("plug"), world.OpenOutput("locked"));
        plug.TryWrite(true);
        Stage = new InfyStage(moduleBus.Attach(), new InfySettings { Ratings = Ratings });
        Evse = new ChademoEvse(
            carBus.Attach(), Stage, Chip.Attach(), names ?? Names, settings ?? SessionBench.Settings);
    }

    public void SetPlug(bool isIn) => plug.TryWrite(isIn);

    public void SetEarthFault(bool isActive) => earth.TryWrite(isActive);

    public TimeSpan Now { get; private set; } = 1000.Seconds;
    public InMemoryGpioChip Chip { get; }
    public ModuleWire Module { get; }
    public InfyStage Stage { get; }
    public ChademoEvse Evse { get; }
    public List<(TimeSpan At, CanFrame Frame)> Sent { get; } = [];
    public bool CarIsSilent { get; set; }
    public bool CarWantsStop { get; set; }
    public bool IsClosed { get; private set; }
    public ChargerLimits Limits { get; private set; }
    public EvseCommand Command { get; set; }
    public bool CommandIsFresh { get; set; } = true;

    public EvseReading Reading
    {
        get
        {
            Reading<EvseReading> held = default;
            Assert.True(Evse.Readings.TryRead(ref held));
            return held.Within(2.Seconds, Now) ?? throw new InvalidOperationException("no reading of the last 2 s");
        }
    }

    public void Tick()
    {
        Now += 10.Milliseconds;
        TurnCar();
        Module.Turn();
        Evse.Read(Now);
        if (CommandIsFresh) Evse.Commands.Publish(Command = Command with { IssuedAt = Now });
        Evse.Write(Now);
    }

    private bool Level(string line) => Chip.Level(line) == true;

    private void TurnCar()
    {
        while (car.TryReceive(out var frame, out var at))
        {
            Sent.Add((at, frame));
            if (ChargerLimits.TryDecode(frame, out var limits)) Limits = limits;
            if (ChargerStatus.TryDecode(frame, out var status)) Hear(status.State);
        }
        locked.TryWrite(Level("lock"));
        if (!Level("d1")) (wasCharging, isStopping) = (false, false);
        var permits = Level("d1") && !isStopping && !CarWantsStop;
        k.TryWrite(permits);
        IsClosed = permits && Level("d2");
        if (CarIsSilent || !Level("d1") || Now < nextCarFrames) return;
        nextCarFrames = Now + 100.Milliseconds;
        Send(permits);
    }

    private void Hear(ChargerState state)
    {
        wasCharging |= (state & ChargerState.Charging) != 0;
        isStopping |= wasCharging && (state & ChargerState.StopControl) != 0;
    }

    private void Send(bool permits)
    {
        var status = CarStatus.DischargeCompatible | (permits ? CarStatus.Permitted : CarStatus.None)
            | (IsClosed ? CarStatus.None : CarStatus.ContactorOpen);
        var asks = IsClosed ? Limits.AvailableCurrent : 0.A;
        car.TrySend(new CarLimits(0.A, 0.A, 0.V, 435.V, 100).Encode());
        car.TrySend(new CarCapacity(60.Minutes, 30.Minutes, new(22_200)).Encode());
        car.TrySend(new CarRequest(2, 410.V, asks, CarFaults.None, status, 60).Encode());
        car.TrySend(new CarDischarge(15.A, 250.V, 20, 178).Encode());
    }

    public OutletBench Run(TimeSpan time)
    {
        for (var end = Now + time; Now < end;) Tick();
        return this;
    }

    public OutletBench Ask(Watts setpoint, Connection connection = Connection.Close)
    {
        Command = new(setpoint, connection, Now, 1);
        return this;
    }

    public OutletBench RunTo(EvseSession session, double seconds = 30)
    {
        for (var end = Now + seconds.Seconds; Now < end;)
        {
            Tick();
            if (Evse.Readings.Sequence != 0 && Reading.Session == session) return this;
        }
        Assert.Equal(session, Reading.Session);
        return this;
    }
}
