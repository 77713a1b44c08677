using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>When a source may enter service.</summary>
/// <param name="LowVoltagePercent">Lower end of the voltage window, % of nominal.</param>
/// <param name="HighVoltagePercent">Upper end.</param>
/// <param name="LowFrequency">Lower end of the frequency window.</param>
/// <param name="HighFrequency">Upper end.</param>
/// <param name="Delay">How long the grid must stay inside; an excursion starts it anew.</param>
/// <param name="Ramp">From entering service to full power; zero = at once.</param>
public sealed record EnterServiceRule(
    double LowVoltagePercent, double HighVoltagePercent, Hertz LowFrequency, Hertz HighFrequency, TimeSpan Delay,
    TimeSpan Ramp)
{
    /// <summary>A leg's voltage is inside.</summary>
    public bool HasVoltage(double percent) => percent >= LowVoltagePercent && percent <= HighVoltagePercent;

    /// <summary>The frequency is inside.</summary>
    public bool HasFrequency(Hertz frequency) => frequency.Value >= LowFrequency.Value && frequency.Value <= HighFrequency.Value;
}

/// <summary>
/// What a utility demands of a source on its grid, from a file with a source for each figure. Levels of voltage are in
/// % of nominal.
/// </summary>
/// <param name="Name">Its name in the site file.</param>
/// <param name="UnderVoltage">Must trip below.</param>
/// <param name="OverVoltage">Must trip above.</param>
/// <param name="UnderFrequency">Must trip below.</param>
/// <param name="OverFrequency">Must trip above.</param>
/// <param name="EnterService">When to enter service.</param>
/// <param name="Warning">What the installer must know before relying on it; null when nothing.</param>
public sealed record UtilityProfile(
    string Name, TripCurve UnderVoltage, TripCurve OverVoltage, TripCurve UnderFrequency, TripCurve OverFrequency,
    EnterServiceRule EnterService, string? Warning)
{
    /// <summary>Most corners of a curve.</summary>
    public const int MostCorners = 4;
}

/// <summary>How it is known that the inverter is set as the profile says.</summary>
public enum SettingsProof : byte
{
    /// <summary>By reading them from the device; nothing else counts.</summary>
    ReadBack,
    /// <summary>
    /// The installer states it, with name and date, for a device that tells nothing. What a device does tell overrules
    /// the statement.
    /// </summary>
    Stated,
}

/// <summary>On which terms the site may feed the grid. Null in <see cref="SiteLimits"/> = charge only.</summary>
/// <param name="Profile">The utility's profile, with the delay and ramp agreed for this site.</param>
/// <param name="IsOptedIn">The household has agreed to discharging.</param>
/// <param name="Proof">How the inverter's settings are known.</param>
public sealed record GridTerms(UtilityProfile Profile, bool IsOptedIn, SettingsProof Proof);
