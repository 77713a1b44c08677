using System.Globalization;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Modbus;

/// <summary>Clients not written here against our server; what they print is their own reading of our bytes.</summary>
public sealed class ForeignClientTests(LibmodbusPrograms programs) : IClassFixture<LibmodbusPrograms>, IDisposable
{
    private const string IllegalFunction = "Illegal function";
    private const string IllegalAddress = "Illegal data address";

    private readonly RegisterFile device = new();
    private ModbusTcpServer? server;

    private int Port => (server ??= new(device)).Port;

    [Fact]
    public void Libmodbus_reads_writes_and_understands_our_refusals()
    {
        var original = device.Registers.ToArray();

        var said = ModbusPeers.Run(programs.Program("libmodbus_client"), "libmodbus5", $"{Port}");

        Assert.Equal(
        [
            RegisterFile.Line("read 125 holding at 3", [125, .. original[3..128]]),
            RegisterFile.Line("read 2 input at 198", [2, .. original[198..200]]),
            "write 48879 at 5: 1",
            RegisterFile.Line("read 3 holding at 4", [3, original[4], 48879, original[6]]),
            "write 123 at 50: 123",
            RegisterFile.Line("read 125 holding at 49", [125, .. device.Registers[49..174]]),
            $"read 2 holding at 199: {IllegalAddress}",
            $"write 1 at 200: {IllegalAddress}",
            $"read coils: {IllegalFunction}",
            $"write and read: {IllegalFunction}",
            $"mask: {IllegalFunction}",
            RegisterFile.Line("read 1 holding at 0", [1, original[0]]),
        ], said);
        Assert.Equal(48879, device.Registers[5]);
        Assert.Equal(Enumerable.Range(0, 123).Select(i => (ushort)(65535 - i)), device.Registers[50..173]);
        Assert.Equal(original[173..], device.Registers[173..]);
    }

    [Fact]
    public void Pymodbus_reads_writes_and_understands_our_refusals()
    {
        var original = device.Registers.ToArray();

        var said = Pymodbus();

        Assert.Equal(
        [
            RegisterFile.Line("read 125 holding at 3", original[3..128]),
            RegisterFile.Line("read 2 input at 198", original[198..200]),
            "write 48879 at 5: done",
            "write 3 at 6: done",
            RegisterFile.Line("read 5 holding at 4", [original[4], 48879, 1, 2, 3]),
            "read 2 holding at 199: exception 2",
            "read coils: exception 1",
            "write 19 at 100: done",
            "write 19 at 120: done",
        ], said);
    }

    [Theory]
    [InlineData(100, WordOrder.HighFirst)]
    [InlineData(120, WordOrder.LowFirst)]
    public void Wide_numbers_that_pymodbus_wrote_decode_to_what_it_meant(int start, WordOrder order)
    {
        Pymodbus();

        double? At(int offset, Encoding encoding) =>
            new Field((ushort)(start + offset), encoding, WordOrder: order).Decode(device.Registers, 0);
        Assert.Equal(-1234, At(0, Encoding.S16));
        Assert.Equal(3_000_000_000, At(1, Encoding.U32));
        Assert.Equal(-123_456_789, At(3, Encoding.S32));
        Assert.Equal(Math.Pow(2, 52), At(5, Encoding.U64));
        Assert.Equal(-Math.Pow(2, 50) - 7, At(9, Encoding.S64));
        Assert.Equal(-12.625, At(13, Encoding.F32));
        Assert.Equal(1e-9, At(15, Encoding.F64));
    }

    [Fact]
    public void Mbpoll_reads_our_registers()
    {
        var said = Mbpoll("-t", "4", "-r", "10", "-c", "5", "-1");

        for (var i = 10; i < 15; i++) Assert.Contains($"[{i}]: \t{i * 257}", said);
    }

    [Fact]
    public void Mbpoll_writes_our_registers()
    {
        var said = Mbpoll("-t", "4", "-r", "20", "--", "4660", "22136", "1");

        Assert.Contains("Written 3 references.", said);
        Assert.Equal([19 * 257, 4660, 22136, 1, 23 * 257], device.Registers[19..24]);
    }

    [Fact]
    public void Numbers_that_we_encode_are_read_by_mbpoll()
    {
        new Field(30, Encoding.S32).TryEncode(-123456789, device.Registers, 0);
        new Field(32, Encoding.F32).TryEncode(-12.625, device.Registers, 0);
        new Field(34, Encoding.S32, WordOrder: WordOrder.LowFirst).TryEncode(-123456789, device.Registers, 0);

        Assert.Contains("[30]: \t-123456789", Mbpoll("-t", "4:int", "-B", "-r", "30", "-1"));
        Assert.Contains("[32]: \t-12.625", Mbpoll("-t", "4:float", "-B", "-r", "32", "-1"));
        Assert.Contains("[34]: \t-123456789", Mbpoll("-t", "4:int", "-r", "34", "-1"));
    }

    public void Dispose() => server?.Dispose();

    private string[] Pymodbus() => ModbusPeers.Run(
        ModbusPeers.Python, "python3-pymodbus", ModbusPeers.Source("pymodbus_client.py"),
        Port.ToString(CultureInfo.InvariantCulture));

    private string[] Mbpoll(params string[] arguments)
    {
        // The host comes before "--", which ends the options and is followed by what is to be written.
        var options = arguments.TakeWhile(a => a != "--");
        var values = arguments.SkipWhile(a => a != "--").Skip(1);
        return ModbusPeers.Run("mbpoll", "mbpoll",
            ["-m", "tcp", "-a", "9", "-0", "-o", "10", "-p", $"{Port}", .. options, "127.0.0.1", .. values]);
    }
}
