using System.Globalization;
using System.Text.Json;
using ChargeScape.Edge.Hal.Devices.Infy;
using ChargeScape.Edge.Tests.Unit.Chademo;

namespace ChargeScape.Edge.Tests.Unit.Infy;

public class InfyWireTests
{
    [Fact]
    public void Identifiers_of_the_published_V1_13_frames_come_apart_and_together_again()
    {
        var frames = JsonDocument.Parse(File.ReadAllLines(Recording.InfySamples)[0]).RootElement.GetProperty("frames");
        var commands = new List<byte>();

        foreach (var frame in frames.EnumerateArray())
        {
            var raw = uint.Parse(frame[0].GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var id = InfyId.Parse(raw);
            commands.Add(id.Command);

            Assert.Equal(raw, id.Raw);
            Assert.Equal(new InfyId(0, InfyId.SingleModule, id.Command, InfyId.Controller, 0), id);
        }

        Assert.Equal([0x03, 0x04, 0x0C, 0x0A, 0x02, 0x0B, 0x0B], commands);
    }

    [Fact]
    public void A_write_of_400_V_is_the_address_and_the_millivolts_big_endian()
    {
        var id = new InfyId(0, InfyId.SingleModule, InfyId.Write, InfyId.Broadcast, InfyId.Controller);

        var frame = InfyRegister.Frame(id, InfyRegister.SystemVoltage, 400_000);

        Assert.Equal("02A43FF0#1001000000061A80", frame.ToString());
        Assert.True(InfyRegister.TryDecode(frame, out var id2, out var address, out var value));
        Assert.Equal((id, InfyRegister.SystemVoltage, 400_000u), (id2, address, value));
    }

    [Fact]
    public void Every_field_of_an_identifier_survives_the_round_trip()
    {
        var random = new Random(3);
        for (var i = 0; i < 1_000; i++)
        {
            var raw = (uint)random.NextInt64(1u << 29);

            Assert.Equal(raw, InfyId.Parse(raw).Raw);
        }
    }
}
