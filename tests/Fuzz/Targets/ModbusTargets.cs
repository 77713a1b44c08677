using System.Buffers.Binary;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>Both sides of Modbus TCP, and numbers in registers.</summary>
public static class ModbusTargets
{
    private static readonly Encoding[] encodings = Enum.GetValues<Encoding>();

    public static IEnumerable<FuzzTarget> All =>
    [
        new("modbus-answer", 120_000, AnswerSeeds, Answer) { Longest = 260 },
        new("modbus-tcp-replies", 80_000, ReplySeeds, Replies) { Longest = 600 },
        new("modbus-tcp-requests", 60_000, RequestSeeds, Requests) { Longest = 1200, LeastPerMille = (100, 5) },
        new("modbus-field", 150_000, () => [], Field) { Longest = 20, LeastPerMille = (20, 1) },
    ];

    // Byte 0: function, byte 1: registers asked for, the rest: the answer.
    private static bool Answer(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2) return false;
        Span<byte> request = stackalloc byte[253];
        var count = 1 + input[1] % 60;
        Span<ushort> values = stackalloc ushort[60];
        values.Clear();
        var length = (input[0] & 3) switch
        {
            0 => ModbusPdu.PutRead(request, 3, 100, count),
            1 => ModbusPdu.PutRead(request, 4, 100, count),
            2 => ModbusPdu.PutWriteSingle(request, 100, input[1]),
            _ => ModbusPdu.PutWriteMultiple(request, 100, values[..count]),
        };
        var into = values[..((input[0] & 3) < 2 ? count : 0)];
        into.Fill(0xDEAD);
        var reply = input[2..];

        var result = ModbusPdu.Check(request[..length], reply, into);

        if (!result.IsOk) Claim.That(!into.ContainsAnyExcept((ushort)0xDEAD), "a refused answer left registers behind");
        for (var i = 0; result.IsOk && i < into.Length; i++)
            Claim.That(into[i] == BinaryPrimitives.ReadUInt16BigEndian(reply[(2 + 2 * i)..]), $"register {i} is wrong");
        Claim.That(result.Status != ModbusStatus.Exception || result.ExceptionCode != 0, "exception without a code");
        return result.IsOk;
    }

    // Byte 0: requests sent before, byte 1: length of the answer, byte 2: size of the pieces, the rest: the stream.
    private static bool Replies(ReadOnlySpan<byte> input)
    {
        if (input.Length < 3) return false;
        var replies = new MbapReplies();
        for (var n = input[0] & 3; n >= 0; n--) replies.Begin(2 + input[1]);
        var (piece, found) = (1 + input[2] % 64, false);
        for (var rest = input[3..]; !rest.IsEmpty;)
        {
            var taken = rest[..Math.Min(piece, rest.Length)];
            rest = rest[taken.Length..];
            Claim.That(replies.Free.Length >= Mbap.MaxFrame, "no room for a frame");
            taken.CopyTo(replies.Free);
            replies.Received(taken.Length);
            ReplyStep step;
            do
            {
                step = replies.Next(out var frame);
                found |= step == ReplyStep.Found;
                var fits = step == ReplyStep.Found ? frame.Length is >= 3 and <= 254 : frame.IsEmpty;
                Claim.That(fits, "frame of a wrong size");
            }
            while (step is ReplyStep.Found or ReplyStep.Late);
            if (step == ReplyStep.Broken) return found;
        }
        return found;
    }

    // Byte 0: size of the pieces, the rest: the stream.
    private static bool Requests(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return false;
        var device = new StrictDevice();
        var requests = new MbapRequests(device);
        var piece = 1 + input[0];
        for (var rest = input[1..]; !rest.IsEmpty;)
        {
            var taken = rest[..Math.Min(piece, rest.Length)];
            rest = rest[taken.Length..];
            Claim.That(requests.Free.Length >= Mbap.MaxFrame, "no room for a frame");
            taken.CopyTo(requests.Free);
            requests.Received(taken.Length);
            RequestStep step;
            do
            {
                step = requests.Serve(isSilent: false);
                Claim.That(requests.Answers.Length <= 8 * Mbap.MaxFrame, "more answers than there is room for");
                requests.Sent();
            }
            while (step == RequestStep.Full);
            if (step == RequestStep.Broken) break;
        }
        return device.Calls > 0;
    }

    // Byte 0: encoding, byte 1: word order and sign, bytes 2–3: scale, the rest: registers.
    private static bool Field(ReadOnlySpan<byte> input)
    {
        if (input.Length < 12) return false;
        var scale = (1 + BinaryPrimitives.ReadUInt16BigEndian(input[2..])) * Math.Pow(10, -(input[1] >> 4));
        var field = new Field(
            7, encodings[input[0] % encodings.Length], scale, null, (Sign)(input[1] & 1),
            (WordOrder)((input[1] >> 1) & 1));
        Span<ushort> registers = stackalloc ushort[4], again = stackalloc ushort[4];
        for (var i = 0; i < 4; i++) registers[i] = BinaryPrimitives.ReadUInt16BigEndian(input[(4 + 2 * i)..]);

        if (field.Decode(registers, 7) is not { } value) return false;

        Claim.Within(value, -double.MaxValue, double.MaxValue, "the value");
        // Beyond 2⁵³ counts a double is not exact, and at the very ends a scaled value may round out of the type.
        if (Math.Abs(value / scale) > 1e15) return true;
        Claim.That(field.TryEncode(value, again, 7), $"{value:R} does not go back");
        var back = field.Decode(again, 7);
        Claim.That(back is not null && Math.Abs(back.Value - value) <= scale, $"{value:R} came back as {back:R}");
        return true;
    }

    private static IReadOnlyList<byte[]> AnswerSeeds() =>
    [
        [0, 1, 3, 4, 0x12, 0x34, 0x56, 0x78],
        [1, 0, 4, 2, 0xFF, 0xFE],
        [0, 59, 3, 120, .. new byte[120]],
        [2, 7, 6, 0, 100, 0, 7],
        [3, 1, 16, 0, 100, 0, 2],
        [0, 1, 0x83, 2],
        [3, 1, 0x90, 4],
    ];

    private static IReadOnlyList<byte[]> ReplySeeds() =>
    [
        [0, 4, 63, .. Frame(1, 1, 3, 4, 1, 2, 3, 4)],
        [1, 4, 7, .. Frame(1, 1, 3, 4, 9, 9, 9, 9), .. Frame(2, 1, 3, 4, 1, 2, 3, 4)],
        [2, 3, 1, .. Frame(2, 1, 6, 0, 1, 0, 2), .. Frame(3, 1, 6, 0, 1, 0, 2)],
        [0, 4, 20, .. Frame(1, 1, 0x83, 2)],
        [0, 250, 63, .. Frame(1, [1, 3, 250, .. new byte[250]])],
    ];

    private static IReadOnlyList<byte[]> RequestSeeds() =>
    [
        [255, .. Frame(1, 1, 3, 0, 0, 0, 10)],
        [3, .. Frame(1, 1, 4, 0, 5, 0, 1), .. Frame(2, 1, 6, 0, 5, 1, 1)],
        [100, .. Frame(1, 1, 16, 0, 1, 0, 2, 4, 1, 2, 3, 4)],
        [40, .. Enumerable.Range(0, 12).SelectMany(i => Frame((ushort)i, 1, 3, 0, 0, 0, 125))],
    ];

    private static byte[] Frame(ushort transaction, params byte[] unitAndPdu) =>
        [(byte)(transaction >> 8), (byte)transaction, 0, 0, 0, (byte)unitAndPdu.Length, .. unitAndPdu];
}
