using System.Text.Json;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Northbound.Orders;

namespace ChargeScape.Edge.Tests.Unit.Host;

/// <summary>Bytes from outside, damaged in ways that nobody thought of. Seeded, so that a failure can be
/// repeated.</summary>
public sealed class HostileInputTests
{
    [Fact]
    public void Whatever_the_bytes_of_an_order_are_it_is_answered_and_the_desk_stays_within_bounds()
    {
        var bench = new OrderBench();
        var random = new Random(20260714);

        for (var i = 0; i < 20_000; i++)
        {
            var payload = JsonSerializer.SerializeToUtf8Bytes(i % 2 == 0
                ? bench.Order()
                : bench.Order(("kind", "envelope"), ("p_evse_w", null), ("lower_w", -5), ("upper_w", 5)));

            var answers = bench.Receive(Damaged(payload, random));

            Assert.NotEmpty(answers);
            foreach (var answer in answers)
                Assert.StartsWith("{\"v\":1,", OrderBench.Text(answer), StringComparison.Ordinal);
        }
        Assert.InRange(bench.Desk.Count, 0, Control.Plan.Capacity);
    }

    [Fact]
    public void Whatever_the_bytes_of_a_site_file_are_it_is_a_site_or_a_list_of_errors()
    {
        var demo = File.ReadAllBytes(SiteText.Shipped[0]);
        var random = new Random(20260715);

        for (var i = 0; i < 2_000; i++)
        {
            var read = SiteFile.Parse(Damaged(demo, random), "site.json", []);

            Assert.NotEqual(read.Site is null, read.Errors.Count == 0);
        }
    }

    private static byte[] Damaged(byte[] good, Random random)
    {
        var bytes = good.ToList();
        for (var n = random.Next(1, 5); n > 0 && bytes.Count > 0; n--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(1, 20))); break;
                case 3: bytes.InsertRange(
                    at, bytes.GetRange(at, Math.Min(bytes.Count - at, random.Next(1, 40)))); break;
                default: bytes[at] = "{}[]\",:-0123456789eE.\\"u8[random.Next(22)]; break;
            }
        }
        return [.. bytes];
    }
}
