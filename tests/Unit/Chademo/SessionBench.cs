using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>An outlet and a car as plain values around <see cref="Session"/>: 50 ms per step, every part can be
/// made to misbehave.</summary>
internal sealed class SessionBench
{
    public static readonly ChademoSettings Settings = new()
    {
        AvailableVoltage = 500.V, MinVoltage = 200.V, MaxChargeCurrent = 30.A, MaxDischargeCurrent = 20.A,
    };

    public const double PackVoltage = 370;

    public ChademoSettings With { get; set; } = Settings;
    public TimeSpan Now { get; private set; } = 1000.Seconds;
    public SessionState State { get; private set; }
    public SessionOutputs Outputs { get; private set; }
    public SessionPhase Phase => State.Phase;
    public TimeSpan StepTime { get; set; } = 50.Milliseconds;

    // What the control side wants.
    public SessionWish Wish { get; set; } = new(Connection.Open, 1, 0.A);

    // The car: frames each step unless silent.
    public bool CarIsSilent { get; set; }
    public bool CarIsDoubled { get; set; }
    public bool SendsCapacity { get; set; } = true;
    public CarLimits Limits { get; set; } = new(0.A, 0.A, 0.V, 435.V, 100);
    public Volts Target { get; set; } = 410.V;
    public byte Rate { get; set; } = 60;
    public CarFaults CarFaults { get; set; }
    public CarStatus ExtraStatus { get; set; } = CarStatus.DischargeCompatible;
    public CarDischarge Discharge { get; set; } = new(15.A, 250.V, 20, 178);
    public bool Permits { get; set; } = true;
    public bool? PermissionFlag { get; set; }
    public bool CarCloses { get; set; } = true;
    public bool ContactorIsWelded { get; set; }
    public bool? ReportsClosed { get; set; }
    public double Takes { get; set; } = 100;
    public bool Asks { get; set; } = true;
    /// <summary>Asks for this whatever was said and done, as some recorded cars did.</summary>
    public double? AsksAlways { get; set; }

    // Lines: null property = follows what a sound outlet does.
    public bool LinesReadable { get; set; } = true;
    public bool? Plug { get; set; } = true;
    public Func<bool, bool?> LockFeedback { get; set; } = commanded => commanded;
    public Func<bool, bool?> PermissionLine { get; set; } = permits => permits;
    public bool? EarthFault { get; set; } = false;
    public bool OutputsObey { get; set; } = true;

    // The stage.
    public bool StageIsSilent { get; set; }
    public bool StageIsFaulted { get; set; }
    public Func<Volts, double> InsulationVoltage { get; set; } = asked => asked.Value;
    public Func<double, double> Delivered { get; set; } = commanded => commanded;
    public double? VoltageOverride { get; set; }
    public double? CurrentOverride { get; set; }

    public SessionInputs LastInputs { get; private set; }
    public bool ContactorIsClosed { get; private set; }
    public CarRequest Request { get; private set; }
    private CarSeen car;
    private Reading<StageReading> stage;
    private bool wasAskedToStop;
    private TimeSpan nextFrames;
    private double flowing;

    public void Step()
    {
        Now += StepTime;
        var permits = Permits && Outputs.ChargeStart && !wasAskedToStop;
        wasAskedToStop = Outputs.ChargeStart && (wasAskedToStop || Outputs.Session == EvseSession.Stopping);
        ContactorIsClosed = ContactorIsWelded
            || (Outputs is { ChargeStart: true, ContactorSupply: true } && CarCloses
                && (permits || Math.Abs(flowing) > 5));
        var awake = Outputs.ChargeStart || State.Phase >= SessionPhase.Releasing;
        if (!CarIsSilent && awake && Now >= nextFrames)
        {
            nextFrames = Now + 100.Milliseconds;
            SendCarFrames(permits);
        }
        if (!StageIsSilent) Measure();
        var lines = LinesReadable
            ? new SessionLines(PermissionLine(permits), Plug, LockFeedback(Outputs.Lock), EarthFault, OutputsObey)
            : new SessionLines(null, null, null, null, false);
        LastInputs = new(Now, car, stage, lines, Wish);
        var step = Session.Step(LastInputs, State, With);
        (State, Outputs) = (step.State, step.Outputs);
    }

    private void SendCarFrames(bool permits)
    {
        var offered = Outputs.Limits.AvailableCurrent.Value;
        var asks = ContactorIsClosed && Asks && Outputs.Session is EvseSession.Starting or EvseSession.Energised;
        var status = ExtraStatus
            | ((PermissionFlag ?? permits) ? CarStatus.Permitted : CarStatus.None)
            | (ReportsClosed ?? ContactorIsClosed ? CarStatus.None : CarStatus.ContactorOpen);
        var amperes = AsksAlways ?? (asks && ContactorIsClosed ? Math.Min(offered, Takes) : 0);
        Request = new(2, Target, new(amperes), CarFaults, status, Rate);
        for (var i = 0; i < (CarIsDoubled ? 2 : 1); i++) Take(Request.Encode());
        Take(Limits.Encode());
        if (SendsCapacity) Take(new CarCapacity(60.Minutes, 30.Minutes, new(22_200)).Encode());
        Take(Discharge.Encode());
    }

    public void Take(CanFrame frame) => car.Take(frame, Now);

    private void Measure()
    {
        var command = Outputs.Stage;
        var volts = VoltageOverride ?? (ContactorIsClosed ? PackVoltage
            : command.Mode == StageMode.Voltage ? InsulationVoltage(command.Voltage) : 0);
        flowing = CurrentOverride
            ?? (ContactorIsClosed && command.Mode == StageMode.Current ? Delivered(command.Current.Value) : 0);
        var reading = new StageReading(new(volts), new(flowing), command.Mode != StageMode.Off, StageIsFaulted, 0);
        stage = stage.Then(reading, Now);
    }

    public SessionBench Run(TimeSpan time)
    {
        for (var end = Now + time; Now < end;) Step();
        return this;
    }

    public SessionBench RunTo(SessionPhase phase, double seconds = 30)
    {
        for (var end = Now + seconds.Seconds; Now < end && Phase != phase;) Step();
        Assert.Equal(phase, Phase);
        return this;
    }

    public SessionBench Close(double amperes = 0)
    {
        Wish = new(Connection.Close, Wish.Number, new(amperes));
        return this;
    }

    public SessionBench Open(Connection how = Connection.Open)
    {
        Wish = new(how, Wish.Number, 0.A);
        return this;
    }

    public static SessionBench At(SessionPhase phase, double amperes = 0)
    {
        var bench = new SessionBench();
        bench.Run(200.Milliseconds).Close(amperes).RunTo(phase);
        return bench;
    }

    public static SessionBench Charging(double amperes = 10) => At(SessionPhase.Transferring, amperes).Run(3.Seconds);

    public static SessionBench DischargingCar(double amperes = 10) =>
        At(SessionPhase.Transferring, -amperes).Run(3.Seconds);
}
