using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Northbound.Orders;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class OrderLifeTests
{
    private readonly OrderBench bench = new();

    [Fact]
    public void An_order_is_received_started_and_completed_with_its_energy()
    {
        var received = bench.Receive(("ttl_s", 60));
        bench.Evse = bench.Evse with { Power = 4.kW };
        var answers = bench.RunFor(61.Seconds);

        Assert.Equal(AnswerStage.Received, received[0].Stage);
        Assert.Equal([AnswerStage.Started, AnswerStage.Completed], answers.Select(answer => answer.Stage));
        Assert.Equal(4000.0 / 60, answers[1].Energy!.Value.Value, 0.5);
    }

    [Fact]
    public void What_is_received_says_what_will_be_applied()
    {
        var answer = bench.Receive(("p_evse_w", -20_000), ("ramp_w_per_s", 100), ("on_expire", "local"))[0];

        Assert.Equal((-8.kW, LimitId.EvseRating), (answer.Applied!.Lower, answer.Binding));
        Assert.Equal((100.0, OnExpire.Zero), (answer.Applied.Terms!.RampWattsPerSecond, answer.Applied.Terms.OnExpire));
        Assert.Equal(30.Percent, answer.Applied.Terms.SocFloor);
    }

    [Fact]
    public void The_better_priority_supersedes_and_the_other_never_resumes()
    {
        bench.Receive(("priority", 5));
        bench.RunFor(1.Seconds);

        bench.Receive(("priority", 3), ("ttl_s", 5), ("p_evse_w", 1000));
        var answers = bench.RunFor(10.Seconds);

        Assert.Equal(
            [AnswerStage.Superseded, AnswerStage.Started, AnswerStage.Completed], answers.Select(a => a.Stage));
        Assert.Equal(0, bench.Desk.Count);
    }

    [Fact]
    public void At_equal_priority_the_newest_acts()
    {
        bench.Receive();
        bench.RunFor(1.Seconds);

        var second = bench.Receive(("p_evse_w", 2000))[0];
        var answers = bench.RunFor(1.Seconds);

        Assert.Equal(second.OrderId, answers.Single(answer => answer.Stage == AnswerStage.Started).OrderId);
    }

    [Fact]
    public void An_order_behind_a_better_one_starts_when_that_one_ends_or_expires()
    {
        bench.Receive(("priority", 1), ("ttl_s", 10));
        bench.Receive(("priority", 5), ("ttl_s", 5));
        bench.Receive(("priority", 5), ("ttl_s", 20));
        var answers = bench.RunFor(21.Seconds);

        Assert.Equal(
            [AnswerStage.Started, AnswerStage.Expired, AnswerStage.Completed, AnswerStage.Started,
                AnswerStage.Completed],
            answers.Select(answer => answer.Stage));
    }

    [Fact]
    public void The_plan_needs_no_word_from_here_when_a_better_order_takes_over_later()
    {
        bench.Receive(("priority", 5), ("ttl_s", 3600));
        bench.Receive(("priority", 2), ("start", bench.UtcIn(60.Seconds)), ("ttl_s", 120));

        var plan = bench.Plan;

        Assert.Equal(2, plan.Count);
        Assert.Equal(plan.Entries[0].Start, plan.Entries[1].End);
    }

    [Fact]
    public void A_cancel_ends_a_running_order()
    {
        var order = bench.Order();
        bench.Receive(JsonSerializer.SerializeToUtf8Bytes(order));
        bench.RunFor(1.Seconds);

        var answers = bench.Receive(("kind", "cancel"), ("ttl_s", null), ("p_evse_w", null), ("cancels", order["id"]));

        Assert.Equal([AnswerStage.Received, AnswerStage.Cancelled], answers.Select(answer => answer.Stage));
        Assert.Equal(0, bench.Plan.Count);
    }

    [Fact]
    public void An_order_cut_for_five_seconds_deviates_and_starts_again_when_it_is_followed_in_full()
    {
        bench.Receive(("p_evse_w", -6000));
        bench.RunFor(1.Seconds);
        var whole = bench.State.Allowed;

        bench.State = bench.State with { Allowed = ExportsAtMost2kW(whole) };
        var soon = bench.RunFor(4.Seconds);
        var late = bench.RunFor(2.Seconds);
        bench.State = bench.State with { Allowed = whole };
        var back = bench.RunFor(6.Seconds);

        Assert.Empty(soon);
        var deviating = Assert.Single(late);
        Assert.Equal((AnswerStage.Deviating, Deviation.ExportLimit), (deviating.Stage, deviating.Deviates));
        Assert.Equal(-2.kW, deviating.Applied!.Lower);
        Assert.Equal(AnswerStage.Started, Assert.Single(back).Stage);
    }

    [Fact]
    public void A_short_cut_is_not_worth_a_word()
    {
        bench.Receive(("p_evse_w", -6000));
        bench.RunFor(10.Seconds);
        var whole = bench.State.Allowed;

        bench.State = bench.State with { Allowed = ExportsAtMost2kW(whole) };
        var during = bench.RunFor(4.Seconds);
        bench.State = bench.State with { Allowed = whole };
        var after = bench.RunFor(10.Seconds);

        Assert.Empty(during);
        Assert.Empty(after);
    }

    [Fact]
    public void An_emergency_stop_outranks_what_binds()
    {
        bench.Receive();
        bench.RunFor(6.Seconds);

        bench.Trip(TripId.EmergencyStop, TripClass.F3);
        var answers = bench.RunFor(6.Seconds);

        var deviating = Assert.Single(answers);
        Assert.Equal((Deviation.EmergencyStop, Watts.Zero), (deviating.Deviates, deviating.Applied!.Lower));
    }

    [Fact]
    public void What_an_ended_order_asks_to_follow_stays_in_the_plan()
    {
        bench.Receive(("ttl_s", 5), ("on_expire", "floor"));

        bench.RunFor(6.Seconds);

        Assert.Equal(0, bench.Desk.Count);
        Assert.Equal(1, bench.Plan.Count);
        Assert.Equal(1.kW, bench.Plan.PowerAt(bench.Now, OrderBench.Site).Power);
    }

    [Fact]
    public void A_cancelled_order_asks_nothing_to_follow()
    {
        var order = bench.Order(("on_expire", "floor"));
        bench.Receive(JsonSerializer.SerializeToUtf8Bytes(order));
        bench.RunFor(1.Seconds);

        bench.Receive(("kind", "cancel"), ("ttl_s", null), ("p_evse_w", null), ("cancels", order["id"]));
        bench.RunFor(1.Seconds);

        Assert.Equal(Watts.Zero, bench.Plan.PowerAt(bench.Now, OrderBench.Site).Power);
    }

    [Fact]
    public void A_flood_of_orders_is_remembered_within_bounds_and_the_running_one_is_not_forgotten()
    {
        var running = bench.Order(("priority", 0));
        var payload = JsonSerializer.SerializeToUtf8Bytes(running);
        bench.Receive(payload);
        bench.RunFor(1.Seconds);
        for (var i = 0; i < 1000; i++) bench.Receive(("p_evse_w", -4000), ("soc_floor_pct", 99));

        var repeat = bench.Receive(payload);

        Assert.Equal(AnswerStage.Started, Assert.Single(repeat).Stage);
    }

    private static Allowance ExportsAtMost2kW(Allowance whole) => whole with
    {
        Envelope = new(-2.kW, whole.Envelope.Charge),
        Discharge = new(LimitId.ExportCap, default, null),
    };
}
