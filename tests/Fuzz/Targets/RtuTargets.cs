using System.Buffers.Binary;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Serial;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>
/// Both sides of Modbus RTU on a line in virtual time. What is said on it is written as pieces: a byte with length, CRC
/// and silence (<see cref="SpokenLine"/>), then the bytes; so damage does not end at the CRC.
/// </summary>
public static class RtuTargets
{
    private const byte Unit = 7;

    // The pause that ends a frame is not the least one, so that pieces with pauses between them may belong together.
    private static readonly ModbusRtuOptions options = new(new SerialOptions("nowhere", 9600))
    {
        Timeout = TimeSpan.FromMilliseconds(200), LongestPause = TimeSpan.FromMilliseconds(30),
    };

    public static IEnumerable<FuzzTarget> All =>
    [
        new("modbus-rtu-master", 60_000, MasterSeeds, Master) { Longest = 400 },
        new("modbus-rtu-server", 80_000, ServerSeeds, Server) { Longest = 800 },
    ];

    // Byte 0: requests − 1 (bits 0–1), what is asked (2–3), how much (4–5); the rest: what is said.
    private static bool Master(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return false;
        var line = new SpokenLine(input[1..].ToArray());
        using var master = new ModbusRtuMaster(options, line);
        Span<ushort> values = stackalloc ushort[1 + ((input[0] >> 4) & 3)];
        var wire = options.Serial.Character * (8 + 5 + 2 * values.Length);
        var longest = 2 * (options.Timeout + wire) + options.FrameSilence;
        var isTaken = false;
        for (var n = input[0] & 3; n >= 0; n--)
        {
            var begun = line.Now;
            values.Fill(0xDEAD);
            var result = Ask(master, (input[0] >> 2) & 3, values, line);
            Claim.That(line.Now - begun <= longest, $"a request took {line.Now - begun}");
            Claim.That(result.Status != ModbusStatus.Exception || result.ExceptionCode != 0, "exception without a code");
            isTaken |= result.IsOk;
        }
        return isTaken;
    }

    private static ModbusResult Ask(ModbusRtuMaster master, int what, Span<ushort> values, SpokenLine line)
    {
        var result = what switch
        {
            0 => master.ReadHolding(Unit, 100, values),
            1 => master.ReadInput(Unit, 100, values),
            2 => master.WriteSingle(Unit, 100, 5),
            _ => master.WriteMultiple(Unit, 100, values),
        };
        if (what < 2 && !result.IsOk)
            Claim.That(!values.ContainsAnyExcept((ushort)0xDEAD), "a refused answer left registers behind");
        if (!result.IsOk) return result;
        var said = new byte[260];
        said[0] = Unit;
        var length = what switch
        {
            0 or 1 => Registers(said, (byte)(what + 3), values),
            2 => 1 + ModbusPdu.PutWriteSingle(said.AsSpan(1), 100, 5),
            _ => Math.Min(6, 1 + ModbusPdu.PutWriteMultiple(said.AsSpan(1), 100, values)),
        };
        var isSaid = line.Heard.IndexOf(said.AsSpan(0, Rtu.Seal(said, length))) >= 0;
        Claim.That(isSaid, $"{Convert.ToHexString(said[..(length + 2)])} was not said since it was asked for");
        return result;
    }

    private static int Registers(Span<byte> frame, byte function, ReadOnlySpan<ushort> values)
    {
        (frame[1], frame[2]) = (function, (byte)(2 * values.Length));
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(frame[(3 + 2 * i)..], values[i]);
        return 3 + 2 * values.Length;
    }

    // The whole input: what is said. A pause of any length is the silence that ends a frame.
    private static bool Server(ReadOnlySpan<byte> input)
    {
        var device = new StrictDevice();
        var requests = new RtuRequests();
        Span<byte> answer = stackalloc byte[ModbusPdu.MaxLength];
        for (var rest = new SpokenPieces(input.ToArray()); rest.TryNext(out var pause, out var said);)
        {
            ReadOnlySpan<byte> frame;
            if (pause > 0 && requests.TryEnd(out frame)) Answer(frame, device, answer);
            while (!said.IsEmpty)
            {
                Claim.That(!requests.Free.IsEmpty, "it is jammed");
                var taken = said[..Math.Min(requests.Free.Length, said.Length)];
                said = said[taken.Length..];
                taken.CopyTo(requests.Free);
                requests.Received(taken.Length);
                while (requests.TryNext(out frame)) Answer(frame, device, answer);
            }
        }
        return device.Calls > 0;
    }

    private static void Answer(ReadOnlySpan<byte> frame, StrictDevice device, Span<byte> answer)
    {
        Claim.Within(frame.Length, 2, Rtu.MaxFrame - Rtu.CrcLength, "the request's length");
        var length = ModbusAnswer.To(frame[1..], frame[0], device, answer);
        Claim.Within(length, 2, ModbusPdu.MaxLength, "the answer's length");
        Claim.That((answer[0] & 0x7F) == (frame[1] & 0x7F), "an answer to another function");
    }

    private static IReadOnlyList<byte[]> MasterSeeds() =>
    [
        [0x10, .. Said(0, Unit, 3, 4, 1, 2, 3, 4)],
        [0x04, .. Said(1, Unit, 4, 2, 9, 9)],
        [0x08, .. Said(0, Unit, 6, 0, 100, 0, 5)],
        [0x1C, .. Said(0, Unit, 16, 0, 100, 0, 2)],
        [0x00, .. Said(0, Unit, 0x83, 2)],
        // No answer in time; then the late one, the one to the telling read, and the right one.
        [0x12, .. Said(3, Unit, 3, 4, 7, 7, 7, 7), .. Said(1, Unit, 3, 2, 1, 1), .. Said(2, Unit, 3, 4, 1, 2, 3, 4)],
        [0x12, .. Said(2, Unit, 3, 4, 7, 7, 7, 7), .. Said(2, Unit, 3, 4, 1, 2, 3, 4)],
        [0x01, .. Said(0, 9, 3, 2, 1, 2), .. Said(2, Unit, 3, 2, 1, 2)],
    ];

    private static IReadOnlyList<byte[]> ServerSeeds() =>
    [
        [.. Said(0, Unit, 3, 0, 0, 0, 10), .. Said(0, [Unit, 3, 20, .. new byte[20]]), .. Said(0, Unit, 4, 0, 5, 0, 1)],
        [.. Said(1, Unit, 16, 0, 1, 0, 2, 4, 1, 2, 3, 4), .. Said(1, Unit, 6, 0, 5, 1, 1)],
        [.. Said(0, Unit, 3, 0xFF), .. Said(2, Unit, 3, 0, 0, 0, 125), .. Said(1, Unit, 43, 14, 1, 0)],
        [.. Said(0, 1, 0x83, 2), .. Said(1, Unit, 3, 0x20, 0, 0, 1)],
    ];

    private static byte[] Said(int pause, params byte[] bytes) =>
        [(byte)(pause << 6 | SpokenPieces.Seal | bytes.Length), .. bytes];
}
