using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Tests.Unit.Host;

public sealed class CanIdsTests
{
    [Fact]
    public void Every_family_on_a_CAN_bus_says_what_it_has_to_do_with()
    {
        foreach (var family in DeviceCatalog.Families)
            foreach (var use in family.Buses)
                Assert.True(use.Kind != BusKind.Can || use.Ids is not null, $"{family.Name}: {use.Field} has no Ids");
    }

    [Fact]
    public void The_outlet_hears_the_car_only_and_knows_its_own_frames()
    {
        uint[] heard = [0x100, 0x101, 0x102, 0x110, 0x200, 0x201], sent = [0x108, 0x109, 0x118, 0x208, 0x209];
        for (var id = 0u; id <= 0x7FF; id++)
        {
            var frame = new CanFrame(id, []);
            Assert.Equal(heard.Contains(id), ChademoId.Ids.Heard.Any(rule => rule.Fits(frame)));
            Assert.Equal(sent.Contains(id), ChademoId.Ids.Sent.Any(rule => rule.Fits(frame)));
        }
    }

    [Fact]
    public void The_module_hears_answers_to_the_controller_and_everything_that_it_sends_is_the_controllers()
    {
        var answer = new InfyId(0, InfyId.SingleModule, InfyId.Read, InfyId.Controller, 0x01);
        var command = new InfyId(0, InfyId.Group, InfyId.Write, InfyId.Broadcast, InfyId.Controller);

        Assert.Contains(InfyId.Ids.Heard, rule => rule.Fits(new(answer.Raw, [], isExtended: true)));
        Assert.DoesNotContain(InfyId.Ids.Heard, rule => rule.Fits(new(command.Raw, [], isExtended: true)));
        Assert.Contains(InfyId.Ids.Sent, rule => rule.Fits(new(command.Raw, [], isExtended: true)));
        Assert.DoesNotContain(InfyId.Ids.Sent, rule => rule.Fits(new(answer.Raw, [], isExtended: true)));
    }
}
