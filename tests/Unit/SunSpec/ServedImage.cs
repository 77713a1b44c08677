using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>A register image behind our Modbus TCP server, and a master that is connected to it.</summary>
internal sealed class ServedImage : IDisposable
{
    private readonly ModbusTcpServer server;

    public ServedImage(params (int Address, ushort[] Registers)[] blocks) : this(Image(blocks))
    {
    }

    public ServedImage(IModbusDevice device)
    {
        server = new(device);
        Bus = new(new("127.0.0.1", server.Port) { Timeout = TimeSpan.FromMilliseconds(200) });
    }

    public ModbusTcpMaster Bus { get; }

    /// <summary>It holds these registers and refuses every other one.</summary>
    public static RecordedImage Image(params (int Address, ushort[] Registers)[] blocks)
    {
        var registers = blocks.SelectMany(b => b.Registers.Select((value, i) => (Address: b.Address + i, value)))
            .ToDictionary(r => $"{r.Address}", r => r.value);
        Assert.True(RecordedImage.TryParse(JsonSerializer.Serialize(registers), out var image, out var error), error);
        return image;
    }

    /// <summary>A model with nothing in it.</summary>
    public static ushort[] Model(ushort id, int length) => [id, (ushort)length, .. new ushort[length]];

    /// <summary>A model as the builder fills it, header and all.</summary>
    public static ushort[] Model(ushort id, params (string Name, PointSetting Value)[] values)
    {
        var image = new SunSpecImageBuilder(1).Model(id, values).Build();
        var registers = new ushort[image.Models[0].Length + 2];
        Assert.Equal(0, image.Read(1, image.Models[0].Address, registers));
        return registers;
    }

    public void Dispose()
    {
        Bus.Dispose();
        server.Dispose();
    }
}
