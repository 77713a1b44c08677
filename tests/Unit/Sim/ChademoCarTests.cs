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
    public void Its_frames_follow_each_other_as_the_recorded_cars_do()
    {
        var bench = new Bench();
        bench.PlayRecording();

        var recorded = Offsets(Bench.AllRecorded());
        var ours = Offsets(bench.Heard);

        // Behind its 100 by 10, 20 and 30 ms, each 100 ms; the recording shows by how much a real car's differ.
        foreach (var id in new uint[] { 0x101, 0x102, 0x200 })
        {
            var (low, high) = (recorded[id].Min(), recorded[id].Max());
            Assert.InRange(high - low, 0, 0.0025);
            Assert.All(ours[id], offset => Assert.InRange(offset, low, high));
        }
        var (shortest, longest) = (recorded[0x100].Min(), recorded[0x100].Max());
        Assert.All(ours[0x100], period => Assert.InRange(period, shortest, longest));
        Assert.InRange(ours[0x100].Count, recorded[0x100].Count - 5, recorded[0x100].Count + 5);
    }

    // Of 100 its period, of the others their distance behind it.
    private static Dictionary<uint, List<double>> Offsets(IEnumerable<(double At, CanFrame Frame)> frames)
    {
        var offsets = new Dictionary<uint, List<double>>();
        double? began = null;
        foreach (var (at, frame) in frames)
        {
            if (frame.Id is not (0x100 or 0x101 or 0x102 or 0x200)) continue;
            if (began is { } before) offsets.TryAdd(frame.Id, []);
            if (began is { } last) offsets[frame.Id].Add(at - last);
            if (frame.Id == 0x100) began = at;
        }
        return offsets;
    }

    [Fact]
    public void A_charge_only_car_says_so_and_sends_no_discharge_frame()
    {
        var bench = new Bench(isChargeOnly: true);

        var said = bench.PlayRecording();

        Assert.DoesNotContain(bench.Heard, heard => heard.Frame.Id == 0x200);
        Assert.All(said, one => Assert.False(one.Request.Status.HasFlag(CarStatus.DischargeCompatible)));
        Assert.Contains(said, one => one.Request.RequestedCurrent.Value > 0);
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

        public Bench(bool isChargeOnly = false)
        {
            var leaf = new BatterySettings { MaxCharge = 14.A, MaxDischarge = 15.A, IsChargeOnly = isChargeOnly };
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
        public List<(double At, CanFrame Frame)> Heard { get; } = [];

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
                {
                    Heard.Add((at, frame));
                    if (CarRequest.TryDecode(frame, out var request)) said.Add(new(at, request));
                }
            }
            return said;
        }

        private static IEnumerable<(double At, CanFrame Frame)> Recording() =>
            AllRecorded().Where(one => one.Frame.Id is 0x108 or 0x109 or 0x208 or 0x209);

        public static IEnumerable<(double At, CanFrame Frame)> AllRecorded()
        {
            foreach (var line in File.ReadLines(Log))
            {
                var parts = line.Split(' ');
                var body = parts[2].Split('#');
                var id = uint.Parse(body[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                yield return (double.Parse(parts[0].Trim('(', ')'), CultureInfo.InvariantCulture),
                    new CanFrame(id, Convert.FromHexString(body[1])));
            }
        }
    }
}
