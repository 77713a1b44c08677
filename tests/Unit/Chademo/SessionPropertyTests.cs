using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Chademo;

public class SessionPropertyTests
{
    private const int Sequences = 600;
    private const int StepsEach = 200;

    /// <summary>
    /// 120,000 random steps: a sound session is driven to a random phase, then frames, lines, stage and wishes go
    /// wild. Written against the raw inputs, not against the session's own facts.
    /// </summary>
    [Fact]
    public void Whatever_arrives_the_current_is_0_unless_every_condition_holds()
    {
        var flowing = 0;
        for (var seed = 1; seed <= Sequences; seed++)
        {
            var random = new Random(seed);
            var wild = new WildInputs(random);
            var (state, inputs) = Warmed(random);
            for (var i = 0; i < StepsEach; i++)
            {
                inputs = wild.Next(inputs);
                var step = Session.Step(inputs, state, SessionBench.Settings);
                state = step.State;
                if (Check(step, inputs, seed)) flowing++;
            }
        }
        // The property means nothing if the sequences never come to a flow.
        Assert.True(flowing > 500, $"only {flowing} of the steps carried current");
    }

    private static (SessionState, SessionInputs) Warmed(Random random)
    {
        var bench = new SessionBench { StepTime = 100.Milliseconds };
        bench.Run(200.Milliseconds).Close(random.Next(-30, 31)).Run((random.NextDouble() * 12).Seconds);
        return (bench.State, bench.LastInputs);
    }

    private static bool Check(in SessionStep step, in SessionInputs seen, int seed)
    {
        var outputs = step.Outputs;
        var current = outputs.Stage.Current.Value;
        Assert.True(double.IsFinite(current), $"seed {seed}");
        Assert.True(outputs.ChargeStart || !outputs.ContactorSupply, $"seed {seed}");
        if (current == 0) return false;

        var request = seen.Car.Request.Within(1.Seconds, seen.Now)!.Value;
        var limits = seen.Car.Limits.Within(1.Seconds, seen.Now)!.Value;
        var stage = seen.Stage.Within(1.Seconds, seen.Now)!.Value;
        var lines = seen.Lines;
        Assert.True(lines is { Permission: true, Plug: true, Locked: true, EarthFault: false, OutputsObey: true });
        Assert.Equal(Connection.Close, seen.Wish.Connection);
        Assert.Equal(CarFaults.None, request.Faults);
        const CarStatus forbidden = CarStatus.NotInPark | CarStatus.SystemFault | CarStatus.ContactorOpen;
        Assert.Equal(CarStatus.Permitted, request.Status & (CarStatus.Permitted | forbidden));
        Assert.False(stage.IsFaulted);
        Assert.InRange(stage.Voltage.Value, 0, Math.Min(500, limits.MaxVoltage.Value));
        Assert.True(outputs is { ChargeStart: true, ContactorSupply: true, Lock: true, IsTransmitting: true });
        Assert.Equal(EvseFaults.None, outputs.Faults);
        Assert.Equal(Math.Sign(seen.Wish.Current.Value), Math.Sign(current));
        Assert.True(Math.Abs(current) <= Math.Abs(seen.Wish.Current.Value), $"seed {seed}");
        Assert.True(Math.Abs(current) <= 30, $"seed {seed}");
        if (current > 0)
        {
            Assert.True(current <= request.RequestedCurrent.Value, $"seed {seed}");
            Assert.True(current <= outputs.Limits.AvailableCurrent.Value, $"seed {seed}");
        }
        else
        {
            var car = seen.Car.Discharge.Within(1.Seconds, seen.Now)!.Value;
            Assert.True(request.Status.HasFlag(CarStatus.DischargeCompatible), $"seed {seed}");
            Assert.True(-current <= car.MaxCurrent.Value && stage.Voltage >= car.MinVoltage, $"seed {seed}");
            Assert.Equal(0.A, request.RequestedCurrent);
        }
        return true;
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var bench = SessionBench.Charging();
        for (var i = 0; i < 50; i++) bench.Step();
        var inputs = bench.LastInputs;
        var state = bench.State;
        _ = Session.Step(inputs, state, SessionBench.Settings);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) state = Session.Step(inputs, state, SessionBench.Settings).State;

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

/// <summary>Changes a few things at random; mostly small ones, so that a flow is not lost at the first step.</summary>
internal sealed class WildInputs(Random random)
{
    private static readonly uint[] Ids = [0x100, 0x101, 0x102, 0x110, 0x200, 0x201, 0x108, 0x109, 0x7FF];

    public SessionInputs Next(SessionInputs seen)
    {
        var now = seen.Now + random.Next(0, 120).Milliseconds;
        var car = Refreshed(seen.Car, now);
        if (Rarely(60)) car.Take(Noise(), now - random.Next(-50, 1500).Milliseconds);
        var lines = seen.Lines;
        if (Rarely(100)) lines = lines with { Permission = Any() };
        if (Rarely(200)) lines = lines with { Plug = Any() };
        if (Rarely(200)) lines = lines with { Locked = Any() };
        if (Rarely(300)) lines = lines with { EarthFault = Any() };
        if (Rarely(300)) lines = lines with { OutputsObey = !lines.OutputsObey };
        var wish = seen.Wish;
        if (Rarely(15)) wish = wish with { Current = new(random.Next(-40, 41)) };
        if (Rarely(300)) wish = wish with { Current = new(double.NaN) };
        if (Rarely(150)) wish = new((Connection)random.Next(3), wish.Number + (uint)random.Next(2), wish.Current);
        return new(now, car, Measured(seen.Stage, now), lines, wish);
    }

    private CarSeen Refreshed(CarSeen car, TimeSpan now)
    {
        if (Rarely(12) || now - car.Request.TakenAt < 100.Milliseconds) return car;
        if (car.Request.Within(TimeSpan.MaxValue, now) is { } request)
        {
            var amperes = Rarely(4) ? random.Next(0, 60).A : request.RequestedCurrent;
            var status = Rarely(40) ? (CarStatus)random.Next(256) : request.Status;
            car.Take((request with { RequestedCurrent = amperes, Status = status }).Encode(), now);
        }
        if (car.Limits.Within(TimeSpan.MaxValue, now) is { } limits) car.Take(limits.Encode(), now);
        if (car.Discharge.Within(TimeSpan.MaxValue, now) is { } discharge) car.Take(discharge.Encode(), now);
        return car;
    }

    private Reading<StageReading> Measured(Reading<StageReading> stage, TimeSpan now)
    {
        if (Rarely(12)) return stage;
        var last = stage.Within(TimeSpan.MaxValue, now) ?? default;
        if (Rarely(60)) last = last with { Voltage = new(random.Next(0, 520)) };
        if (Rarely(60)) last = last with { Voltage = 370.V };
        if (Rarely(10)) last = last with { Current = new(random.Next(-5, 6)) };
        if (Rarely(300)) last = last with { IsFaulted = !last.IsFaulted };
        return stage.Then(last, now);
    }

    private CanFrame Noise()
    {
        var bytes = new byte[random.Next(0, 9)];
        random.NextBytes(bytes);
        return new CanFrame(Ids[random.Next(Ids.Length)], bytes, Rarely(10));
    }

    private bool Rarely(int oneIn) => random.Next(oneIn) == 0;

    private bool? Any() => random.Next(3) switch { 0 => null, 1 => false, _ => true };
}
