using System.Globalization;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

/// <summary>
/// Plays the recording to <see cref="Session"/>: the car's frames as they came; lock, voltage and current as the
/// recorded charger reported them; permission derived from 102.5.0. One step per frame.
/// </summary>
internal sealed class LogPlayer
{
    private readonly List<(double At, CanFrame Frame)> frames = [];
    private CarSeen car;
    private Reading<StageReading> stage;
    private bool locked;
    private bool permitted;

    public LogPlayer()
    {
        foreach (var line in File.ReadLines(Recording.Leaf24))
        {
            var cells = line.Split(' ');
            var frame = cells[2].Split('#');
            var id = uint.Parse(frame[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var at = double.Parse(cells[0].Trim('(', ')'), CultureInfo.InvariantCulture);
            frames.Add((at, new CanFrame(id, Convert.FromHexString(frame[1]))));
        }
        stage = stage.Then(new StageReading(0.V, 0.A, false, false, 0), TimeSpan.Zero);
    }

    public SessionState State { get; private set; }
    public SessionOutputs Outputs { get; private set; }
    public List<(double At, SessionPhase Phase)> Phases { get; } = [];

    /// <summary>Plays all; <paramref name="wish"/> says what is wanted at a time, <paramref name="each"/> looks at
    /// each step.</summary>
    public void Play(ChademoSettings settings, Func<double, SessionWish> wish, Action<double>? each = null)
    {
        foreach (var (at, frame) in frames)
        {
            var now = TimeSpan.FromSeconds(at);
            car.Take(frame, now);
            if (CarRequest.TryDecode(frame, out var request)) permitted = request.IsPermitted;
            if (ChargerStatus.TryDecode(frame, out var status))
            {
                locked = status.State.HasFlag(ChargerState.Locked);
                stage = stage.Then(new StageReading(status.Voltage, status.ChargeCurrent, true, false, 0), now);
            }
            var lines = new SessionLines(permitted, true, locked, false, true);
            var step = Session.Step(new(now, car, stage, lines, wish(at)), State, settings);
            (State, Outputs) = (step.State, step.Outputs);
            if (Phases.Count == 0 || Phases[^1].Phase != State.Phase) Phases.Add((at, State.Phase));
            each?.Invoke(at);
        }
    }
}
