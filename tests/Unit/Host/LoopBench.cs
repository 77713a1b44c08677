using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>A control loop over devices whose readings the test sets.</summary>
internal sealed class LoopBench
{
    private readonly HandDevice device = new();
    private uint sequence;

    public LoopBench(SiteLimits? site = null) =>
        Loop = new(site ?? OrderBench.Site, new(device, null, device, device), Exchange, RuleSet.All);

    public ControlExchange Exchange { get; } = new();
    public ControlLoop Loop { get; }
    public TimeSpan Now { get; private set; } = 1.Hours;
    public EvseReading Evse { get; set; } = new(
        default, default, default, 380.V, default, EvseSession.Energised, true, 60.Percent,
        9600.W, -(9600.W), 9600.W, -(9600.W), EvseFaults.None);

    public EvseCommand Command
    {
        get
        {
            var command = default(EvseCommand);
            device.Commands.TryRead(ref command);
            return command;
        }
    }

    /// <summary>One deadline with fresh readings of a quiet home.</summary>
    public void Step(bool isTooLate = false)
    {
        Now += 100.Milliseconds;
        sequence++;
        var meter = new MeterReading(
            1.kW, new(500.W, 500.W, default), new(120.V, 120.V, default), new(4.A, 4.A, default), null);
        device.Meter.Publish(new(meter, Now, sequence));
        device.Evse.Publish(new(Evse, Now, sequence));
        device.Lines.Publish(new(new(false, true), Now, sequence));
        Loop.Step(Now, 0, isTooLate);
    }

    /// <summary>The button's line is read; the loop does not step.</summary>
    public void Press() => device.Lines.Publish(new(new(true, true), Now, ++sequence));

    /// <summary>Time passes in which nothing is read.</summary>
    public void Wait(TimeSpan time) => Now += time;

    public void Steps(int count)
    {
        for (var i = 0; i < count; i++) Step();
    }

    // All devices in one; nothing in it is judged, it only holds readings.
    private sealed class HandDevice : IMeter, IEvse, ISiteLines
    {
        public Latest<Reading<MeterReading>> Meter { get; } = new();
        public Latest<Reading<EvseReading>> Evse { get; } = new();
        public Latest<Reading<LinesReading>> Lines { get; } = new();
        public Latest<EvseCommand> Commands { get; } = new();
        Latest<Reading<MeterReading>> IMeter.Readings => Meter;
        Latest<Reading<EvseReading>> IEvse.Readings => Evse;
        Latest<Reading<LinesReading>> ISiteLines.Readings => Lines;
        public Latest<ShedCommand> Shed { get; } = new();
        public TimeSpan NextDue => TimeSpan.MaxValue;
        public bool Read(TimeSpan now) => false;

        public void Write(TimeSpan now)
        {
            // The command is read from its mailbox.
        }
    }
}
