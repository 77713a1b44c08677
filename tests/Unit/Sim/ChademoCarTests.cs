using System.Globalization;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Tests.Unit.Sim;

/// <summary>
/// The simulated car against the charger of a recorded session: the charger's frames of the log are played to it, and
/// what it says is compared with what the LEAF said. The lines are not in the log; d2 is set where the recorded
/// insulation test ended.
/// </summary>
public class ChademoCarTests
{
    private static readonly string Log =
        RepositoryRoot.File("tests", "data", "chademo", "v2x-evse_leaf24_start-charge-stop.candump.log");

    [Fact]
    public void The_car_says_what_the_recorded_leaf_said_when_the_recorded_charger_said_what_it_said()
    {
        var said = new Bench().PlayRecording();

        InWindow(3.9, 0.3, said.First(r => r.Request.IsPermitted).At);
        InWindow(17.34, 0.3, said.First(r => r.Request.ReportsContactorClosed).At);
        InWindow(19.04, 0.3, said.First(r => r.Request.RequestedCurrent.Value > 0).At);
        InWindow(46.97, 0.3, said.Last(r => r.Request.IsPermitted).At);
        InWindow(49.87, 0.5, said.Last(r => r.Request.ReportsContactorClosed).At);
    }

    [Fact]
    public void The_request_grows_by_2_A_in_100_ms_and_drops_to_0_when_the_charger_offers_nothing()
    {
        var said = new Bench().PlayRecording();

        var asked = said.Select(r => r.Request.RequestedCurrent.Value).ToList();
        var growth = asked.Zip(asked.Skip(1), (before, after) => after - before);
        Assert.Equal(2, growth.Max());
        // 108.3 is 0 from 19.56 s to 24.26 s.
        Assert.All(said.Where(r => r.At is > 19.8 and < 24.2), r => Assert.Equal(0, r.Request.RequestedCurrent.Value));
        Assert.Equal(14, said.Last(r => r.At < 46).Request.RequestedCurrent.Value);
    }

    [Fact]
    public void Frames_come_each_100_ms_and_stop_with_the_session()
    {
        var said = new Bench().PlayRecording();

        var gaps = said.Zip(said.Skip(1), (a, b) => b.At - a.At).ToList();
        Assert.All(gaps, gap => Assert.InRange(gap, 0.095, 0.105));
        Assert.InRange(said[^1].At, 50, 51.5);
    }

    [Fact]
    public void A_contactor_that_is_welded_stays_reported_closed()
    {
        var bench = new Bench();
        bench.Plant.IsContactorWelded = true;

        var said = bench.PlayRecording();

        Assert.True(said[^1].Request.ReportsContactorClosed);
    }

    private static void InWindow(double expected, double tolerance, double seen) =>
        Assert.InRange(seen, expected - tolerance, expected + tolerance);

    private sealed record Said(double At, CarRequest Request);

    private sealed class Bench
    {
        private static readonly TimeSpan Step = 5.Milliseconds;
        private readonly InMemoryCanEndpoint charger;
        private readonly IGpioOutput d1;
        private readonly IGpioOutput d2;
        private readonly ChademoCar car;

        public Bench()
        {
            var leaf = new BatterySettings { MaxCharge = 14.A, MaxDischarge = 15.A };
            Plant = new HomePlant(new() { Battery = leaf }, seed: 1) { IsPlugged = true };
            var bus = new InMemoryCanBus(() => Plant.Now);
            charger = bus.Attach();
            var chip = new InMemoryGpioChip("lines", Lines.All);
            var gpio = chip.Attach();
            d1 = gpio.OpenOutput(Lines.Sequence1);
            d2 = gpio.OpenOutput(Lines.Sequence2);
            car = new ChademoCar(Plant, bus.Attach(), chip.Attach(), TimeSpan.Zero);
        }

        public HomePlant Plant { get; }

        public List<Said> PlayRecording()
        {
            var said = new List<Said>();
            var frames = Recording().ToList();
            var next = 0;
            // The car's frames begin 0.2 s after d1; the log begins with them.
            var start = 0.2;
            d1.TryWrite(true);
            while (Plant.Now.TotalSeconds < 52 + start)
            {
                Plant.Advance(Step);
                var at = Plant.Now.TotalSeconds - start;
                d2.TryWrite(at is > 16.1 and < 49.9);
                if (at > 50.4) d1.TryWrite(false);
                while (next < frames.Count && frames[next].At <= at) charger.TrySend(frames[next++].Frame);
                while (car.NextDue <= Plant.Now) car.Advance(Plant.Now);
                while (charger.TryReceive(out var frame, out _))
                    if (CarRequest.TryDecode(frame, out var request)) said.Add(new(at, request));
            }
            return said;
        }

        private static IEnumerable<(double At, CanFrame Frame)> Recording()
        {
            foreach (var line in File.ReadLines(Log))
            {
                var parts = line.Split(' ');
                var body = parts[2].Split('#');
                var id = uint.Parse(body[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                if (id is not (0x108 or 0x109 or 0x208 or 0x209)) continue;
                yield return (double.Parse(parts[0].Trim('(', ')'), CultureInfo.InvariantCulture),
                    new CanFrame(id, Convert.FromHexString(body[1])));
            }
        }
    }
}
