namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>
/// Notices a server that answers with yesterday's values: measured quantities that all stand still while power flows.
/// Voltage and current are whole numbers, power is in watts: with power flowing at least one of them moves.
/// </summary>
internal sealed class QuasarLiveness(TimeSpan frozenAfter)
{
    private ulong last;
    private TimeSpan movedAt;
    private bool isKnown;

    /// <summary>Takes in a poll; true while the values are those of a hung server.</summary>
    public bool IsFrozen(ReadOnlySpan<ushort> live, in QuasarLive decoded, TimeSpan now)
    {
        var signature = Fold(live);
        if (!isKnown || signature != last || !decoded.Flows)
            (last, movedAt, isKnown) = (signature, now, true);
        return now - movedAt >= frozenAfter;
    }

    /// <summary>Begins anew.</summary>
    public void Forget() => isKnown = false;

    // State of charge and states stand still for long by nature; these do not.
    private static ulong Fold(ReadOnlySpan<ushort> live)
    {
        var start = QuasarMap.Live.Start;
        var power = (ulong)live[QuasarMap.AcPower.Address - start];
        var volts = (ulong)live[QuasarMap.AcVoltage.Address - start];
        if (live.Length < QuasarMap.Live.Count) return power << 16 | volts;
        var dcVolts = (ulong)live[QuasarMap.DcVoltage.Address - start];
        var dcAmperes = (ulong)live[QuasarMap.DcCurrent.Address - start];
        return power << 48 | volts << 32 | dcVolts << 16 | dcAmperes;
    }
}
