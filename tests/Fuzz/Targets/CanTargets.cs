using System.Buffers.Binary;
using System.Text;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Devices.Infy;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>CAN as text and as log, and what CHAdeMO and the power module make of frames.</summary>
public static class CanTargets
{
    private static readonly uint[] chademoIds =
        [0x100, 0x101, 0x102, 0x110, 0x200, 0x201, 0x108, 0x109, 0x118, 0x208, 0x209, 0x0FF];

    public static IEnumerable<FuzzTarget> All =>
    [
        new("chademo-frames", 60_000, ChademoSeeds, ChademoFrames) { Longest = 120 },
        new("infy-frames", 150_000, InfySeeds, InfyFrames) { Longest = 160 },
        new("slcan-text", 150_000, SlcanSeeds, Slcan) { Longest = 120, Tokens = [[(byte)'\r'], [(byte)'t'], [7]] },
        new("candump-log", 60_000, CandumpSeeds, Candump) { Longest = 700 },
    ];

    // Frames of 9 bytes: which identifier, and the data.
    private static bool ChademoFrames(ReadOnlySpan<byte> input)
    {
        var observer = new ChademoObserver();
        var isTaken = false;
        for (var at = 0; at + 9 <= input.Length; at += 9)
        {
            var frame = new CanFrame(chademoIds[input[at] % chademoIds.Length], input.Slice(at + 1, 8));
            isTaken |= IsInRange(frame);
            observer.Take(frame, TimeSpan.FromMilliseconds(10 * at));
            var seen = observer.Seen;
            if (seen.Soc is { } soc) Claim.Within(soc.Percent, 0, 100, "Soc");
            Claim.Within(seen.Requested.Value, 0, 65535, "Requested");
            Claim.Within(seen.Available.Value, 0, 255, "Available");
            Claim.Within(seen.DischargeAllowed.Value, 0, 255, "DischargeAllowed");
            Claim.Within(seen.DischargeAvailable.Value, 0, 255, "DischargeAvailable");
            Claim.Within(observer.Current.Value, -255, 255, "Current");
            Claim.Within(observer.Voltage.Value, 0, 65535, "Voltage");
        }
        return isTaken;
    }

    // Every decoder sees every frame; what one takes is within its field, and goes back into the same bytes.
    private static bool IsInRange(in CanFrame frame)
    {
        var before = frame;
        var taken = 0;
        if (CarLimits.TryDecode(frame, out var limits))
        {
            taken++;
            Claim.Within(limits.MaxVoltage.Value, 0, 65535, "100 MaxVoltage");
            Same(limits, CarLimits.TryDecode(limits.Encode(), out var again), again);
        }
        if (CarCapacity.TryDecode(frame, out var capacity))
        {
            taken++;
            Claim.Within(capacity.MaxTime.TotalMinutes, 0, 255, "101 MaxTime");
            Same(capacity, CarCapacity.TryDecode(capacity.Encode(), out var again), again);
        }
        if (CarRequest.TryDecode(frame, out var request))
        {
            taken++;
            Claim.Within(request.RequestedCurrent.Value, 0, 255, "102 RequestedCurrent");
            Same(request, CarRequest.TryDecode(request.Encode(), out var again), again);
        }
        if (CarExtended.TryDecode(frame, out var extended))
        {
            taken++;
            Claim.Within(extended.RequestedCurrent.Value, 0, 65535, "110 RequestedCurrent");
        }
        if (CarDischarge.TryDecode(frame, out var discharge))
        {
            taken++;
            Claim.Within(discharge.MaxCurrent.Value, 0, 255, "200 MaxCurrent");
            Same(discharge, CarDischarge.TryDecode(discharge.Encode(), out var again), again);
        }
        if (CarDischargeTimes.TryDecode(frame, out var times))
        {
            taken++;
            Same(times, CarDischargeTimes.TryDecode(times.Encode(), out var again), again);
        }
        if (ChargerLimits.TryDecode(frame, out var charger))
        {
            taken++;
            Same(charger, ChargerLimits.TryDecode(charger.Encode(), out var again), again);
        }
        if (ChargerStatus.TryDecode(frame, out var status))
        {
            taken++;
            Claim.Within(status.Voltage.Value, 0, 65535, "109 Voltage");
            Claim.Within(status.ChargeCurrent.Value, 0, 255, "109 ChargeCurrent");
        }
        if (ChargerExtended.TryDecode(frame, out _)) taken++;
        if (ChargerDischarge.TryDecode(frame, out var takes))
        {
            taken++;
            Claim.Within(takes.Current.Value, 0, 255, "208 Current");
            Same(takes, ChargerDischarge.TryDecode(takes.Encode(), out var again), again);
        }
        if (ChargerDischargeTimes.TryDecode(frame, out var takesTimes))
        {
            taken++;
            Same(takesTimes, ChargerDischargeTimes.TryDecode(takesTimes.Encode(), out var again), again);
        }
        Claim.That(taken <= 1, $"{before} was taken by {taken} decoders");
        return taken == 1;
    }

    private static void Same<T>(T first, bool isDecoded, T again) where T : struct =>
        Claim.That(isDecoded && first.Equals(again), $"{first} came back as {again}");

