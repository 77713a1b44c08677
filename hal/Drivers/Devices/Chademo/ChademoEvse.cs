using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>
/// A CHAdeMO outlet: drives <see cref="Session"/> with the car's CAN bus, the digital lines and a DC power stage.
/// Thin: takes in, steps, drives out. One thread. Here and in what it calls, locals are large structs that are written
/// before they are read; clearing them first is a good part of a turn.
/// </summary>
[SkipLocalsInit]
public sealed class ChademoEvse : IEvse
{
    private static readonly TimeSpan CommandLife = TimeSpan.FromSeconds(1);
    // Before this nobody is blamed for not having been seen yet.
    private static readonly TimeSpan Introduction = TimeSpan.FromSeconds(5);

    private readonly ICanBus bus;
    private readonly IDcPowerStage stage;
    private readonly OutletLines lines;
    private readonly ChademoSettings settings;
    private SessionState state;
    private SessionInputs seen;
    private SessionOutputs outputs;
    private EvseCommand command;
    private TimeSpan? firstTurn;
    private TimeSpan nextFrame;
    private EvseReading published;
    private uint publishedStage;
    private TimeSpan publishedAt;
    private uint readingNumber;

    /// <summary>Claims the lines; they are driven inactive.</summary>
    /// <param name="bus">The car's bus, 500 kbit/s.</param>
    /// <param name="stage">The power stage, driven by this outlet alone.</param>
    /// <param name="gpio">Digital lines; used on this device's thread only.</param>
    /// <param name="names">Names of the lines.</param>
    /// <param name="settings">What is offered, quirks, times.</param>
    /// <exception cref="ArgumentException">A setting is out of range or above the stage's ratings.</exception>
    /// <exception cref="GpioException">A line cannot be had.</exception>
    public ChademoEvse(ICanBus bus, IDcPowerStage stage, IGpio gpio, ChademoLines names, ChademoSettings settings)
    {
        this.settings = settings.Checked();
        var ratings = stage.Ratings;
        if (settings.AvailableVoltage > ratings.MaxVoltage || settings.MinVoltage < ratings.MinVoltage
            || settings.MaxChargeCurrent > ratings.MaxCurrent || settings.MaxDischargeCurrent > ratings.MaxCurrent)
            throw new ArgumentException("CHAdeMO settings offer more than the stage is rated for", nameof(settings));
        if (!stage.IsBidirectional && settings.MaxDischargeCurrent > Amperes.Zero)
            throw new ArgumentException("maxDischargeA must be 0: the power stage is a rectifier", nameof(settings));
        this.bus = bus;
        this.stage = stage;
        lines = new OutletLines(gpio, names);
    }

    /// <summary>
    /// What the family promises. Start: wake 1–2 s, permission 4 s, lock and insulation test of our own 3–5 s,
    /// contactor and first request up to 4 s each. Settling: the longest rise at 20 A/s and a reversal with the
    /// stage's dwell.
    /// </summary>
    public static DeviceTiming Timing { get; } = new(
        Period: TimeSpan.FromMilliseconds(100), Refresh: TimeSpan.Zero, MaxAge: TimeSpan.FromSeconds(1),
        DeadTime: TimeSpan.FromMilliseconds(400), SettlingTime: TimeSpan.FromSeconds(5),
        StartTime: TimeSpan.FromSeconds(25), StopTime: TimeSpan.FromSeconds(5));

    /// <inheritdoc/>
    public Latest<Reading<EvseReading>> Readings { get; } = new();

    /// <inheritdoc/>
    public Latest<EvseCommand> Commands { get; } = new();

    /// <inheritdoc/>
    public TimeSpan NextDue
    {
        get
        {
            var due = stage.NextDue;
            return due < nextFrame ? due : nextFrame;
        }
    }

    /// <summary>Where the sequence stands, for logs.</summary>
    public SessionPhase Phase => state.Phase;

    /// <inheritdoc/>
    public bool Read(TimeSpan now)
    {
        var request = seen.Car.Request.Sequence;
        // What is not taken now waits for the next turn: a flooded bus must not hold the thread.
        for (var i = 0; i < 256 && bus.TryReceive(out var frame, out var arrivedAt); i++)
            seen.Car.Take(frame, arrivedAt < now ? arrivedAt : now);
        var isNewSample = stage.Read(now);
        var levels = lines.Read();
        // What carries no decision (limits, capacity, times) waits for the next request or the grid.
        var isNews = isNewSample || now >= nextFrame || levels != seen.Lines
            || seen.Car.Request.Sequence != request;
        seen.Lines = levels;
        if (!isNews) return false;
        Step(now);
        return Publish(now);
    }

