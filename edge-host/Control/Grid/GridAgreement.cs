using System.Globalization;

namespace ChargeScape.Edge.Control;

/// <summary>A setting of the inverter that the profile fixes. The wire names are the lower_snake form.</summary>
public enum GridPoint : byte
{
    /// <summary>None.</summary>
    None,
    /// <summary>Lower end of the enter-service voltage window, % (703.ESVLo).</summary>
    EnterServiceLowVoltage,
    /// <summary>Upper end, % (703.ESVHi).</summary>
    EnterServiceHighVoltage,
    /// <summary>Lower end of its frequency window, Hz (703.ESHzLo).</summary>
    EnterServiceLowFrequency,
    /// <summary>Upper end, Hz (703.ESHzHi).</summary>
    EnterServiceHighFrequency,
    /// <summary>Its delay, s (703.ESDlyTms).</summary>
    EnterServiceDelay,
    /// <summary>Its ramp, s (703.ESRmpTms).</summary>
    EnterServiceRamp,
    /// <summary>The under-voltage trip is switched on: 1 (707.Ena).</summary>
    UnderVoltageEnabled,
    /// <summary>A level of it, % (707, must trip).</summary>
    UnderVoltageLevel,
    /// <summary>A time of it, s.</summary>
    UnderVoltageTime,
    /// <summary>The over-voltage trip is switched on: 1 (708.Ena).</summary>
    OverVoltageEnabled,
    /// <summary>A level of it, % (708, must trip).</summary>
    OverVoltageLevel,
    /// <summary>A time of it, s.</summary>
    OverVoltageTime,
    /// <summary>The under-frequency trip is switched on: 1 (709.Ena).</summary>
    UnderFrequencyEnabled,
    /// <summary>A level of it, Hz (709, must trip).</summary>
    UnderFrequencyLevel,
    /// <summary>A time of it, s.</summary>
    UnderFrequencyTime,
    /// <summary>The over-frequency trip is switched on: 1 (710.Ena).</summary>
    OverFrequencyEnabled,
    /// <summary>A level of it, Hz (710, must trip).</summary>
    OverFrequencyLevel,
    /// <summary>A time of it, s.</summary>
    OverFrequencyTime,
}

/// <summary>A setting that is not what the profile says.</summary>
/// <param name="Point">Which.</param>
/// <param name="Corner">Of a curve, the profile's corner from 1; 0 otherwise.</param>
/// <param name="Expected">What the profile says.</param>
/// <param name="Found">What the device says; NaN when it does not tell, infinity when it never trips there.</param>
/// <param name="Tolerance">By how much they may differ.</param>
public readonly record struct GridDifference(
    GridPoint Point, byte Corner, double Expected, double Found, double Tolerance)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var found = double.IsNaN(Found) ? "not told" : double.IsInfinity(Found) ? "none" : Text(Found);
        var corner = Corner == 0 ? "" : $" {Corner}";
        return $"{Point}{corner}: expected {Text(Expected)} ± {Text(Tolerance)}, found {found}";
    }

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}

/// <summary>What became of comparing the inverter's settings with the profile. Not told is no difference.</summary>
/// <param name="IsTold">The device tells at least one of the settings that the profile fixes.</param>
/// <param name="Differences">How many differ or are missing.</param>
/// <param name="First">The first of them.</param>
public readonly record struct GridAgreement(bool IsTold, byte Differences, GridDifference First)
{
    /// <summary>Every setting was read and is what the profile says.</summary>
    public bool Agrees => IsTold && Differences == 0;
}
