using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.Modbus;

/// <summary>The examples of MODBUS Application Protocol V1.1b3 §6, and every way an answer can be wrong.</summary>
public sealed class ModbusPduTests
{
    private static readonly byte[] ReadTwo = [3, 0x00, 0x6B, 0x00, 0x02];
    private static readonly byte[] WriteOne = [6, 0x00, 0x01, 0x00, 0x03];
    private static readonly byte[] WriteTwo = [16, 0x00, 0x01, 0x00, 0x02, 0x04, 0x00, 0x0A, 0x01, 0x02];

    [Fact]
    public void Requests_are_those_of_the_specification()
    {
        var pdu = new byte[253];

        Assert.Equal([3, 0x00, 0x6B, 0x00, 0x03], pdu[..ModbusPdu.PutRead(pdu, 3, 107, 3)]);
        Assert.Equal([4, 0x00, 0x08, 0x00, 0x01], pdu[..ModbusPdu.PutRead(pdu, 4, 8, 1)]);
        Assert.Equal(WriteOne, pdu[..ModbusPdu.PutWriteSingle(pdu, 1, 3)]);
        Assert.Equal(WriteTwo, pdu[..ModbusPdu.PutWriteMultiple(pdu, 1, [0x000A, 0x0102])]);
    }

    [Fact]
    public void Right_answers_are_taken()
    {
        var into = new ushort[2];

        Assert.Equal(ModbusResult.Ok, ModbusPdu.Check(ReadTwo, [3, 4, 0x02, 0x2B, 0x00, 0x64], into));
        Assert.Equal([0x022B, 0x0064], into);
        Assert.Equal(ModbusResult.Ok, ModbusPdu.Check(WriteOne, WriteOne, default));
        Assert.Equal(ModbusResult.Ok, ModbusPdu.Check(WriteTwo, WriteTwo.AsSpan(0, 5), default));
        Assert.Equal(new(ModbusStatus.Exception, 2), ModbusPdu.Check(ReadTwo, [0x83, 2], into));
    }

    [Theory]
    [InlineData("03", "too short")]
    [InlineData("04 04 022B 0064", "another function")]
    [InlineData("84 02", "an exception of another function")]
    [InlineData("83 00", "exception code 0")]
    [InlineData("83 02 00", "a long exception")]
    [InlineData("83", "a short exception")]
    [InlineData("03 02 022B", "fewer registers than asked for")]
    [InlineData("03 06 022B 0064 0001", "more registers than asked for")]
    [InlineData("03 04 022B 00", "byte count beyond the frame")]
    [InlineData("03 04 022B 0064 00", "frame beyond the byte count")]
    [InlineData("03 02 022B 0064", "byte count too small for the frame")]
    [InlineData("03 05 022B 0064 00", "odd byte count")]
    public void A_wrong_answer_to_a_read_is_bad_and_changes_nothing(string hex, string why)
    {
        var into = new ushort[] { 11, 22 };

        Assert.True(ModbusPdu.Check(ReadTwo, Bytes(hex), into).Status == ModbusStatus.BadReply, why);

        Assert.Equal([11, 22], into);
    }

    [Theory]
    [InlineData("06 0002 0003", "another address")]
    [InlineData("06 0001 0004", "another value")]
    [InlineData("06 0001 00", "short echo")]
    [InlineData("06 0001 0003 00", "long echo")]
    [InlineData("10 0001 0003", "another function")]
    public void A_wrong_echo_of_a_single_write_is_bad(string hex, string why) =>
        Assert.True(ModbusPdu.Check(WriteOne, Bytes(hex), default).Status == ModbusStatus.BadReply, why);

    [Theory]
    [InlineData("10 0002 0002", "another address")]
    [InlineData("10 0001 0001", "another count")]
    [InlineData("10 0001 00", "short echo")]
    [InlineData("10 0001 0002 04", "long echo")]
    [InlineData("06 0001 0002", "another function")]
    public void A_wrong_echo_of_a_multiple_write_is_bad(string hex, string why) =>
        Assert.True(ModbusPdu.Check(WriteTwo, Bytes(hex), default).Status == ModbusStatus.BadReply, why);

    [Theory]
    [InlineData("03 0000 0001", "03 02 0000")]
    [InlineData("04 0001 0002", "04 04 0101 0202")]
    [InlineData("06 0002 1234", "06 0002 1234")]
    [InlineData("10 0001 0002 04 000A 0102", "10 0001 0002")]
    [InlineData("01 0000 0001", "81 01")]
    [InlineData("2B 0E 01 00", "AB 01")]
    [InlineData("83 0000 0001", "83 01")]
    [InlineData("03 0000 0000", "83 03")]
    [InlineData("03 0000 007E", "83 03")]
    [InlineData("03 0000", "83 03")]
    [InlineData("03", "83 03")]
    [InlineData("03 0000 0001 00", "83 03")]
    [InlineData("03 FFFF 0002", "83 02")]
    [InlineData("03 0005 0001", "83 02")]
    [InlineData("06 0002 12", "86 03")]
    [InlineData("06 0002 1234 00", "86 03")]
    [InlineData("06 0005 1234", "86 02")]
    [InlineData("10 0001 0000 00", "90 03")]
    [InlineData("10 0001 0002 04 000A 01", "90 03")]
    [InlineData("10 0001 0002 04 000A 0102 00", "90 03")]
    [InlineData("10 0001 0002 02 000A 0102", "90 03")]
    [InlineData("10 0001 0002 02 000A", "90 03")]
    [InlineData("10 0001 00", "90 03")]
    [InlineData("10 FFFF 0002 04 000A 0102", "90 02")]
    [InlineData("10 0004 0002 04 000A 0102", "90 02")]
    public void A_server_answers_by_the_book(string request, string answer)
    {
        var reply = new byte[253];

        var length = ModbusAnswer.To(Bytes(request), 1, new RegisterFile(5), reply);

        Assert.Equal(Bytes(answer), reply[..length]);
    }

    [Fact]
    public void A_server_takes_123_registers_and_not_124()
    {
        var reply = new byte[253];
        byte[] Write(int count) => [16, 0, 0, 0, (byte)count, (byte)(2 * count), .. new byte[2 * count]];

        Assert.Equal(5, ModbusAnswer.To(Write(123), 1, new RegisterFile(200), reply));
        Assert.Equal(2, ModbusAnswer.To(Write(124), 1, new RegisterFile(200), reply));
    }

    [Fact]
    public void A_server_gives_125_registers_and_not_126()
    {
        var reply = new byte[253];

        Assert.Equal(252, ModbusAnswer.To([3, 0, 0, 0, 125], 1, new RegisterFile(200), reply));
        Assert.Equal(2, ModbusAnswer.To([3, 0, 0, 0, 126], 1, new RegisterFile(200), reply));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
