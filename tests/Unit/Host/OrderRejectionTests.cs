using System.Text;
using System.Text.Json;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Host.Northbound.Orders;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class OrderRejectionTests
{
    private readonly OrderBench bench = new();

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("{")]
    [InlineData("{\"v\":1,\"v\":1}")]
    [InlineData("{\"x\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"a\":[[[[1]]]]}")]
    [InlineData("{\"v\":1, // comments are for people\n}")]
    [InlineData("{\"v\":NaN}")]
    [InlineData("{\"v\":1,\"issuer\":\"\\ud800\"}")]
    public void What_is_not_one_JSON_object_with_each_key_once_is_malformed(string text)
    {
        var answers = bench.Receive(text);

        ExpectRejected(answers, Rejection.Malformed);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_malformed()
    {
        var answers = bench.Receive([(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}']);

        ExpectRejected(answers, Rejection.Malformed);
    }

    [Theory]
    [InlineData("v", 2, Rejection.UnsupportedVersion)]
    [InlineData("v", "1", Rejection.Malformed)]
    [InlineData("v", null, Rejection.Malformed)]
    [InlineData("kind", "frequency", Rejection.UnsupportedKind)]
    [InlineData("kind", null, Rejection.Malformed)]
    [InlineData("kind", 7, Rejection.Malformed)]
    [InlineData("p_site_w", 100, Rejection.UnsupportedReference)]
    [InlineData("p_evse_W", 100, Rejection.UnknownField)]
    [InlineData("lower_w", 100, Rejection.UnknownField)]
    [InlineData("id", "6F1C2F0E-6D0B-4B0E-9A57-0D4F3C9F7A11", Rejection.Malformed)]
    [InlineData("id", 4, Rejection.Malformed)]
    [InlineData("issuer", "-x", Rejection.Malformed)]
    [InlineData("issuer", "", Rejection.Malformed)]
    [InlineData("seq", 0, Rejection.OutOfRange)]
    [InlineData("seq", 1.5, Rejection.Malformed)]
    [InlineData("seq", 1e300, Rejection.OutOfRange)]
    [InlineData("issued_at", "2026-07-14T12:00:00", Rejection.Malformed)]
    [InlineData("issued_at", "2026-02-30T12:00:00Z", Rejection.Malformed)]
    [InlineData("issued_at", "2026-07-14T14:00:00+02:00", Rejection.Malformed)]
    [InlineData("ttl_s", null, Rejection.Malformed)]
    [InlineData("ttl_s", 0, Rejection.OutOfRange)]
    [InlineData("ttl_s", 86_401, Rejection.OutOfRange)]
    [InlineData("ttl_s", "60", Rejection.Malformed)]
    [InlineData("p_evse_w", null, Rejection.Malformed)]
    [InlineData("p_evse_w", "4000", Rejection.Malformed)]
    [InlineData("p_evse_w", 1e7, Rejection.OutOfRange)]
    [InlineData("priority", 10, Rejection.OutOfRange)]
    [InlineData("on_expire", "never", Rejection.Malformed)]
    [InlineData("ramp_w_per_s", 0, Rejection.OutOfRange)]
    [InlineData("soc_floor_pct", 101, Rejection.OutOfRange)]
    public void A_field_that_does_not_fit_is_named_by_its_reason(string name, object? value, Rejection expected)
    {
        var answers = bench.Receive((name, value));

        ExpectRejected(answers, expected);
    }

    [Fact]
    public void A_number_beyond_any_double_is_out_of_range()
    {
        var text = JsonSerializer.Serialize(bench.Order()).Replace("4000", "1e999", StringComparison.Ordinal);

        var answers = bench.Receive(text);

        ExpectRejected(answers, Rejection.OutOfRange);
    }

    [Fact]
    public void Both_ends_at_once_are_malformed()
    {
        var answers = bench.Receive(("end", bench.UtcIn(1.Hours)));

        ExpectRejected(answers, Rejection.Malformed);
    }

    [Fact]
    public void A_band_upside_down_is_out_of_range()
    {
        var answers = bench.Receive(("kind", "envelope"), ("p_evse_w", null), ("lower_w", 10), ("upper_w", -10));

        ExpectRejected(answers, Rejection.OutOfRange);
    }

    [Fact]
    public void An_order_longer_than_a_day_is_out_of_range()
    {
        var answers = bench.Receive(("ttl_s", null), ("end", bench.UtcIn(25.Hours)));

        ExpectRejected(answers, Rejection.OutOfRange);
    }

    [Fact]
    public void What_is_too_large_is_not_read()
    {
        var answers = bench.Receive(Encoding.UTF8.GetBytes(new string(' ', OrderDesk.MaxPayloadBytes + 1)));

        ExpectRejected(answers, Rejection.TooLarge);
        Assert.Null(answers[0].OrderId);
    }

    [Fact]
    public void A_retained_order_is_refused_and_named()
    {
        var order = bench.Order();

        var answers = bench.Receive(
            JsonSerializer.SerializeToUtf8Bytes(order), new Arrival(IsRetained: true, IsTooLarge: false));

        ExpectRejected(answers, Rejection.Retained);
        Assert.Equal(order["id"], answers[0].OrderId);
    }

    [Fact]
    public void An_empty_retained_message_is_no_order()
    {
        var answers = bench.Receive([], new Arrival(IsRetained: true, IsTooLarge: false));

        Assert.Empty(answers);
    }

    [Fact]
    public void The_same_bytes_again_get_the_same_answer_and_no_effect()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(bench.Order());
        var first = bench.Receive(payload);

        var second = bench.Receive(payload);

        Assert.Equal(first, second);
        Assert.Equal(1, bench.Desk.Count);
    }

    [Fact]
    public void The_same_id_with_other_bytes_is_refused()
    {
        var order = bench.Order();
        bench.Receive(JsonSerializer.SerializeToUtf8Bytes(order));
        order["p_evse_w"] = 5000;

        var answers = bench.Receive(JsonSerializer.SerializeToUtf8Bytes(order));

        ExpectRejected(answers, Rejection.DuplicateIdDiffers);
    }

    [Theory]
    [InlineData(10, Rejection.Replayed)]
    [InlineData(9, Rejection.OutOfOrder)]
    public void A_sequence_number_that_does_not_rise_is_refused(int seq, Rejection expected)
    {
        bench.Receive(("seq", 10));

        var answers = bench.Receive(("seq", seq));

        ExpectRejected(answers, expected);
        Assert.Equal(1, bench.Desk.Count);
    }

    [Fact]
    public void A_flood_of_issuers_is_bounded_and_the_known_ones_go_on()
    {
        for (var i = 0; i < 16; i++) bench.Receive(("issuer", $"vpp-{i}"), ("ttl_s", 1));

        var seventeenth = bench.Receive(("issuer", "vpp-16"));
        bench.RunFor(2.Seconds);
        var known = bench.Receive(("issuer", "vpp-3"));

        ExpectRejected(seventeenth, Rejection.UnknownIssuer);
        Assert.Equal(AnswerStage.Received, known[0].Stage);
    }

    [Fact]
    public void An_issuer_that_the_site_does_not_name_is_refused()
    {
        var named = new OrderBench(issuers: ["utility"]);

        var answers = named.Receive();

        ExpectRejected(answers, Rejection.UnknownIssuer);
    }

    [Fact]
    public void Without_a_known_clock_only_relative_orders_are_taken()
    {
        bench.IsClockKnown = false;

        var absolute = bench.Receive(("ttl_s", null), ("end", bench.UtcIn(1.Hours)));
        var relative = bench.Receive();

        ExpectRejected(absolute, Rejection.ClockUnsynced);
        Assert.Equal(AnswerStage.Received, relative[0].Stage);
        Assert.Null(relative[0].At);
        Assert.Null(relative[0].Applied!.Terms!.End);
    }

    [Fact]
    public void Times_that_cannot_be_are_refused()
    {
        ExpectRejected(bench.Receive(("issued_at", bench.UtcIn(6.Seconds))), Rejection.IssuedInFuture);
        ExpectRejected(
            bench.Receive(("ttl_s", null), ("end", bench.UtcIn(-(1.Seconds)))), Rejection.ExpiredOnArrival);
        ExpectRejected(
            bench.Receive(("issued_at", bench.UtcIn(-(61.Seconds))), ("ttl_s", 60)), Rejection.ExpiredOnArrival);
        ExpectRejected(
            bench.Receive(("ttl_s", null), ("start", bench.UtcIn(25.Hours)), ("end", bench.UtcIn(26.Hours))),
            Rejection.StartTooFar);
    }

    [Fact]
    public void A_ninth_order_finds_the_book_full()
    {
        for (var i = 0; i < Plan.Capacity; i++) bench.Receive();

        var ninth = bench.Receive();

        ExpectRejected(ninth, Rejection.BookFull);
    }

    [Fact]
    public void A_latched_fault_refuses_power_but_not_idle()
    {
        bench.Trip(TripId.EmergencyStop, TripClass.F3);

        var power = bench.Receive();
        var idle = bench.Receive(("kind", "idle"), ("p_evse_w", null));

        ExpectRejected(power, Rejection.FaultLatched);
        Assert.Equal(AnswerStage.Received, idle[0].Stage);
    }

    [Fact]
    public void A_site_commissioned_for_charging_takes_no_discharge_order()
    {
        var chargeOnly = new OrderBench(OrderBench.Site with { EvseDischargeRating = Watts.Zero });

        var answers = chargeOnly.Receive(("p_evse_w", -1000));

        ExpectRejected(answers, Rejection.DischargeNotPermitted);
    }

    [Theory]
    [InlineData(30.0, -4000, Rejection.SocFloor)]
    [InlineData(12.0, -4000, Rejection.SocFloor)]
    [InlineData(90.0, 4000, Rejection.SocCeiling)]
    public void What_the_car_cannot_do_is_refused_when_it_would_start_at_once(double soc, int power, Rejection expected)
    {
        bench.Evse = bench.Evse with { VehicleSoc = new Soc(soc) };

        var now = bench.Receive(("p_evse_w", power));
        var later = bench.Receive(("p_evse_w", power), ("start", bench.UtcIn(10.Minutes)));

        ExpectRejected(now, expected);
        Assert.Equal(AnswerStage.Received, later[0].Stage);
    }

    [Fact]
    public void An_order_has_a_floor_of_its_own()
    {
        var answers = bench.Receive(("p_evse_w", -4000), ("soc_floor_pct", 60));

        ExpectRejected(answers, Rejection.SocFloor);
    }

    [Fact]
    public void Without_a_car_only_power_is_refused()
    {
        bench.Evse = bench.Evse with { Session = EvseSession.Unplugged, IsContactorClosed = false, VehicleSoc = null };

        var power = bench.Receive();
        var band = bench.Receive(("kind", "envelope"), ("p_evse_w", null), ("lower_w", -10), ("upper_w", 10));

        ExpectRejected(power, Rejection.NoVehicle);
        Assert.Equal(AnswerStage.Received, band[0].Stage);
    }

    [Fact]
    public void A_car_whose_state_of_charge_is_not_known_makes_no_order_fail()
    {
        bench.Evse = bench.Evse with { VehicleSoc = null };

        var answers = bench.Receive(("p_evse_w", -4000));

        Assert.Equal(AnswerStage.Received, answers[0].Stage);
    }

    [Fact]
    public void A_cancel_of_another_issuers_order_is_refused()
    {
        var order = bench.Order();
        bench.Receive(JsonSerializer.SerializeToUtf8Bytes(order));

        var answers = bench.Receive(
            ("kind", "cancel"), ("ttl_s", null), ("p_evse_w", null), ("issuer", "other"), ("cancels", order["id"]));

        ExpectRejected(answers, Rejection.UnknownOrder);
        Assert.Equal(1, bench.Desk.Count);
    }

    [Fact]
    public void A_message_that_cannot_be_an_order_leaves_the_sequence_and_the_plan_alone()
    {
        bench.Receive(("seq", 5));
        var plan = bench.Plan;

        bench.Receive(("seq", 6), ("surprise", 1));
        var next = bench.Receive(("seq", 6));

        Assert.Equal(1, plan.Count);
        Assert.Equal(AnswerStage.Received, next[0].Stage);
    }

    private static void ExpectRejected(IReadOnlyList<OrderAnswer> answers, Rejection reason)
    {
        var answer = Assert.Single(answers);
        Assert.Equal((AnswerStage.Rejected, (Rejection?)reason), (answer.Stage, answer.Refused));
    }
}
