namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>What one poll of the live block says; turned and scaled by <see cref="QuasarMap"/>.</summary>
/// <param name="State">Register 537.</param>
/// <param name="Power">AC, positive = charge.</param>
/// <param name="AcVoltage">AC.</param>
/// <param name="AcCurrent">AC.</param>
/// <param name="DcVoltage">Null where the firmware does not show it.</param>
/// <param name="DcCurrent">Into the car; null where the firmware does not show it.</param>
/// <param name="Soc">As it stands there, %.</param>
/// <param name="MaxPower">The hardware setting; null when it is not a number that the setting can have.</param>
/// <param name="Unrecoverable">Error bits.</param>
/// <param name="Recoverable">Error bits.</param>
public readonly record struct QuasarLive(
    QuasarState State, Watts Power, Volts AcVoltage, Amperes AcCurrent, Volts? DcVoltage, Amperes? DcCurrent,
    double Soc, Watts? MaxPower, uint Unrecoverable, uint Recoverable)
{
    // What the setting can be, with room for a firmware that counts a little otherwise.
    private const double LeastSetting = 1000, MostSetting = 8000;

    /// <summary>Decodes <see cref="QuasarMap.Live"/> or <see cref="QuasarMap.LiveWithoutDc"/>.</summary>
    public static QuasarLive Decode(ReadOnlySpan<ushort> registers)
    {
        var start = QuasarMap.Live.Start;
        var hasDc = registers.Length >= QuasarMap.Live.Count;
        var most = QuasarMap.MaxPower.Decode(registers, start);
        return new(
            (QuasarState)(ushort)QuasarMap.State.Decode(registers, start)!.Value,
            new(QuasarMap.AcPower.Decode(registers, start)!.Value),
            new(QuasarMap.AcVoltage.Decode(registers, start)!.Value),
            new(QuasarMap.AcCurrent.Decode(registers, start)!.Value),
            hasDc ? new(QuasarMap.DcVoltage.Decode(registers, start)!.Value) : null,
            hasDc ? new(QuasarMap.DcCurrent.Decode(registers, start)!.Value) : null,
            QuasarMap.Soc.Decode(registers, start)!.Value,
            most is >= LeastSetting and <= MostSetting ? new Watts(most.Value) : null,
            (uint)QuasarMap.Unrecoverable.Decode(registers, start)!.Value,
            (uint)QuasarMap.Recoverable.Decode(registers, start)!.Value);
    }

    /// <summary>Current flows, whatever the state says.</summary>
    public bool Flows => Math.Abs(Power.Value) > 200 || Math.Abs(DcCurrent?.Value ?? 0) >= 1;
}
