using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Tests.Unit.Infy;

/// <summary>What one module is believed and what it is told, frame by frame.</summary>
public sealed class ModuleRuleTests : IDisposable
{
    private static readonly StageRatings ratings = new(200.V, 500.V, 50.A, 15.kW, 0.90, 0.96);
    private static readonly InfySettings rectifier = new() { Ratings = ratings, IsRectifier = true };
    private static readonly InfySettings both = new() { Ratings = ratings };
    private readonly InMemoryCanBus bus;
    private readonly FussyBus wire;
    private TimeSpan now = 100.Seconds;

    public ModuleRuleTests()
    {
        bus = new InMemoryCanBus(() => now);
        wire = new(bus.Attach());
    }

    public void Dispose() => wire.Dispose();

    private static CanFrame Status => RectifierFrame.From(0, RectifierFrame.Status, 0);
    private static CanFrame Measured =>
        RectifierFrame.From(0, RectifierFrame.Measured, RectifierFrame.OfMeasured(400.V, 10.A));
    private static CanFrame Outlet =>
        RectifierFrame.From(0, RectifierFrame.Outlet, RectifierFrame.OfOutlet(390.V, 50.A));

    private static CanFrame Said(ushort register, uint value, byte error = 0) =>
        InfyRegister.Frame(new(error, InfyId.SingleModule, InfyId.Read, InfyId.Controller, 0), register, value);

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1001, 0, false)]       // a status from before says nothing of now
    [InlineData(0, 201, false)]        // a current of another round
    public void A_rectifier_s_reading_is_of_one_round_and_as_old_as_its_current(int status, int current, bool isOne)
    {
        var module = new RectifierModule(wire, rectifier, 0);
        module.Take(Status, now - status.Milliseconds);
        module.Take(Measured, now - current.Milliseconds);
        Assert.Equal(isOne, module.Take(Outlet, now));

        module.Take(Measured, now + 50.Milliseconds);
        module.Take(Outlet, now + 150.Milliseconds);

        if (isOne) Assert.Equal(now + 50.Milliseconds, module.Reading.TakenAt);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, true)]
    [InlineData(201, 0, 0, 0, false)]
    [InlineData(0, 1001, 0, 0, false)]
    [InlineData(0, 0, 1001, 0, false)]
    [InlineData(0, 0, 0, 1, false)]      // an answer that is an error
    public void A_bidirectional_module_s_reading_is_of_one_round_with_its_faults_and_its_sign(
        int voltage, int status, int mode, byte error, bool isOne)
    {
        var inbox = new InfyInbox();
        inbox.Take(Said(InfyRegister.Status, 0xFF00_0000), now - status.Milliseconds, 1.Seconds);
        inbox.Take(Said(InfyRegister.InverterStatus, 1), now - mode.Milliseconds, 1.Seconds);
        inbox.Take(Said(InfyRegister.SystemVoltage, 400_000, error), now - voltage.Milliseconds, 1.Seconds);

        var isNew = inbox.Take(Said(InfyRegister.SystemCurrent, 8_000), now, 1.Seconds);

        Assert.Equal(isOne, isNew);
        // The upper byte of the status word is none of the faults.
        if (isOne) Assert.Equal(new(400.V, -8.A, true, false, 0), inbox.Reading.Within(1.Seconds, now));
    }

    [Fact]
    public void A_reading_is_as_old_as_its_voltage()
    {
        var inbox = new InfyInbox();
        inbox.Take(Said(InfyRegister.Status, 0), now, 1.Seconds);
        inbox.Take(Said(InfyRegister.InverterStatus, 1), now, 1.Seconds);
        inbox.Take(Said(InfyRegister.SystemVoltage, 400_000), now, 1.Seconds);

        inbox.Take(Said(InfyRegister.SystemCurrent, 8_000), now + 150.Milliseconds, 1.Seconds);

        Assert.Equal(now, inbox.Reading.TakenAt);
        Assert.True(inbox.IsInverter(1.Seconds, now + 1.Seconds));
        Assert.Null(inbox.IsInverter(1.Seconds, now + 1.1.Seconds));
    }

    [Theory]
    [InlineData(2_000_001, 8_000)]
    [InlineData(400_000, 1_000_001)]
    public void What_no_such_module_can_show_is_no_reading(uint millivolts, uint milliamperes)
    {
        var inbox = new InfyInbox();
        inbox.Take(Said(InfyRegister.Status, 0), now, 1.Seconds);
        inbox.Take(Said(InfyRegister.InverterStatus, 1), now, 1.Seconds);
        inbox.Take(Said(InfyRegister.SystemVoltage, millivolts), now, 1.Seconds);

        Assert.False(inbox.Take(Said(InfyRegister.SystemCurrent, milliamperes), now, 1.Seconds));
    }

    [Fact]
    public void A_second_source_is_a_fault_for_as_long_as_it_speaks()
    {
        var inbox = new InfyInbox();
        inbox.Take(Said(InfyRegister.InverterStatus, 0), now, 10.Seconds);
        inbox.Take(Said(InfyRegister.Status, 0), now, 10.Seconds);
        inbox.Take(
            InfyRegister.Frame(new(0, InfyId.SingleModule, InfyId.Read, InfyId.Controller, 9), InfyRegister.Status, 0),
            now, 10.Seconds);

        Assert.True(IsFaultedAt(now + 2.Seconds));
        Assert.False(IsFaultedAt(now + 2.1.Seconds));

        bool IsFaultedAt(TimeSpan at)
        {
            inbox.Take(Said(InfyRegister.SystemVoltage, 400_000), at, 10.Seconds);
            inbox.Take(Said(InfyRegister.SystemCurrent, 0), at, 10.Seconds);
            return inbox.Reading.Within(TimeSpan.Zero, at)!.Value.IsFaulted;
        }
    }

    [Fact]
    public void A_little_below_zero_is_zero_and_an_outlet_cannot_have_thousands_of_volts()
    {
        Assert.Equal((0.V, 0.A), RectifierFrame.MeasuredIn(RectifierFrame.OfMeasured(new(-0.5), new(-0.5))));
        Assert.Null(RectifierFrame.OutletIn(RectifierFrame.OfOutlet(new(2001), 10.A)));
        Assert.Null(RectifierFrame.OutletIn(RectifierFrame.OfOutlet(400.V, new(1001))));
    }

    [Theory]
    [InlineData(400, 10, 400_000, 10_000)]
    [InlineData(900, 90, 500_000, 50_000)]
    [InlineData(10, 10, 200_000, 10_000)]
    [InlineData(400, double.PositiveInfinity, 0, 0)]
    [InlineData(double.NaN, 10, 0, 0)]
    [InlineData(double.PositiveInfinity, 10, 0, 0)]
    public void What_is_asked_stays_within_the_ratings_and_what_is_no_number_is_off(
        double volts, double amperes, uint millivolts, uint milliamperes)
    {
        new RectifierModule(wire, rectifier, 0).Write(new(StageMode.Current, new(volts), new(amperes)), now);

        var set = wire.Sent.Where(frame => InfyId.Parse(frame.Id).Command == RectifierFrame.Set).Select(frame =>
        {
            RectifierFrame.TryDecode(frame, out _, out var data);
            return RectifierFrame.SetIn(data);
        }).ToList();
        var isOff = wire.Sent.Contains(RectifierFrame.To(0, RectifierFrame.Switch, RectifierFrame.OfSwitch(false)));
        Assert.Equal(milliamperes == 0 ? [] : [(millivolts, milliamperes)], set);
        Assert.Equal(milliamperes == 0, isOff);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_the_bus_did_not_take_is_sent_again_in_the_next_call(bool isRectifier)
    {
        IInfyModule module =
            isRectifier ? new RectifierModule(wire, rectifier, 0) : new BidirectionalModule(wire, both, 0);
        module.Write(default, now);
        wire.Refuses = true;
        module.Write(default, now + 600.Milliseconds);
        wire.Refuses = false;
        wire.Sent.Clear();

        module.Write(default, now + 610.Milliseconds);

        var off = isRectifier ? RectifierFrame.To(0, RectifierFrame.Switch, RectifierFrame.OfSwitch(false))
            : InfyRegister.Frame(
                new(0, InfyId.SingleModule, InfyId.Write, 0, InfyId.Controller), InfyRegister.Status, InfyRegister.Off);
        Assert.Contains(off, wire.Sent);
    }

    [Fact]
    public void An_off_that_the_bus_did_not_take_is_no_pause_before_turning_round()
    {
        var module = new BidirectionalModule(wire, both, 0);
        for (var i = 0; i < 3; i++) Turn(10);
        wire.Refuses = true;
        for (var i = 0; i < 12; i++) Turn(0);
        wire.Refuses = false;
        wire.Sent.Clear();

        Turn(-10);

        Assert.NotEmpty(wire.Sent);
        Assert.DoesNotContain(wire.Sent, frame => InfyRegister.TryDecode(frame, out var id, out var register, out var value)
            && (id.Command, register, value) == (InfyId.Write, InfyRegister.WorkingMode, InfyRegister.Inverter));

        void Turn(double amperes)
        {
            now += 100.Milliseconds;
            module.Take(Said(InfyRegister.Status, 0), now);
            module.Take(Said(InfyRegister.InverterStatus, 0), now);
            module.Take(Said(InfyRegister.SystemVoltage, 400_000), now);
            module.Take(Said(InfyRegister.SystemCurrent, 0), now);
            module.Write(amperes == 0 ? default : new(StageMode.Current, 400.V, new(amperes)), now);
        }
    }

    [Fact]
    public void A_flooded_bus_does_not_hold_the_thread_and_no_frame_is_from_the_future()
    {
        var wide = new InMemoryCanBus(() => now, capacity: 1000);
        var stage = new InfyStage(wide.Attach(), rectifier);
        var other = wide.Attach();
        for (var i = 0; i < 256; i++) other.TrySend(new CanFrame(0x102, [1]));
        foreach (var frame in new[] { Status, Measured, Outlet }) other.TrySend(frame);

        Assert.False(stage.Read(now));
        Assert.True(stage.Read(now - 20.Milliseconds));

        Assert.Equal(now - 20.Milliseconds, stage.Reading.TakenAt);
    }

    public static TheoryData<Func<InfySettings, InfySettings>> Impossible => new()
    {
        s => s with { Ratings = s.Ratings with { MaxVoltage = 1001.V } },
        s => s with { Ratings = s.Ratings with { MaxCurrent = 201.A } },
        s => s with { Ratings = s.Ratings with { MaxPower = 101.kW } },
        s => s with { Ratings = s.Ratings with { MaxEfficiency = 1.01 } },
        s => s with { Poll = TimeSpan.Zero },
        s => s with { Modules = 7 },
        s => s with { FirstAddress = 62, Modules = 2 },
        s => s with { OffForCertain = 10.Seconds },
        s => s with { KeepAlive = 6.Seconds },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void A_setting_that_cannot_be_is_refused(Func<InfySettings, InfySettings> with) =>
        Assert.Throws<ArgumentException>(() => with(both).Checked());

    /// <summary>Keeps what is sent and may refuse to take it.</summary>
    private sealed class FussyBus(ICanBus inner) : ICanBus
    {
        public bool Refuses { get; set; }
        public List<CanFrame> Sent { get; } = [];
        public int Descriptor => inner.Descriptor;
        public bool IsUp => inner.IsUp;

        public bool TrySend(in CanFrame frame)
        {
            if (Refuses) return false;
            Sent.Add(frame);
            return inner.TrySend(frame);
        }

        public bool TryReceive(out CanFrame frame, out TimeSpan arrivedAt) =>
            inner.TryReceive(out frame, out arrivedAt);

        public void Dispose() => inner.Dispose();
    }
}
