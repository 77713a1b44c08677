namespace ChargeScape.Edge.Hal.Devices.BatteryCan;

/// <summary>Alarms and warnings from either dialect. The default has none.</summary>
/// <param name="Alarms">What stops the battery.</param>
/// <param name="Warnings">What may stop it soon.</param>
public readonly record struct BatteryAlarms(HomeBatteryAlarms Alarms, HomeBatteryAlarms Warnings)
{
    // 0x359, by byte and bit. "System error" is bit 3 in two sources and bit 7 in two others: either counts.
    private static readonly (int Byte, int Bit, HomeBatteryAlarms Means)[] Singles =
    [
        (0, 1, HomeBatteryAlarms.OverVoltage), (0, 2, HomeBatteryAlarms.UnderVoltage),
        (0, 3, HomeBatteryAlarms.OverTemperature), (0, 4, HomeBatteryAlarms.UnderTemperature),
        (0, 7, HomeBatteryAlarms.DischargeOverCurrent), (1, 0, HomeBatteryAlarms.ChargeOverCurrent),
        (1, 3, HomeBatteryAlarms.Internal), (1, 7, HomeBatteryAlarms.Internal),
    ];

    // 0x35A, in the order of the pairs from bit 0 of byte 0 on.
    private static readonly HomeBatteryAlarms[] Pairs =
    [
        HomeBatteryAlarms.General, HomeBatteryAlarms.OverVoltage, HomeBatteryAlarms.UnderVoltage,
        HomeBatteryAlarms.OverTemperature, HomeBatteryAlarms.UnderTemperature, HomeBatteryAlarms.OverTemperature,
        HomeBatteryAlarms.UnderTemperature, HomeBatteryAlarms.DischargeOverCurrent, HomeBatteryAlarms.ChargeOverCurrent,
        HomeBatteryAlarms.Contactor, HomeBatteryAlarms.Short, HomeBatteryAlarms.Internal, HomeBatteryAlarms.Imbalance,
    ];

    private const int Raised = 0b01, Cleared = 0b10;

    // One bit per pair, because several pairs mean the same alarm.
    private uint AlarmPairs { get; init; }
    private uint WarningPairs { get; init; }

    /// <summary>What is known after a frame; unchanged by one that is none of these.</summary>
    public BatteryAlarms With(in CanFrame frame)
    {
        if (LittleEndian.Is(frame, BatteryCanId.Protections, 4))
            return this with { Alarms = Single(frame, 0), Warnings = Single(frame, 2) | Inner(frame) };
        if (!LittleEndian.Is(frame, BatteryCanId.Alarms, 8)) return this;
        var (alarms, warnings) = (After(AlarmPairs, frame, 0), After(WarningPairs, frame, 4));
        return new(Of(alarms), Of(warnings)) { AlarmPairs = alarms, WarningPairs = warnings };
    }

    private static HomeBatteryAlarms Single(in CanFrame frame, int from)
    {
        var found = HomeBatteryAlarms.None;
        foreach (var (at, bit, means) in Singles)
            if ((frame[from + at] & (1 << bit)) != 0) found |= means;
        return found;
    }

    // Bit 3 of the second warning byte is "internal communication" in the document.
    private static HomeBatteryAlarms Inner(in CanFrame frame) =>
        (frame[3] & (1 << 3)) != 0 ? HomeBatteryAlarms.Communication : HomeBatteryAlarms.None;

    // 01 raises, 10 clears; 00 and 11 say nothing.
    private static uint After(uint before, in CanFrame frame, int from)
    {
        for (var i = 0; i < Pairs.Length; i++)
        {
            var pair = (frame[from + i / 4] >> (2 * (i % 4))) & 0b11;
            if (pair == Raised) before |= 1u << i;
            else if (pair == Cleared) before &= ~(1u << i);
        }
        return before;
    }

    private static HomeBatteryAlarms Of(uint pairs)
    {
        var found = HomeBatteryAlarms.None;
        for (var i = 0; i < Pairs.Length; i++)
            if ((pairs & (1u << i)) != 0) found |= Pairs[i];
        return found;
    }
}
