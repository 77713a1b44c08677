using System.Buffers.Binary;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Unit.SunSpec;

/// <summary>
/// The answers that pysunspec2's own tests feed to its client (Apache-2.0), as byte streams of Modbus TCP and RTU.
/// Where a stream answers that client's discovery, the image behind it is put together again and walked by ours.
/// </summary>
public sealed class PySunSpecStreamsTests
{
    private const int Streams = 39;
    private static readonly byte[] Marker = "SunS"u8.ToArray();

    private static IEnumerable<(string Name, byte[] Bytes)> All() =>
        File.ReadLines(RepositoryRoot.File(
                "tests", "data", "sunspec-devices", "pysunspec2", "modbus_client_test_buffers.txt"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .Select(parts => ($"{parts[0]} {parts[1]}", Convert.FromHexString(parts[2])));

    [Fact]
    public void Every_stream_that_answers_a_discovery_walks_and_decodes()
    {
        var walked = 0;
        var streams = 0;
        foreach (var (name, bytes) in All())
        {
            streams++;
            if (Discovery(bytes) is not { } registers) continue;
            walked++;
            using var bus = new InMemoryModbus(ServedImage.Image((40000, registers)));

            var scan = SunSpecScan.Run(bus, 1);
            var common = SunSpecInstance.Read(bus, 1, scan.Models[0]);

            Assert.Equal((name, ChainEnd.EndModel), (name, scan.End));
            Assert.Equal((name, "SunSpecTest"), (name, common["Mn"].Text));
            Assert.StartsWith("TestDevice-", common["Md"].Text, StringComparison.Ordinal);
            Assert.Equal("sn-123456789", common["SN"].Text);
            Assert.All(scan.Models.Skip(1), model => Assert.Equal((126, 64), (model.Model, (int)model.Length)));
        }

        Assert.Equal(Streams, streams);
        Assert.Equal(22, walked);
    }

    /// <summary>
    /// The registers that a stream answers that client with: marker and first ID, then for each model its L, the whole
    /// model, and the next ID. Null when it is no discovery or breaks off.
    /// </summary>
    private static ushort[]? Discovery(byte[] stream)
    {
        if (Answers(stream) is not { Count: > 2 } answers || !answers[0].AsSpan().StartsWith(Marker)) return null;
        var registers = new List<ushort> { SunSpecScan.Marker0, SunSpecScan.Marker1 };
        for (var i = 1; i + 2 < answers.Count; i += 3)
        {
            registers.AddRange(Registers(answers[i + 1]));
            if (answers[i + 1].Length != 2 * (Registers(answers[i])[0] + 2)) return null;
            if (Registers(answers[i + 2]) is not [0xFFFF]) continue;
            registers.Add(SunSpecScan.EndId);
            return [.. registers];
        }
        return null;
    }

    private static ushort[] Registers(byte[] data) =>
        [.. Enumerable.Range(0, data.Length / 2).Select(i => BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(2 * i)))];

    /// <summary>Data of each answer to function 3, by the framing that fits.</summary>
    private static List<byte[]>? Answers(byte[] stream) => OverTcp(stream) ?? OverRtu(stream);

    private static List<byte[]>? OverTcp(byte[] stream)
    {
        var answers = new List<byte[]>();
        for (var at = 0; at < stream.Length;)
        {
            var length = stream.Length - at < Mbap.PrefixLength ? 0 : Mbap.FrameLength(stream.AsSpan(at), 2);
            if (length == 0 || at + length > stream.Length) return null;
            var pdu = stream.AsSpan(at + Mbap.HeaderLength, length - Mbap.HeaderLength);
            if (pdu[0] != 3 || pdu[1] != pdu.Length - 2) return null;
            answers.Add(pdu[2..].ToArray());
            at += length;
        }
        return answers;
    }

    private static List<byte[]>? OverRtu(byte[] stream)
    {
        var answers = new List<byte[]>();
        for (var at = 0; at < stream.Length;)
        {
            if (stream.Length - at < 5 || stream[at + 1] != 3 || stream.Length - at < stream[at + 2] + 5) return null;
            var frame = stream.AsSpan(at, stream[at + 2] + 5);
            if (BinaryPrimitives.ReadUInt16LittleEndian(frame[^2..]) != Crc(frame[..^2])) return null;
            answers.Add(frame[3..^2].ToArray());
            at += frame.Length;
        }
        return answers;
    }

    private static ushort Crc(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0xFFFF;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (ushort)((crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1);
        }
        return crc;
    }
}