    /// <inheritdoc/>
    public void Write(TimeSpan now)
    {
        Commands.TryRead(ref command);
        if (Wish(now) != seen.Wish) Step(now);
        // The stage first: what narrows must not wait for a frame. What grows waits for the car's request, which
        // answers a frame.
        stage.Write(outputs.Stage, now);
        lines.Drive(outputs);
        if (now < nextFrame) return;
        if (outputs.IsTransmitting) Transmit();
        var period = settings.Times.Period;
        nextFrame = now - nextFrame >= period ? now + period : nextFrame + period;
    }

    private void Step(TimeSpan now)
    {
        firstTurn ??= now;
        (seen.Now, seen.Stage, seen.Wish) = (now, stage.Reading, Wish(now));
        Session.Step(seen, ref state, settings, out outputs);
    }

    private SessionWish Wish(TimeSpan now)
    {
        var age = now - command.IssuedAt;
        // A command may be stamped a moment after this turn's time was taken.
        var isFresh = Commands.Sequence != 0 && age <= CommandLife && age >= -CommandLife;
        if (!isFresh || command.Connection != Connection.Close)
            return new(isFresh ? command.Connection : Connection.Open, command.Session, Amperes.Zero);
        var voltage = stage.Reading.Within(settings.Times.StageSilence, now)?.Voltage ?? default;
        var current = AcPower.CurrentFor(command.Setpoint, voltage, stage.Available);
        return new(Connection.Close, command.Session, current);
    }

    private void Transmit()
    {
        bus.TrySend(outputs.Limits.Encode());
        bus.TrySend(outputs.Status.Encode());
        if (settings.Protocol >= 3) bus.TrySend(new ChargerExtended(ExtendedFunctions.DynamicControl).Encode());
        if (!outputs.IsDischargeOffered) return;
        bus.TrySend(outputs.Discharge.Encode());
        bus.TrySend(outputs.DischargeTimes.Encode());
    }

    private bool Publish(TimeSpan now)
    {
        var newest = stage.Reading;
        if (newest.Sequence == 0 && now - firstTurn < Introduction) return false;
        var measured = newest.Within(settings.Times.StageSilence, now);
        var reading = Observed(measured);
        var isSame = newest.Sequence == publishedStage
            && reading.Session == published.Session && reading.Faults == published.Faults;
        if (isSame && readingNumber != 0 && now - publishedAt < settings.Times.Period) return false;
        readingNumber = readingNumber == uint.MaxValue ? 1 : readingNumber + 1;
        Readings.Publish(new(reading, measured is not null ? newest.TakenAt : now, readingNumber));
        (published, publishedStage, publishedAt) = (reading, newest.Sequence, now);
        return true;
    }

    private EvseReading Observed(in StageReading? measured)
    {
        var ratings = stage.Ratings;
        var voltage = measured?.Voltage ?? default;
        var dc = measured is { } m ? m.Voltage * m.Current : Watts.Zero;
        // With the stage silent and the contactor perhaps closed, anything it is rated for may flow.
        var isUnknown = measured is null && outputs.ContactorSupply;
        var low = AcPower.Low(isUnknown ? -ratings.MaxPower : dc, ratings);
        var high = AcPower.High(isUnknown ? ratings.MaxPower : dc, ratings);
        var able = measured is { IsFaulted: false };
        var charge = able ? AcPower.Low(StageDc(settings.MaxChargeCurrent, voltage), ratings) : Watts.Zero;
        var discharge = able ? AcPower.High(-StageDc(settings.MaxDischargeCurrent, voltage), ratings) : Watts.Zero;
        return new(
            (low + high) / 2, low, high, voltage, measured?.Current ?? default,
            outputs.Session, outputs.IsContactorClosed, outputs.VehicleSoc, charge, discharge,
            AcPower.Low(voltage * outputs.VehicleCharge, ratings),
            AcPower.High(voltage * outputs.VehicleDischarge, ratings), outputs.Faults)
        {
            ActiveFaults = outputs.ActiveFaults,
        };
    }

    /// <summary>Most DC power in one direction; at no voltage yet, the rated power.</summary>
    private Watts StageDc(Amperes offered, Volts voltage)
    {
        if (offered <= Amperes.Zero) return Watts.Zero;
        var able = stage.Available;
        return voltage < able.MinVoltage ? able.MaxPower
            : Watts.Min(able.MaxPower, voltage * Amperes.Min(offered, able.MaxCurrent));
    }
}
