using System.Buffers.Binary;
using System.Net;
using ChargeScape.Edge.Host.Bench.Capture;
using ChargeScape.Edge.Host.Bench.Replay;

namespace ChargeScape.Edge.Tests.Unit.Bench;

/// <summary>A capture that is written, read again, and played as the device.</summary>
public sealed class CaptureTests
{
    private static readonly IPEndPoint client = new(IPAddress.Parse("192.0.2.1"), 40_000);
    private static readonly IPEndPoint server = new(IPAddress.Parse("192.168.1.7"), 1502);
    private TimeSpan now;

    [Fact]
    public void What_a_conversation_carries_is_read_from_its_capture_again()
    {
        var recording = Record(
            (0.0, true, Ask(1, 100, 2)), (0.01, false, Answer(1, 7, 8)),
            (1.0, true, Ask(2, 100, 2)), (1.03, false, Answer(2, 9, 8)));

        var exchanges = recording.Exchanges;

        Assert.Equal(2, exchanges.Count);
        Assert.Equal((1.03, 0.03), (exchanges[1].At.TotalSeconds, exchanges[1].Took.TotalSeconds));
        Assert.Equal(new byte[] { 3, 4, 0, 9, 0, 8 }, exchanges[1].Answer);
    }

    [Fact]
    public void Frames_in_pieces_or_together_and_answers_out_of_order_are_paired()
    {
        byte[] both = [.. Ask(1, 100, 1), .. Ask(2, 200, 1)];
        var recording = Record(
            (0, true, both[..5]), (0.001, true, both[5..]), (0.1, false, Answer(2, 22)), (0.2, false, Answer(1, 11)));

        Assert.Equal(
            [(200, 22), (100, 11)],
            recording.Exchanges.Select(exchange => ((int)exchange.Request[2], (int)exchange.Answer[3])));
    }

    [Fact]
    public void The_device_shows_what_it_showed_at_that_time_and_answers_from_the_start()
    {
        var device = Play(
            (0.0, true, Ask(1, 100, 1)), (0.0, false, Answer(1, 7)),
            (10.0, true, Ask(2, 100, 1)), (10.0, false, Answer(2, 9)),
            (20.0, true, Ask(3, 50, 1)), (20.0, false, Answer(3, 5)));

        Assert.Equal((7, 5), (Read(device, 100), Read(device, 50)));
        now = TimeSpan.FromSeconds(9.9);
        Assert.Equal(7, Read(device, 100));
        now = TimeSpan.FromSeconds(10.1);
        Assert.Equal(9, Read(device, 100));
        Assert.Null(Read(device, 101));
        Assert.Equal(1, device.Unknown);
    }

    [Fact]
    public void A_write_is_taken_where_one_was_taken()
    {
        byte[] write = [0, 1, 0, 0, 0, 6, 1, 6, 0, 60, 0, 5];
        var device =
            Play((0.0, true, write), (0.0, false, write), (1.0, true, Ask(2, 100, 1)), (1.0, false, Answer(2, 7)));

        Assert.Equal((0, 2), (device.Write(1, 60, [123]), device.Write(1, 100, [1])));
        Assert.Equal(123, Read(device, 60));
    }

    [Fact]
    public void A_refusal_is_played_as_one()
    {
        byte[] refused = [0, 1, 0, 0, 0, 3, 1, 0x83, 4];
        var device = Play((0.0, true, Ask(1, 100, 1)), (0.0, false, refused));

        Assert.Equal(4, device.Read(1, 100, new ushort[1]));
    }

    [Fact]
    public void A_capture_that_is_cut_anywhere_or_damaged_is_read_as_far_as_it_goes()
    {
        var file = Write(
            (0.0, true, Ask(1, 100, 2)), (0.01, false, Answer(1, 7, 8)), (1, true, Ask(2, 0, 1)),
            (2, false, Answer(2, 1)));
        var dice = new Random(1);

        for (var length = 0; length < file.Length; length++)
            Assert.InRange(ModbusRecording.Read(file.AsMemory(0, length), 0).Exchanges.Count, 0, 2);
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = (byte[])file.Clone();
            for (var j = 0; j < 4; j++) damaged[dice.Next(24, damaged.Length)] = (byte)dice.Next(256);
            Assert.InRange(ModbusRecording.Read(damaged, 0).Exchanges.Count, 0, 4);
        }
    }

    [Fact]
    public void A_pcapng_file_is_read_too()
    {
        var packets = PcapReader.Read(Write((0.0, true, Ask(1, 100, 2)), (0.01, false, Answer(1, 7, 8)))).ToList();
        using var file = new MemoryStream();
        Block(file, 0x0A0D_0D0A, [0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, .. Enumerable.Repeat((byte)0xFF, 8)]);
        Block(file, 1, [101, 0, 0, 0, 0, 0, 0, 0]);
        foreach (var packet in packets)
        {
            var body = new byte[20 + (packet.Bytes.Length + 3 & ~3)];
            var us = packet.At.Ticks / TimeSpan.TicksPerMicrosecond;
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(4), (uint)(us >> 32));
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(8), (uint)us);
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(12), (uint)packet.Bytes.Length);
            packet.Bytes.CopyTo(body.AsMemory(20));
            Block(file, 6, body);
        }

        var exchanges = ModbusRecording.Read(file.ToArray(), 0).Exchanges;

        Assert.Equal(0.01, Assert.Single(exchanges).Took.TotalSeconds);
    }

    private static void Block(Stream file, uint type, byte[] body)
    {
        Span<byte> word = stackalloc byte[4];
        foreach (var (value, isBody) in new[] { (type, false), ((uint)body.Length + 12, true) })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            file.Write(word);
            if (isBody) file.Write(body);
        }
        file.Write(word);
    }

    private static byte[] Ask(byte id, byte start, byte count) => [0, id, 0, 0, 0, 6, 1, 3, 0, start, 0, count];

    private static byte[] Answer(byte id, params byte[] values) =>
    [
        0, id, 0, 0, 0, (byte)(3 + 2 * values.Length), 1, 3, (byte)(2 * values.Length),
        .. values.SelectMany(value => new byte[] { 0, value }),
    ];

    private static byte[] Write(params (double At, bool IsFromClient, byte[] Bytes)[] said)
    {
        using var file = new MemoryStream();
        using var writer = new PcapWriter(file);
        var conversation = new TcpConversation(writer, client, server);
        foreach (var (at, isFromClient, bytes) in said)
            conversation.Carry(TimeSpan.FromSeconds(1_790_000_000) + TimeSpan.FromSeconds(at), isFromClient, bytes);
        return file.ToArray();
    }

    private static ModbusRecording Record(params (double At, bool IsFromClient, byte[] Bytes)[] said) =>
        ModbusRecording.Read(Write(said), 0);

    private ReplayedModbus Play(params (double At, bool IsFromClient, byte[] Bytes)[] said) =>
        new(Record(said).Exchanges, 1, () => now, _ => { });

    private static int? Read(ReplayedModbus device, ushort address)
    {
        var values = new ushort[1];
        return device.Read(1, address, values) == 0 ? values[0] : null;
    }
}
