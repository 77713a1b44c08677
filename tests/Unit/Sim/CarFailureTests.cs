using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Sim.Devices;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Tests.Unit.Sim;

/// <summary>
/// What chargers did in the recorded failures (protocol notes c.7), rebuilt from their description and put in front of
/// the simulated car. It must come to its end in each of them, with or without a fault bit.
/// </summary>
public sealed class CarFailureTests
{
    private const ChargerState Idle = (ChargerState)0x20, Locked = (ChargerState)0x24, Flow = (ChargerState)0x05;
    private readonly HomePlant plant = new(new(), seed: 1) { IsPlugged = true };
    private readonly InMemoryCanEndpoint charger;
    private readonly InMemoryGpioChip chip = new("lines", Lines.All);
    private readonly IGpioOutput d1;
    private readonly IGpioOutput d2;
    private readonly ChademoCar car;
    private readonly List<(double At, CarRequest Said)> said = [];

    public CarFailureTests()
    {
        var bus = new InMemoryCanBus(() => plant.Now);
        charger = bus.Attach();
        var gpio = chip.Attach();
        (d1, d2) = (gpio.OpenOutput(Lines.Sequence1), gpio.OpenOutput(Lines.Sequence2));
        car = new ChademoCar(plant, bus.Attach(), chip.Attach(), TimeSpan.Zero);
    }

    // The charger says what the script has for the moment; null = nothing. d2 follows its own time.
    private void Play(double seconds, Func<double, ChargerState?> script, Func<double, bool>? contactorSupply = null)
    {
        d1.TryWrite(true);
        var next = 0.0;
        while (plant.Now.TotalSeconds < seconds)
        {
            plant.Advance(10.Milliseconds);
            var at = plant.Now.TotalSeconds;
            d2.TryWrite(contactorSupply?.Invoke(at) ?? false);
            if (at >= next && script(at) is { } state)
            {
                next = at + 0.1;
                charger.TrySend(new ChargerLimits(true, 500.V, 30.A, 435.V).Encode());
                charger.TrySend(new ChargerStatus(2, default, default, true, state, 0xFF, 0xFF).Encode());
                charger.TrySend(new ChargerDischarge(0.A, 500.V, 15.A, 250.V).Encode());
                charger.TrySend(new ChargerDischargeTimes(2, 5.Minutes).Encode());
            }
            while (car.NextDue <= plant.Now) car.Advance(plant.Now);
            while (charger.TryReceive(out var frame, out _))
                if (CarRequest.TryDecode(frame, out var request)) said.Add((at, request));
        }
    }

    private void HasEnded()
    {
        Assert.Equal(CarPhase.Ended, car.Phase);
        Assert.False(plant.IsContactorClosed);
        Assert.Equal(false, chip.Level(Lines.Permission));
        Assert.False(said[^1].Said.IsPermitted);
        Assert.Equal(0, said[^1].Said.RequestedCurrent.Value);
    }

    [Fact]
    public void FAILCHAD_a_charger_that_never_answers_is_given_up_without_a_permission()
    {
        Play(15, _ => null);

        HasEnded();
        Assert.DoesNotContain(said, one => one.Said.IsPermitted);
    }

    [Fact]
    public void Failcan2_a_malfunction_after_the_lock_withdraws_the_permission()
    {
        Play(12, at => at < 5 ? Idle : at < 6.8 ? Locked : (ChargerState)0x26);

        HasEnded();
        Assert.InRange(said.Last(one => one.Said.IsPermitted).At, 6.7, 7.2);
    }

    [Fact]
    public void InstaVolt_a_lock_that_is_taken_back_without_any_fault_bit_ends_it()
    {
        Play(12, at => at < 5 ? Idle : at < 8 ? Locked : Idle);

        HasEnded();
        Assert.InRange(said.Last(one => one.Said.IsPermitted).At, 7.8, 8.4);
    }

    [Fact]
    public void A_charger_that_locks_and_then_does_nothing_for_ever_is_given_up()
    {
        Play(60, at => at < 5 ? Idle : Locked);

        HasEnded();
    }

    [Theory]
    [InlineData(14.6, 0x34, 0x30)]
    [InlineData(27.5, 0x34, 0x30)]
    [InlineData(23.2, 0x26, 0x22)]
    public void Abb_evgo_and_ea_a_fault_after_a_long_lock_ends_it(double locked, int fault, int after)
    {
        Play(locked + 10, at => at < 5 ? Idle : at < 5 + locked ? Locked
            : at < 5.2 + locked ? (ChargerState)fault : (ChargerState)after);

        HasEnded();
    }

    [Fact]
    public void InstavoltBYD_a_charger_that_never_lets_energy_flow_is_given_up_after_the_contactor_closed()
    {
        Play(30, at => at < 5 ? Idle : Locked, at => at > 6);

        Assert.Contains(said, one => one.Said.ReportsContactorClosed);
        HasEnded();
    }

    [Fact]
    public void GeniePoint_a_malfunction_in_the_flow_opens_the_contactor()
    {
        Play(25, at =>
            at < 5 ? Idle : at < 9 ? Locked : at < 13 ? Flow : at < 14 ? (ChargerState)0x27 : (ChargerState)0x22,
            at => at is > 6 and < 18);

        Assert.Contains(said, one => one.Said.RequestedCurrent.Value > 0);
        HasEnded();
    }

    [Fact]
    public void Non_working_charger_a_stop_in_the_moment_of_the_first_request_ends_it()
    {
        Play(25, at => at < 5 ? Idle : at < 9.5 ? Locked : at < 9.6 ? (ChargerState)0x26 : (ChargerState)0x36, at =>
            at > 6);

        HasEnded();
    }

    [Fact]
    public void A_charger_that_falls_silent_in_the_flow_is_left_after_a_second()
    {
        Play(25, at => at < 5 ? Idle : at < 9 ? Locked : at < 13 ? Flow : null, at => at is > 6 and < 18);

        HasEnded();
        Assert.InRange(said.Last(one => one.Said.IsPermitted).At, 13.5, 14.3);
    }
}
