using System.Text.Json;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Tests.Integration.Modbus;

namespace ChargeScape.Edge.Tests.Integration.SunSpec;

/// <summary>Our driver of a bidirectional inverter with pymodbus as the device, and as somebody else who
/// writes.</summary>
public sealed class PymodbusDerTests
{
    private const string WriteSetpoint = """
        import sys
        from pymodbus.client import ModbusTcpClient
        client = ModbusTcpClient("127.0.0.1", port=int(sys.argv[1]))
        assert client.connect()
        answer = client.write_registers(int(sys.argv[2]), [1, 1, 0, 6000], slave=1)
        print("refused" if answer.isError() else "written")
        """;

    private static readonly SunSpecDerEvseSettings Settings = DerDevices.Bidirectional with
    {
        Period = 100.Milliseconds,
        Write = new(20.Seconds, SecondMaster.Fault, null),
        Service = DerService.None,
    };

    [Fact]
    public void A_setpoint_goes_out_is_confirmed_and_shows_in_the_power()
    {
        var image = Energised();
        using var server = Serve(image, out var port);
        using var bus = Master(port);
        var evse = new SunSpecDerEvse(bus, Settings);

        Drive(evse, new(-4000), reading => Math.Abs(reading.Power.Value + 4000) < 1 && evse.IsHeld);

        string[] expected =
        [
            $"wrote {image.AddressOf(image.Point(704, "WSetEna"))} 1 1 0 4000",
            $"wrote {image.AddressOf(image.Point(704, "WSetRvrtTms"))} 0 20",
            $"wrote {image.AddressOf(image.Point(704, "WSetEnaRvrt"))} 1",
        ];
        var written = new List<string>();
        // The device's answer may be here before the line in which it tells of the write.
        while (expected.Except(written).Any() && server.TryNext(TimeSpan.FromSeconds(10), out var line)) written.Add(line);
        Assert.Empty(expected.Except(written));
    }

    [Fact]
    public void Pymodbus_as_a_second_master_is_noticed_and_our_setpoint_stands_again()
    {
        var image = Energised();
        using var server = new ModbusTcpServer(image);
        using var bus = Master(server.Port);
        var evse = new SunSpecDerEvse(bus, Settings);
        var setpoint = image.Point(704, "WSet");
        Drive(evse, 3.kW, _ => evse.IsHeld && image.Get(setpoint) == -3000);

        var control = image.AddressOf(image.Point(704, "WSetEna"));
        Assert.Equal(["written"], ModbusPeers.Run(
            ModbusPeers.Python, "python3-pymodbus", "-W", "ignore", "-c", WriteSetpoint, $"{server.Port}",
            $"{control}"));

        Assert.Equal(6000, image.Get(setpoint));
        Drive(evse, 3.kW, reading => (reading.Faults & EvseFaults.ForeignControl) != 0);
        Drive(evse, 3.kW, _ => image.Get(setpoint) == -3000);
    }

    private static void Drive(SunSpecDerEvse evse, Watts setpoint, Func<EvseReading, bool> until)
    {
        Reading<EvseReading> reading = default;
        Eventually.Is(() =>
        {
            var now = MonotonicClock.Now;
            evse.Commands.Publish(new(setpoint, Connection.Close, now, 1));
            evse.Read(now);
            evse.Write(now);
            return evse.Readings.TryRead(ref reading) && reading.Within(5.Seconds, now) is { } seen && until(seen);
        }, "the device does as the test expects");
    }

    private static SunSpecImage Energised() => new SunSpecImageBuilder(1)
        .Model(1, ("Mn", "pymodbus"), ("Md", "DER"), ("SN", "p-1"))
        .Model(701, ("W_SF", 0), ("W", 0), ("InvSt", 3), ("ConnSt", 1), ("St", 1), ("Alrm", 0))
        .Model(704, ("WSetEna", 0), ("WSetMod", 1), ("WSet", 0), ("WSet_SF", 0), ("WSetRvrt", 0), ("WSetEnaRvrt", 0),
            ("WSetRvrtTms", 0), ("WSetRvrtRem", 0))
        .Build();

    private static PeerLines Serve(SunSpecImage image, out int port)
    {
        var registers = new ushort[image.Length];
        for (var i = 0; i < registers.Length; i++)
            Assert.Equal(0, image.Read(1, (ushort)(image.BaseAddress + i), registers.AsSpan(i, 1)));
        var file = Path.Combine(Directory.CreateTempSubdirectory("sunspec-").FullName, "image.json");
        File.WriteAllText(file, JsonSerializer.Serialize(
            registers.Select((value, i) => (Address: image.BaseAddress + i, value))
                .ToDictionary(r => $"{r.Address}", r => r.value)));
        return ModbusPeers.Server(
            out port, ModbusPeers.Python, "python3-pymodbus",
            RepositoryRoot.File("tests", "Integration", "SunSpec", "peers", "pymodbus_der.py"), file,
            $"{image.AddressOf(image.Point(704, "WSetEna"))}", $"{image.AddressOf(image.Point(701, "W"))}");
    }

    private static ModbusTcpMaster Master(int port) => new(new("127.0.0.1", port)
    {
        Timeout = 5.Seconds, ConnectTimeout = 5.Seconds,
    });
}
