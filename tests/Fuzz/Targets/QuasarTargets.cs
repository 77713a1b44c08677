using System.Buffers.Binary;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>Chargers whose registers hold anything.</summary>
public static class QuasarTargets
{
    private static readonly TimeSpan start = 1000.Seconds;

    public static IEnumerable<FuzzTarget> All =>
    [
        new("quasar-live", 300_000, Lives, Live) { Longest = 74, LeastPerMille = (20, 20) },
        new("quasar-driver", 40_000, Tables, Driver) { Longest = 100, LeastPerMille = (20, 0) },
    ];

    // The live block alone; taken for good when its state is one that takes orders.
    private static bool Live(ReadOnlySpan<byte> input)
    {
        Span<ushort> registers = stackalloc ushort[QuasarMap.Live.Count];
        registers.Clear();
        for (var i = 0; i < registers.Length && 2 * i + 1 < input.Length; i++)
            registers[i] = BinaryPrimitives.ReadUInt16BigEndian(input[(2 * i)..]);

        var live = QuasarLive.Decode(registers);

        Claim.Within(live.Power.Value, short.MinValue, short.MaxValue, "power");
        Claim.Within(live.DcVoltage!.Value.Value, 0, 6553.51, "DC voltage");
        Claim.Within(live.DcCurrent!.Value.Value, -3276.81, 3276.71, "DC current");
        Claim.Within(live.Soc, 0, 65535, "state of charge");
        if (live.MaxPower is { } most) Claim.Within(most.Value, 1000, 8000, "hardware setting");
        return live.State.IsControllable;
    }

    // Live, command and control block; the driver is asked for a transfer and then for none.
    private static bool Driver(ReadOnlySpan<byte> input)
    {
        var table = new Table(input);
        using var wire = new InMemoryModbus(table);
        var evse = new QuasarEvse(wire, null, new() { MaxCharge = 7000.W, MaxDischarge = 5000.W });
        var wasSeen = false;
        for (var turn = 0; turn < 12; turn++)
        {
            var now = start + turn * 1.Seconds;
            var asked = turn < 8 ? -3000.W : Watts.Zero;
            evse.Commands.Publish(new(asked, turn < 8 ? Connection.Close : Connection.Open, now, 1));
            wasSeen |= evse.Read(now);
            evse.Write(now);
            Judge(evse);
        }
        return wasSeen;
    }

    private static void Judge(QuasarEvse evse)
    {
        Reading<EvseReading> held = default;
        if (!evse.Readings.TryRead(ref held) || held.Within(TimeSpan.MaxValue, held.TakenAt) is not { } seen) return;
        Claim.That(
            seen.PowerLow <= seen.Power && seen.Power <= seen.PowerHigh || seen.Faults != 0, "power and its range");
        Claim.Within(seen.StageCharge.Value, 0, 7000, "charge");
        Claim.Within(seen.StageDischarge.Value, -5000, 0, "discharge");
        Claim.Within(seen.VehicleCharge.Value, 0, 7000, "the car's charge");
        Claim.Within(seen.VehicleDischarge.Value, -5000, 0, "the car's discharge");
        if (seen.VehicleSoc is { } soc) Claim.Within(soc.Percent, 2, 97, "state of charge");
    }

    private static byte[][] Lives() => [.. Tables().Select(table => table[..74])];

    private static byte[][] Tables() =>
    [
        Registers((522, 240), (526, 0xFD31), (537, 11), (538, 88), (514, 7400), (547, 3887), (548, 0xFFE8)),
        Registers((522, 230), (526, 5750), (537, 1), (538, 33), (514, 5750)),
        Registers((522, 230), (537, 4), (514, 7400)),
        Registers((537, 0)),
        Registers((537, 7), (540, 2), (541, 1)),
    ];

    private static byte[] Registers(params (int Address, int Value)[] set)
    {
        var bytes = new byte[2 * Table.Count];
        foreach (var (address, value) in set)
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2 * (address - 512)), (ushort)value);
        return bytes;
    }

    // Keeps what is written; nothing but the registers that the driver may write, and no more than was asked.
    private sealed class Table : IModbusDevice
    {
        public const int Count = 37 + 5 + 8;
        private readonly ushort[] registers = new ushort[600];

        public Table(ReadOnlySpan<byte> input)
        {
            for (var i = 0; i < Count && 2 * i + 1 < input.Length; i++)
                registers[AddressOf(i)] = BinaryPrimitives.ReadUInt16BigEndian(input[(2 * i)..]);
        }

        public byte Read(byte unit, ushort from, Span<ushort> into)
        {
            registers.AsSpan(from, into.Length).CopyTo(into);
            return 0;
        }

        public byte Write(byte unit, ushort at, ReadOnlySpan<ushort> values)
        {
            var value = (short)values[0];
            Claim.That(values.Length == 1 && at is 81 or 82 or 83 or 88 or 257 or 258 or 260, $"a write to {at}");
            if (at == 260) Claim.Within(value, -3000, 1, "set-point");
            if (at == 257) Claim.That(value is 1 or 2, $"action {value}");
            registers[at] = values[0];
            return 0;
        }

        private static int AddressOf(int index) =>
            index < 37 ? 512 + index : index < 42 ? 256 + index - 37 : 81 + index - 42;
    }
}
