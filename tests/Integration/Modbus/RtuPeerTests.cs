using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Modbus;

/// <summary>Modbus RTU with programs not written here, over a pair of ttys.</summary>
public sealed class RtuPeerTests(LibmodbusPrograms programs) : IClassFixture<LibmodbusPrograms>, IDisposable
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(20);

    private readonly Cable cable = new();

    public void Dispose() => cable.Dispose();

    [Theory]
    [InlineData("libmodbus")]
    [InlineData("pymodbus")]
    public void Their_server_answers_everything_that_our_master_asks(string who)
    {
        using var server = Serve(who);
        using var master = new ModbusRtuMaster(Options(cable.Ours));
        var holding = new ushort[125];
        var input = new ushort[2];
        ushort[] many = [.. Enumerable.Range(0, 123).Select(i => (ushort)(65535 - i))];
        var back = new ushort[125];

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 3, holding));
        Assert.Equal(ModbusResult.Ok, master.ReadInput(9, 198, input));
        Assert.Equal(ModbusResult.Ok, master.WriteSingle(9, 49, 0xBEEF));
        Assert.Equal(ModbusResult.Ok, master.WriteMultiple(9, 50, many));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 49, back));
        Assert.Equal(new(ModbusStatus.Exception, 2), master.ReadHolding(9, 199, input));
        Assert.Equal(new(ModbusStatus.Exception, 2), master.WriteMultiple(9, 199, [1, 2]));

        Assert.Equal(Enumerable.Range(3, 125).Select(i => (ushort)(i * 257)), holding);
        Assert.Equal([198 * 257, 199 * 257], input);
        Assert.Equal([0xBEEF, .. many, 173 * 257 & 0xFFFF], back);
    }

    // Not libmodbus: its server takes the next request for the answer of the device that did not answer.
    [Fact]
    public void A_unit_that_is_not_there_times_out_and_the_one_that_is_goes_on()
    {
        using var server = Serve("pymodbus");
        using var master = new ModbusRtuMaster(Options(cable.Ours));
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 0, new ushort[1]));
        master.Timeout = TimeSpan.FromMilliseconds(300);
        Assert.Equal(new(ModbusStatus.Timeout), master.ReadHolding(8, 0, new ushort[1]));
        master.Timeout = Ample;
        ushort[] into = [11];

        Assert.Equal(ModbusResult.Ok, master.ReadHolding(9, 7, into));

        Assert.Equal([7 * 257], into);
    }

    [Fact]
    public void Libmodbus_reads_writes_and_understands_our_refusals()
    {
        var device = new RegisterFile();
        var original = device.Registers.ToArray();
        using var server = new ModbusRtuServer(device, Options(cable.Ours), RegisterFile.Unit);

        var said = ModbusPeers.Run(programs.Program("libmodbus_client"), "libmodbus5", cable.Theirs);

        Assert.Equal(RegisterFile.Line("read 125 holding at 3", [125, .. original[3..128]]), said[0]);
        Assert.Equal("write 48879 at 5: 1", said[2]);
        Assert.Equal("write 123 at 50: 123", said[4]);
        Assert.Equal("read 2 holding at 199: Illegal data address", said[6]);
        Assert.Equal(RegisterFile.Line("read 1 holding at 0", [1, original[0]]), said[^1]);
        Assert.All(said[8..11], line => Assert.EndsWith("Illegal function", line));
        Assert.Equal(48879, device.Registers[5]);
    }

    [Fact]
    public void Pymodbus_reads_writes_and_understands_our_refusals()
    {
        var device = new RegisterFile();
        var original = device.Registers.ToArray();
        using var server = new ModbusRtuServer(device, Options(cable.Ours), RegisterFile.Unit);

        var said = ModbusPeers.Run(
            ModbusPeers.Python, "python3-pymodbus", ModbusPeers.Source("pymodbus_client.py"), cable.Theirs);

        Assert.Equal(RegisterFile.Line("read 125 holding at 3", original[3..128]), said[0]);
        Assert.Equal("write 3 at 6: done", said[3]);
        Assert.Equal("read 2 holding at 199: exception 2", said[5]);
        Assert.Equal("read coils: exception 1", said[6]);
        Assert.Equal([1, 2, 3], device.Registers[6..9]);
    }

    [Fact]
    public void Mbpoll_reads_and_writes_our_registers()
    {
        var device = new RegisterFile();
        using var server = new ModbusRtuServer(device, Options(cable.Ours), RegisterFile.Unit);

        var read = Mbpoll(["-r", "10", "-c", "5", "-1", cable.Theirs]);
        var written = Mbpoll(["-r", "20", cable.Theirs, "4660", "22136", "1"]);

        for (var i = 10; i < 15; i++) Assert.Contains($"[{i}]: \t{i * 257}", read);
        Assert.Contains("Written 3 references.", written);
        Assert.Equal([4660, 22136, 1], device.Registers[20..23]);
    }

    private static string[] Mbpoll(string[] arguments) => ModbusPeers.Run(
        "mbpoll", "mbpoll",
        ["-m", "rtu", "-b", "115200", "-P", "none", "-a", "9", "-0", "-t", "4", "-o", "10", .. arguments]);

    // What socat and a loaded machine put between two bytes is no end of a frame.
    private static ModbusRtuOptions Options(string tty) =>
        new(new(tty, 115_200)) { Timeout = Ample, LongestPause = TimeSpan.FromSeconds(1) };

    private PeerLines Serve(string who)
    {
        var server = new PeerLines(who == "libmodbus"
            ? Peer.Start(programs.Program("libmodbus_server"), "libmodbus5", cable.Theirs)
            : Peer.Start(
                ModbusPeers.Python, "python3-pymodbus", ModbusPeers.Source("pymodbus_server.py"), cable.Theirs));
        Assert.Equal("ready", server.Next());
        return server;
    }
}
