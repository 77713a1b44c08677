namespace ChargeScape.Edge.Hal.Devices.Infy;

/// <summary>
/// Which way the module converts. It changes only with the output commanded off and the current gone for the dwell,
/// and the output comes on only after the module itself reports the direction.
/// <code> Rectifier ──off, |I| &lt; 1 A for the dwell──► Inverter ──the same──► Rectifier </code>
/// </summary>
/// <param name="IsInverter">Direction wanted last; null until the module has said its own.</param>
/// <param name="ZeroSince">Since when the output is commanded off and no current flows; null otherwise.</param>
internal readonly record struct InfyDirection(bool? IsInverter, TimeSpan? ZeroSince)
{
    private static readonly Amperes Gone = new(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    /// <summary>The direction after a step; <paramref name="wanted"/> null = any.</summary>
    public InfyDirection Next(
        bool? wanted, bool isOn, in Reading<StageReading> reading, bool? reported, TimeSpan now)
    {
        var isZero = !isOn && reading.Within(Fresh, now) is { } r && Amperes.Abs(r.Current) < Gone;
        TimeSpan? zeroSince = isZero ? ZeroSince ?? now : null;
        if (IsInverter is not { } present) return new(reported, zeroSince);
        return new(wanted ?? present, zeroSince);
    }

    /// <summary>The direction may be written: nothing has flowed for the dwell, or it changes nothing.</summary>
    public bool MayWrite(bool? reported, TimeSpan dwell, TimeSpan now) =>
        reported == IsInverter || now - ZeroSince >= dwell;
}
