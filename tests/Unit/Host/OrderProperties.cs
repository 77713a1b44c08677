using System.Globalization;
using System.Text;
using ChargeScape.Edge.Control;
using ChargeScape.Edge.Host.Northbound;
using ChargeScape.Edge.Host.Northbound.Orders;
using ChargeScape.Edge.Tests.Unit.ControlRules.Properties;
using Xunit.Abstractions;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>Orders: invariants I13 and I14 of the safety brief, §4.5, without the restart, which forgets them.</summary>
public sealed class OrderProperties(ITestOutputHelper output)
{
    private const int MostOrders = 12;

    [Fact, Trait("Kind", "Property")]
    public void I13_What_is_expired_replayed_out_of_order_or_retained_changes_nothing() =>
        Property.Holds(output, Trouble.None, told =>
        {
            var dice = new Dice((ulong)told.Seed);
            var (all, good) = (new OrderBench(), new OrderBench());
            var (sent, taken, lastSeq) = (new List<Sent>(), new HashSet<int>(), 0);
            for (var i = 0; i < 1 + told.Length % MostOrders; i++)
            {
                var index = sent.Count > 0 && dice.Chance(0.3) ? dice.Below(sent.Count) : sent.Count;
                if (index == sent.Count) sent.Add(Order(dice, all, i + 1));
                var (payload, seq, issued, end) = sent[index];
                var arrival = new Arrival(IsRetained: dice.Chance(0.1), IsTooLarge: false);
                var answers = all.Receive(payload, arrival);
                // What was taken before is answered with what became of it.
                if (answers.Any(answer => answer.Stage == AnswerStage.Received) && taken.Add(index))
                {
                    Assert.True(seq > lastSeq, $"{seq} after {lastSeq}");
                    Assert.False(arrival.IsRetained);
                    Assert.True(end > all.Moment.Utc, $"over at {end}, taken at {all.Moment.Utc}");
                    Assert.True(issued <= all.Moment.Utc.AddSeconds(5), $"issued {issued}");
                    lastSeq = seq;
                    good.Receive(payload, arrival);
                }
                var time = TimeSpan.FromMilliseconds(100 * dice.Below(30));
                all.RunFor(time);
                good.RunFor(time);

                Assert.Equal(Entries(good.Plan), Entries(all.Plan));
            }
        });

    [Fact, Trait("Kind", "Property")]
    public void I14_A_wall_clock_that_jumps_moves_nothing_that_was_taken() =>
        Property.Holds(output, Trouble.None, told =>
        {
            var dice = new Dice((ulong)told.Seed);
            var (steady, jumping) = (new OrderBench(), new OrderBench());
            for (var i = 0; i < 1 + told.Length % MostOrders; i++)
            {
                var payload = Order(dice, steady, i + 1).Payload;
                jumping.WallError = TimeSpan.Zero;
                steady.Receive(payload);
                jumping.Receive(payload);
                jumping.WallError = dice.OneOf(
                    TimeSpan.FromHours(1), TimeSpan.FromHours(-1), TimeSpan.FromDays(-3650), TimeSpan.FromDays(3650));
                jumping.IsClockKnown = dice.Chance(0.5);
                var time = TimeSpan.FromMilliseconds(100 * dice.Below(40));
                steady.RunFor(time);
                jumping.RunFor(time);
                jumping.IsClockKnown = true;

                Assert.Equal(Entries(steady.Plan), Entries(jumping.Plan));
            }
        });

    private readonly record struct Sent(byte[] Payload, int Seq, DateTimeOffset Issued, DateTimeOffset End);

    // Half of them as they should be; the rest too old, from the future, or with a number that was taken.
    private static Sent Order(Dice dice, OrderBench bench, int number)
    {
        var now = bench.Moment.Utc;
        var issued = now.AddSeconds(dice.OneOf(0, 0, 0, -200, 200));
        var seq = dice.Chance(0.7) ? number * 10 : dice.Below(100) + 1;
        var kind = dice.Chance(0.9) ? $"\"setpoint\",\"p_evse_w\":{dice.Below(9000) - 4000}" : "\"idle\"";
        var (lasts, hasLength) = (1 + dice.Below(30), dice.Chance(0.5));
        var end = hasLength ? issued.AddSeconds(lasts) : now.AddSeconds(lasts - 8);
        var life = hasLength ? $"\"ttl_s\":{lasts}" : $"\"end\":\"{Utc(end)}\"";
        var id = new Guid(number, 7, (short)dice.Below(30000), [1, 2, 3, 4, 5, 6, 7, 8]);
        var json = $"{{\"v\":1,\"id\":\"{id}\",\"kind\":{kind},\"issuer\":\"any\",\"seq\":{seq},"
            + $"\"issued_at\":\"{Utc(issued)}\",{life}}}";
        return new(Encoding.UTF8.GetBytes(json), seq, issued, end);
    }

    private static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static List<(OrderKind, double, double, TimeSpan, TimeSpan)> Entries(in Plan plan)
    {
        var entries = new List<(OrderKind, double, double, TimeSpan, TimeSpan)>();
        for (var i = 0; i < plan.Count; i++)
        {
            var entry = plan.Entries[i];
            entries.Add((entry.Kind, entry.Lower.Value, entry.Upper.Value, entry.Start, entry.End));
        }
        return entries;
    }
}
