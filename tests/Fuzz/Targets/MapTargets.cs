using System.Buffers.Binary;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.ModbusMap;
using ChargeScape.Edge.Hal.Modbus;
using Encoding = System.Text.Encoding;

namespace ChargeScape.Edge.Tests.Fuzz.Targets;

/// <summary>Maps of Modbus devices: hostile maps, and hostile registers behind good ones.</summary>
public static class MapTargets
{
    private static readonly byte[][] tokens =
    [
        .. new[]
        {
            "{", "}", "[", "]", "\"moves\": true,", "65535", "-1", "1e400", "\"0x8000\"", "\"f64\"", "\"input\"",
            "null",
            "\"power\"", "\"ask\"", "\"assumed\"", "\"energised\"", "0", "125",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly (DeviceMap Meter, DeviceMap LowFirst, DeviceMap Evtec, DeviceMap Sigenergy) shipped =
        (Map("eastron-sdm630"), Map("carlo-gavazzi-em24"), Map("evtec-bidipro"), Map("sigenergy-evdc"));

    public static IEnumerable<FuzzTarget> All =>
    [
        new("modbus-map", 5_000, Files, File) { Longest = 14_000, Tokens = tokens, LeastPerMille = (5, 20) },
        new("modbus-map-meter", 60_000, Meters, Meter) { Longest = 120 },
        new("modbus-map-evse", 60_000, Evses, Evse) { Longest = 300 },
    ];

    private static bool File(ReadOnlySpan<byte> input)
    {
        var (map, errors) = MapFile.Parse(input, "fuzz.json");
        Claim.That(map is null != (errors.Count == 0), "a map with errors, or none without");
        foreach (var error in errors)
            Claim.That(error.Line >= 1 && error.Path.StartsWith('$') && error.Message.Length > 0, $"no place: {error}");
        if (map is null) return false;
        // What was taken for good can be driven: every block and write lies within the address space.
        using var bus = new InMemoryModbus(new Endless());
        var position = map.Positions?.Max ?? 0;
        foreach (var shown in MapDump.Read(bus, map, 1, position))
            if (shown is { Value: { } value, Why: null, Field: var field })
                Claim.Within(value, field.Min, field.Max, field.Name);
        Drive(map, bus, position);
        return true;
    }

    private static void Drive(DeviceMap map, IModbus bus, int position)
    {
        var settings = new MapEvseSettings
        {
            Unit = 1, Period = 60.Seconds, Position = position, Sign = 1, AcceptsAssumed = true, MaxPower = 50.kW,
            MaxCharge = 10.kW, MaxDischarge = 10.kW, MinEfficiency = 0.9, MaxEfficiency = 0.96,
        };
        if (map.Kind != MapKind.Evse) return;
        MapEvse evse;
        try
        {
            evse = new(bus, map, settings);
        }
        catch (ArgumentException)
        {
            // The settings do not fit this map, which the site file would be told.
            return;
        }
        var now = 1.Hours;
        for (var i = 0; i < 6; i++, now += 20.Seconds)
        {
            evse.Commands.Publish(new((i * 2000).W, i < 5 ? Connection.Close : Connection.Open, now, 1));
            evse.Read(now);
            evse.Write(now);
        }
        evse.HandBack(now);
    }

    private static bool Meter(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return false;
        var settings = new MapMeterSettings
        {
            Unit = 1, Period = 1.Seconds, MaxPower = 60.kW, Phases = [1, 2, 3], MaxVoltage = 300.V, MaxCurrent = 100.A,
        };
        using var bus = new InMemoryModbus(new Written(input[1..], (input[0] & 1) == 0 ? -1 : 11));
        var meter = new MapMeter(bus, (input[0] & 1) == 0 ? shipped.Meter : shipped.LowFirst, settings);
        for (var turn = 0; turn < 6; turn++)
        {
            if (!meter.Read(1.Hours + turn.Milliseconds)) continue;
            Reading<MeterReading> reading = default;
            meter.Readings.TryRead(ref reading);
            var seen = reading.Within(1.Seconds, 1.Hours + turn.Milliseconds)!.Value;
            Claim.Within(seen.Power.Value, -60_000, 60_000, "Power");
            for (var leg = 0; leg < 3; leg++)
            {
                Claim.Within(seen.LegPower[leg].Value, -60_000, 60_000, "LegPower");
                Claim.Within(seen.LegVoltage[leg].Value, 0, 300, "LegVoltage");
                Claim.Within(seen.LegCurrent[leg].Value, 0, 100, "LegCurrent");
            }
            if (seen.Frequency is { } frequency) Claim.Within(frequency.Value, 40, 70, "Frequency");
            return true;
        }
        return false;
    }

    private static bool Evse(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return false;
        var isEvtec = (input[0] & 1) == 0;
        var settings = new MapEvseSettings
        {
            Unit = 1, Period = 4.Seconds, Position = isEvtec ? 9 : 0, MaxPower = 15.kW, MaxCharge = 10.kW,
            MaxDischarge = 10.kW, MinEfficiency = 0.9, MaxEfficiency = 0.96, AcceptsAssumed = true,
        };
        using var bus = new InMemoryModbus(new Written(input[1..], -1) { Base = isEvtec ? 900 : 31500 });
        var evse = new MapEvse(bus, isEvtec ? shipped.Evtec : shipped.Sigenergy, settings);
        var (now, isTaken) = (1.Hours, false);
        Reading<EvseReading> reading = default;
        for (var turn = 0; turn < 8; turn++, now += 2.Seconds)
        {
            evse.Commands.Publish(
                new(((turn % 3 - 1) * 4000).W, turn < 6 ? Connection.Close : Connection.Open, now, 1));
            isTaken |= evse.Read(now);
            evse.Write(now);
            if (!evse.Readings.TryRead(ref reading) || reading.Within(20.Seconds, now) is not { } seen) continue;
            Claim.Within(seen.PowerLow.Value, -20_000, seen.PowerHigh.Value, "PowerLow");
            Claim.Within(seen.PowerHigh.Value, seen.PowerLow.Value, 20_000, "PowerHigh");
            Claim.Within(seen.Power.Value, seen.PowerLow.Value, seen.PowerHigh.Value, "Power");
            if (seen.VehicleSoc is { } soc) Claim.Within(soc.Percent, 0, 100, "VehicleSoc");
            Claim.Within(seen.VehicleCharge.Value, 0, 10_000, "VehicleCharge");
            Claim.Within(seen.VehicleDischarge.Value, -10_000, 0, "VehicleDischarge");
            Claim.Within(seen.DcVoltage.Value, 0, 1100, "DcVoltage");
        }
        return isTaken;
    }

    private static IReadOnlyList<byte[]> Files() => [.. MapFile.Shipped.Select(MapFile.Text)];

    // Byte 0: which map; the registers from 0 on.
    private static IReadOnlyList<byte[]> Meters() =>
    [
        [
            0, 0x43, 0x66, 0, 0, 0x43, 0x66, 0, 0, 0x43, 0x66, 0, 0, 0x40, 0xA0, 0, 0, 0x40, 0xA0, 0, 0, 0x40, 0xA0,
            0, 0,
            0x44, 0x7A, 0, 0, 0x44, 0x7A, 0, 0, 0xC4, 0x7A, 0, 0, .. new byte[68], 0x44, 0x7A, 0, 0,
        ],
        [1, .. new byte[110], 0x01, 0xF4],
    ];

    private static IReadOnlyList<byte[]> Evses() =>
    [
        [
            0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 3, 0x43, 0xBE, 0, 0, 0x41, 0x20, 0, 0, 0x45, 0x6D, 0x80, 0, 0,
            0, 2, 0x26,
            .. new byte[16], 0xC6, 0x1C, 0x40, 0, .. new byte[12], 0x46, 0x1C, 0x40, 0, .. new byte[120],
        ],
        [
            1, 0x0E, 0xD8, 0, 100, 0, 0, 0x0E, 0xD8, 2, 0x26, 0, 0, 0, 1, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            3, 0, 0,
            .. new byte[40],
        ],
    ];

    private static DeviceMap Map(string name) =>
        MapFile.Read(name).Map ?? throw new ClaimBroken($"the shipped map {name} has errors");

    /// <summary>Any register of any device; judges what may be asked at all.</summary>
    private sealed class Endless : IModbusDevice
    {
        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            for (var i = 0; i < into.Length; i++) into[i] = (ushort)((start + i) * 40503);
            return 0;
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 0;
    }

    /// <summary>The input's registers from a base on, zeros elsewhere; one register may say who the device
    /// is.</summary>
    private sealed class Written : IModbusDevice
    {
        private readonly ushort[] registers;
        private readonly int identity;

        public Written(ReadOnlySpan<byte> bytes, int identity)
        {
            this.identity = identity;
            registers = new ushort[bytes.Length / 2];
            for (var i = 0; i < registers.Length; i++)
                registers[i] = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]);
        }

        public int Base { get; init; }

        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            for (var i = 0; i < into.Length; i++)
            {
                var at = start + i - Base;
                into[i] = at >= 0 && at < registers.Length ? registers[at] : (ushort)0;
            }
            if (identity > 0 && into.Length == 1 && start == identity) into[0] = 70;
            if (identity > 0 && into.Length == 1 && start == 4353) into[0] = 7;
            return 0;
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
        {
            for (var i = 0; i < values.Length; i++)
                if (start + i - Base is >= 0 and var at && at < registers.Length) registers[at] = values[i];
            return 0;
        }
    }
}
