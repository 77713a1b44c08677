using System.Text;
using ChargeScape.Edge.Hal.Mqtt;

namespace ChargeScape.Edge.Tests.Unit.Mqtt;

public class TopicCacheTests
{
    [Fact]
    public void A_topic_seen_again_is_the_same_string()
    {
        var cache = new TopicCache();

        var first = cache.Text("site/ä/cmd"u8);

        Assert.Equal("site/ä/cmd", first);
        Assert.Same(first, cache.Text("site/ä/cmd"u8));
    }

    [Fact]
    public void Topics_that_share_a_place_are_not_confused()
    {
        var cache = new TopicCache();

        for (var round = 0; round < 2; round++)
            for (var i = 0; i < 1000; i++)
                Assert.Equal($"t/{i}", cache.Text(Encoding.UTF8.GetBytes($"t/{i}")));
    }
}
