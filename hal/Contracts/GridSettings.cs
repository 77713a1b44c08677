using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Hal;

/// <summary>A corner of a trip curve.</summary>
/// <param name="Level">Voltage in % of nominal, or frequency in Hz.</param>
/// <param name="Seconds">How long it may last.</param>
public readonly record struct TripPoint(double Level, double Seconds);

/// <summary>Room for the corners of a trip curve.</summary>
[InlineArray(Most)]
public struct TripPoints
{
    /// <summary>Most corners; a curve with more counts as unknown.</summary>
    public const int Most = 10;
    private TripPoint first;
}

/// <summary>A trip curve as the device has it in force. The default is "not known".</summary>
public struct TripCurve : IEquatable<TripCurve>
{
    private TripPoints points;

    /// <summary>A known curve.</summary>
    /// <exception cref="ArgumentException">More than <see cref="TripPoints.Most"/> corners.</exception>
    public TripCurve(bool isEnabled, ReadOnlySpan<TripPoint> corners)
    {
        if (corners.Length > TripPoints.Most) throw new ArgumentException("too many corners", nameof(corners));
        (IsKnown, IsEnabled, Count) = (true, isEnabled, (byte)corners.Length);
        corners.CopyTo(points);
    }

    /// <summary>The device told it, in whole and within what is possible.</summary>
    public bool IsKnown { get; }

    /// <summary>The function is switched on.</summary>
    public bool IsEnabled { get; }

    /// <summary>Number of corners.</summary>
    public byte Count { get; }

    /// <summary>The corners, in the device's order.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<TripPoint> Corners =>
        MemoryMarshal.CreateReadOnlySpan(in points[0], TripPoints.Most)[..Count];

    /// <inheritdoc/>
    public readonly bool Equals(TripCurve other) => IsKnown == other.IsKnown && IsEnabled == other.IsEnabled
        && Corners.SequenceEqual(other.Corners);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is TripCurve other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(IsKnown, IsEnabled, Count);

    /// <summary>The same curve.</summary>
    public static bool operator ==(TripCurve a, TripCurve b) => a.Equals(b);

    /// <summary>Another curve.</summary>
    public static bool operator !=(TripCurve a, TripCurve b) => !a.Equals(b);
}

/// <summary>When the device may enter service after a trip or at start. What it does not tell is null. Source: IEEE
/// 1547-2018, 4.10.2; SunSpec 703.</summary>
/// <param name="IsPermitted">Service is permitted (ES = 1).</param>
/// <param name="HighVoltagePercent">Upper end of the voltage window, % of nominal.</param>
/// <param name="LowVoltagePercent">Lower end.</param>
/// <param name="HighFrequency">Upper end of the frequency window.</param>
/// <param name="LowFrequency">Lower end.</param>
/// <param name="DelaySeconds">How long grid values must stay inside first.</param>
/// <param name="RandomSeconds">Largest random delay on top.</param>
/// <param name="RampSeconds">From entering service to full power.</param>
public readonly record struct EnterService(
    bool? IsPermitted, double? HighVoltagePercent, double? LowVoltagePercent, Hertz? HighFrequency,
    Hertz? LowFrequency, double? DelaySeconds, double? RandomSeconds, double? RampSeconds);

/// <summary>What the device is built for and set to. Powers are magnitudes at the AC side; what it does not tell is
/// null. Source: SunSpec 702.</summary>
/// <param name="MaxPowerRating">Continuous active power, nameplate.</param>
/// <param name="ChargeRating">Most it can draw for charging, nameplate.</param>
/// <param name="DischargeRating">Most it can feed from storage, nameplate.</param>
/// <param name="MaxPower">As set at commissioning; the base of every "% of WMax".</param>
/// <param name="MaxCharge">As set.</param>
/// <param name="MaxDischarge">As set.</param>
/// <param name="NominalVoltage">As rated.</param>
/// <param name="NormalCategory">IEEE 1547 normal operating category: 0 = A, 1 = B.</param>
/// <param name="AbnormalCategory">IEEE 1547 abnormal operating category: 0 = I, 1 = II, 2 = III.</param>
/// <param name="ControlModes">Bits of the modes that it supports (702.CtrlModes).</param>
public readonly record struct DerCapability(
    Watts? MaxPowerRating, Watts? ChargeRating, Watts? DischargeRating, Watts? MaxPower, Watts? MaxCharge,
    Watts? MaxDischarge, Volts? NominalVoltage, byte? NormalCategory, byte? AbnormalCategory, uint? ControlModes);

/// <summary>
/// The grid-code settings that a device has in force, read from it: what the site's utility profile is compared with.
/// </summary>
public record struct GridSettings
{
    /// <summary>Null when the device does not tell.</summary>
    public EnterService? EnterService { get; set; }
    /// <summary>Null when the device does not tell.</summary>
    public DerCapability? Capability { get; set; }
    /// <summary>Must trip below (SunSpec 707).</summary>
    public TripCurve UnderVoltage { get; set; }
    /// <summary>Must trip above (708).</summary>
    public TripCurve OverVoltage { get; set; }
    /// <summary>Must trip below (709).</summary>
    public TripCurve UnderFrequency { get; set; }
    /// <summary>Must trip above (710).</summary>
    public TripCurve OverFrequency { get; set; }
    /// <summary>Momentary cessation below (707).</summary>
    public TripCurve UnderVoltageCease { get; set; }
    /// <summary>Momentary cessation above (708).</summary>
    public TripCurve OverVoltageCease { get; set; }
}

/// <summary>A device that tells its grid-code settings.</summary>
public interface IGridConnected
{
    /// <summary>Newest settings; nothing is published until every one that the device has was read.</summary>
    Latest<Reading<GridSettings>> GridSettings { get; }
}
