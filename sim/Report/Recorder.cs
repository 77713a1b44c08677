using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Sim.Report;

/// <summary>Lowest and highest value of a quantity within a moment of a picture.</summary>
public readonly record struct Span(double Low, double High)
{
    /// <summary>Nothing seen yet.</summary>
    public static readonly Span Empty = new(double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>With another value.</summary>
    public Span With(double value) => new(Math.Min(Low, value), Math.Max(High, value));
}

/// <summary>A moment of a picture: the true plant over it, and what the controller allowed at its end.</summary>
public record struct Moment
{
    /// <summary>Its end, since the beginning.</summary>
    public TimeSpan At { get; init; }
    /// <summary>Active power per leg at the service entrance, W.</summary>
    public Span L1, L2, L3;
    /// <summary>In total.</summary>
    public Span Grid;
    /// <summary>House without PV and EVSE.</summary>
    public Span House;
    /// <summary>PV; generation negative.</summary>
    public Span Pv;
    /// <summary>AC at the EVSE.</summary>
    public Span Evse;
    /// <summary>State of charge, %.</summary>
    public double Soc { get; init; }
    /// <summary>The car's contactor was closed at its end.</summary>
    public bool IsClosed { get; init; }
    /// <summary>What the controller thought; null while it was down.</summary>
    public Thought? Thought { get; init; }
}

/// <summary>The controller's own view, which the report shows and the judge never asks for.</summary>
/// <param name="Low">Lower side of the envelope, W.</param>
/// <param name="High">Upper side, W.</param>
/// <param name="Discharge">What sets the lower side.</param>
/// <param name="Charge">What sets the upper side.</param>
/// <param name="Setpoint">What it commands, W.</param>
/// <param name="Mode">State of the session.</param>
/// <param name="BoundBy">What keeps from being done what is wanted.</param>
public readonly record struct Thought(
    double Low, double High, LimitId Discharge, LimitId Charge, double Setpoint, ModeKind Mode,
    LimitId BoundBy);

/// <summary>Something on the time line.</summary>
public sealed record Happening(TimeSpan At, ScenarioEvent Event);

/// <summary>
/// Keeps what a report shows: so many moments over the whole run, each with the lowest and highest value in it, so that
/// no spike falls between two of them.
/// </summary>
public sealed class Recorder
{
    private const int Moments = 1200;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private readonly TimeSpan step;
    private readonly List<Moment> moments;
    private readonly List<Happening> happenings = [];
    private Moment current = Empty;
    private TimeSpan nextAt;

    /// <summary>A recorder for a run of this length.</summary>
    public Recorder(TimeSpan length)
    {
        step = length / Moments > Shortest ? length / Moments : Shortest;
        nextAt = step;
        moments = new(Moments + 1);
    }

    /// <summary>The moments in order.</summary>
    public IReadOnlyList<Moment> All => moments;

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<Happening> Happenings => happenings;

    /// <summary>The scenario did something.</summary>
    public void Happened(ScenarioEvent happening, TimeSpan at) => happenings.Add(new(at, happening));

    /// <summary>The plant has moved.</summary>
    public void See(in Truth truth, World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        current.L1 = current.L1.With(truth.Grid.L1.Value);
        current.L2 = current.L2.With(truth.Grid.L2.Value);
        current.L3 = current.L3.With(truth.Grid.L3.Value);
        current.Grid = current.Grid.With(truth.Total.Value);
        current.House = current.House.With(truth.House.Value);
        current.Pv = current.Pv.With(truth.Pv.Value);
        current.Evse = current.Evse.With(truth.Evse.Value);
        if (truth.At < nextAt) return;
        nextAt = truth.At + step;
        moments.Add(current with
        {
            At = truth.At, Soc = truth.Soc.Percent, IsClosed = truth.IsContactorClosed,
            Thought = Of(world.ControlState),
        });
        current = Empty;
    }

    private static Moment Empty => new()
    {
        L1 = Span.Empty, L2 = Span.Empty, L3 = Span.Empty, Grid = Span.Empty, House = Span.Empty, Pv = Span.Empty,
        Evse = Span.Empty,
    };

    private static Thought? Of(ControlState? state) => state is { Steps: > 0 } known
        ? new(known.Allowed.Envelope.Discharge.Value, known.Allowed.Envelope.Charge.Value, known.Allowed.Discharge.By,
            known.Allowed.Charge.By, known.Setpoint.Value, known.Mode, known.BoundBy)
        : null;
}