    // Frames of 13 bytes: identifier, length, data.
    private static bool InfyFrames(ReadOnlySpan<byte> input)
    {
        var inbox = new InfyInbox();
        var hasReading = false;
        for (var at = 0; at + 13 <= input.Length; at += 13)
        {
            var id = BinaryPrimitives.ReadUInt32BigEndian(input[at..]);
            var length = Math.Min(8, (int)input[at + 4]);
            var frame = new CanFrame(id & 0x1FFF_FFFF, input.Slice(at + 5, length), isExtended: true);
            if (InfyRegister.TryDecode(frame, out var parts, out var address, out var value))
            {
                var back = InfyRegister.Frame(parts, address, value);
                var isSame = back.Id == frame.Id && back[0] == frame[0] && back[7] == frame[7];
                Claim.That(isSame, $"{frame} came back as {back}");
            }
            if (!inbox.Take(frame, TimeSpan.FromMilliseconds(at), 1.Seconds)) continue;
            hasReading = true;
            var reading = inbox.Reading.Within(1.Seconds, TimeSpan.FromMilliseconds(at))!.Value;
            Claim.Within(reading.Voltage.Value, 0, 2000, "Voltage");
            Claim.Within(reading.Current.Value, -1000, 1000, "Current");
        }
        return hasReading;
    }

    // Byte 0: size of the pieces, the rest: the stream.
    private static bool Slcan(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return false;
        var lines = new SlcanLines();
        Span<byte> written = stackalloc byte[SlcanText.LongestLine];
        var (piece, isTaken) = (1 + input[0] % 40, false);
        for (var rest = input[1..]; !rest.IsEmpty;)
        {
            var bytes = rest[..Math.Min(piece, rest.Length)];
            rest = rest[bytes.Length..];
            while (!bytes.IsEmpty)
            {
                if (lines.Take(ref bytes) != SlcanEnd.Return) continue;
                Claim.That(lines.Line.Length <= SlcanText.LongestLine, "a line longer than the longest");
                var kind = SlcanText.Read(lines.Line, out var frame);
                if (kind is not (SlcanKind.Frame or SlcanKind.Remote)) continue;
                isTaken = true;
                var length = SlcanText.Write(frame, kind == SlcanKind.Remote, written);
                var isSame = Ascii.EqualsIgnoreCase(written[1..(length - 1)], lines.Line[1..]);
                var shown = isSame ? "" : Encoding.ASCII.GetString(written[..length]);
                Claim.That(isSame && written[0] == lines.Line[0], $"the line came back as {shown}");
            }
        }
        return isTaken;
    }

    private static bool Candump(ReadOnlySpan<byte> input)
    {
        var reader = new CandumpReader(new StringReader(Encoding.Latin1.GetString(input)));
        var (frames, at) = (0, TimeSpan.Zero);
        for (CandumpLine line; (line = reader.Next()) != CandumpLine.End;)
        {
            Claim.That(line != CandumpLine.Bad || reader.Error.Length > 0, "a bad line without a reason");
            if (line != CandumpLine.Frame) continue;
            frames++;
            Claim.That(reader.At >= at, "time goes back");
            at = reader.At;
            Claim.That(reader.Frame.Length <= 8, "more than 8 bytes");
        }
        return frames > 0;
    }

    private static IReadOnlyList<byte[]> ChademoSeeds() =>
    [
        // A LEAF's set, as tests/data/chademo has it: limits, capacity, request, discharge.
        [0, 0, 0, 0, 0, 0xB3, 0x01, 0xF0, 0],
        [
            0, 0, 0, 0, 0, 0xB3, 1, 100, 0, 1, 0, 0xFF, 0x3C, 0, 0, 0x90, 1, 0,
            2, 2, 0x9A, 1, 0, 0, 0xC9, 60, 0, 4, 0xF0, 0, 0, 0, 0, 0, 0, 0,
        ],
        [
            6, 1, 0xF4, 1, 50, 0xB3, 1, 0, 0, 7, 2, 0x90, 1, 12, 0, 5, 0xFF, 10,
            9, 0xF0, 0xF4, 1, 0xE0, 0, 0, 0, 1, 10, 1, 10, 0, 0, 0, 0, 0, 0,
        ],
    ];

    private static IReadOnlyList<byte[]> InfySeeds()
    {
        byte[] Read(ushort address, uint value)
        {
            var id = new InfyId(0, InfyId.SingleModule, InfyId.Read, InfyId.Controller, 1);
            var frame = InfyRegister.Frame(id, address, value);
            var bytes = new byte[13];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, frame.Id);
            bytes[4] = 8;
            frame.CopyTo(bytes.AsSpan(5));
            return bytes;
        }
        return
        [
            [
                .. Read(InfyRegister.Status, 0), .. Read(InfyRegister.InverterStatus, 1),
                .. Read(InfyRegister.SystemVoltage, 380_000), .. Read(InfyRegister.SystemCurrent, 12_000),
            ],
            [.. Read(InfyRegister.SystemVoltage, 380_000), .. Read(InfyRegister.SystemCurrent, 12_000)],
        ];
    }

    private static IReadOnlyList<byte[]> SlcanSeeds() =>
    [
        [39, .. "t10280102030405060708\r"u8],
        [5, .. "T02A3F0018DEADBEEF00112233\rz\r\rt1000\r"u8],
        [1, .. "r1028\rR1FFFFFFF0\r\at10281122334455667788\r"u8],
    ];

    private static IReadOnlyList<byte[]> CandumpSeeds() =>
    [
        "(1689000000.000100) can0 102#020BB8000000C900\n(1689000000.010100) can0 109#0190010000000000\n"u8.ToArray(),
        "# comment\n\n(0.5) vcan0 02A3F001#1001000000061A80\n(0.6) vcan0 123##1AABB\n(0.7) vcan0 123#R\n"u8.ToArray(),
        [.. File.ReadAllBytes(RepositoryRoot.File(
            "tests", "data", "chademo", "v2x-evse_leaf24_start-charge-stop.candump.log")).AsSpan(0, 600)],
    ];
}
