using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal;

/// <summary>Active power. Positive flows into the site (import) or into the car (charge).</summary>
public readonly record struct Watts(double Value) : IComparable<Watts>
{
    /// <summary>No power.</summary>
    public static Watts Zero => default;
    /// <summary>The larger of two powers; NaN in either gives NaN.</summary>
    public static Watts Max(Watts a, Watts b) => a.Value > b.Value || double.IsNaN(a.Value) ? a : b;
    /// <summary>The smaller of two powers; NaN in either gives NaN.</summary>
    public static Watts Min(Watts a, Watts b) => a.Value < b.Value || double.IsNaN(a.Value) ? a : b;
    /// <summary>Magnitude.</summary>
    public static Watts Abs(Watts a) => new(Math.Abs(a.Value));
    /// <summary>Neither NaN nor infinite.</summary>
    public bool IsFinite => double.IsFinite(Value);
    /// <summary>Sum.</summary>
    public static Watts operator +(Watts a, Watts b) => new(a.Value + b.Value);
    /// <summary>Difference.</summary>
    public static Watts operator -(Watts a, Watts b) => new(a.Value - b.Value);
    /// <summary>The same power the other way.</summary>
    public static Watts operator -(Watts a) => new(-a.Value);
    /// <summary>Scaled by a number without unit.</summary>
    public static Watts operator *(Watts a, double factor) => new(a.Value * factor);
    /// <summary>Divided by a number without unit.</summary>
    public static Watts operator /(Watts a, double divisor) => new(a.Value / divisor);
    /// <summary>Current that carries this power at a voltage.</summary>
    public static Amperes operator /(Watts a, Volts u) => new(a.Value / u.Value);
    /// <summary>Less (more negative).</summary>
    public static bool operator <(Watts a, Watts b) => a.Value < b.Value;
    /// <summary>Greater.</summary>
    public static bool operator >(Watts a, Watts b) => a.Value > b.Value;
    /// <summary>Less or equal.</summary>
    public static bool operator <=(Watts a, Watts b) => a.Value <= b.Value;
    /// <summary>Greater or equal.</summary>
    public static bool operator >=(Watts a, Watts b) => a.Value >= b.Value;
    /// <inheritdoc/>
    public int CompareTo(Watts other) => Value.CompareTo(other.Value);
    /// <inheritdoc/>
    public override string ToString() => $"{Value:0} W";
}

/// <summary>Voltage, RMS for AC.</summary>
public readonly record struct Volts(double Value) : IComparable<Volts>
{
    /// <summary>Power of a current at this voltage.</summary>
    public static Watts operator *(Volts u, Amperes i) => new(u.Value * i.Value);
    /// <summary>Lower.</summary>
    public static bool operator <(Volts a, Volts b) => a.Value < b.Value;
    /// <summary>Higher.</summary>
    public static bool operator >(Volts a, Volts b) => a.Value > b.Value;
    /// <summary>Lower or equal.</summary>
    public static bool operator <=(Volts a, Volts b) => a.Value <= b.Value;
    /// <summary>Higher or equal.</summary>
    public static bool operator >=(Volts a, Volts b) => a.Value >= b.Value;
    /// <inheritdoc/>
    public int CompareTo(Volts other) => Value.CompareTo(other.Value);
    /// <inheritdoc/>
    public override string ToString() => $"{Value:0.0} V";
}

/// <summary>Current. DC: positive into the car. AC: RMS, signed like the power it carries.</summary>
public readonly record struct Amperes(double Value) : IComparable<Amperes>
{
    /// <summary>No current.</summary>
    public static Amperes Zero => default;
    /// <summary>Magnitude.</summary>
    public static Amperes Abs(Amperes a) => new(Math.Abs(a.Value));
    /// <summary>The smaller; NaN in either gives NaN.</summary>
    public static Amperes Min(Amperes a, Amperes b) => new(Math.Min(a.Value, b.Value));
    /// <summary>The larger; NaN in either gives NaN.</summary>
    public static Amperes Max(Amperes a, Amperes b) => new(Math.Max(a.Value, b.Value));
    /// <summary>Sum.</summary>
    public static Amperes operator +(Amperes a, Amperes b) => new(a.Value + b.Value);
    /// <summary>Difference.</summary>
    public static Amperes operator -(Amperes a, Amperes b) => new(a.Value - b.Value);
    /// <summary>The same current the other way.</summary>
    public static Amperes operator -(Amperes a) => new(-a.Value);
    /// <summary>Scaled by a number without unit.</summary>
    public static Amperes operator *(Amperes a, double factor) => new(a.Value * factor);
    /// <summary>Less (more negative).</summary>
    public static bool operator <(Amperes a, Amperes b) => a.Value < b.Value;
    /// <summary>Greater.</summary>
    public static bool operator >(Amperes a, Amperes b) => a.Value > b.Value;
    /// <summary>Less or equal.</summary>
    public static bool operator <=(Amperes a, Amperes b) => a.Value <= b.Value;
    /// <summary>Greater or equal.</summary>
    public static bool operator >=(Amperes a, Amperes b) => a.Value >= b.Value;
    /// <inheritdoc/>
    public int CompareTo(Amperes other) => Value.CompareTo(other.Value);
    /// <inheritdoc/>
    public override string ToString() => $"{Value:0.0} A";
}

/// <summary>Grid frequency.</summary>
public readonly record struct Hertz(double Value);

/// <summary>Temperature.</summary>
public readonly record struct Celsius(double Value) : IComparable<Celsius>
{
    /// <summary>Cooler.</summary>
    public static bool operator <(Celsius a, Celsius b) => a.Value < b.Value;
    /// <summary>Warmer.</summary>
    public static bool operator >(Celsius a, Celsius b) => a.Value > b.Value;
    /// <inheritdoc/>
    public int CompareTo(Celsius other) => Value.CompareTo(other.Value);
    /// <summary>Cooler or equal.</summary>
    public static bool operator <=(Celsius a, Celsius b) => a.Value <= b.Value;
    /// <summary>Warmer or equal.</summary>
    public static bool operator >=(Celsius a, Celsius b) => a.Value >= b.Value;
}

/// <summary>Energy. Positive into the site or into the car.</summary>
public readonly record struct WattHours(double Value)
{
    /// <summary>Sum.</summary>
    public static WattHours operator +(WattHours a, WattHours b) => new(a.Value + b.Value);
    /// <summary>Difference.</summary>
    public static WattHours operator -(WattHours a, WattHours b) => new(a.Value - b.Value);
}

/// <summary>State of charge of the vehicle's battery, 0–100 %.</summary>
public readonly record struct Soc(double Percent) : IComparable<Soc>
{
    /// <summary>Emptier.</summary>
    public static bool operator <(Soc a, Soc b) => a.Percent < b.Percent;
    /// <summary>Fuller.</summary>
    public static bool operator >(Soc a, Soc b) => a.Percent > b.Percent;
    /// <summary>Emptier or equal.</summary>
    public static bool operator <=(Soc a, Soc b) => a.Percent <= b.Percent;
    /// <summary>Fuller or equal.</summary>
    public static bool operator >=(Soc a, Soc b) => a.Percent >= b.Percent;
    /// <inheritdoc/>
    public int CompareTo(Soc other) => Percent.CompareTo(other.Percent);
    /// <inheritdoc/>
    public override string ToString() => $"{Percent:0.0} %";
}

/// <summary>One value per AC line conductor (leg). Legs that the service does not have hold the default.</summary>
public readonly record struct PerLeg<T>(T L1, T L2, T L3) where T : unmanaged
{
    /// <summary>Leg by index, 0…2.</summary>
    public T this[int leg]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => leg == 0 ? L1 : leg == 1 ? L2 : leg == 2 ? L3 : throw new ArgumentOutOfRangeException(nameof(leg));
    }
}

/// <summary>How a service or an EVSE is wired.</summary>
public enum Wiring
{
    /// <summary>One line conductor and neutral.</summary>
    SinglePhase = 1,
    /// <summary>Two line conductors 180° apart (North America 120/240 V); an EVSE across both loads each with
    /// p/2.</summary>
    SplitPhase = 2,
    /// <summary>Three line conductors.</summary>
    ThreePhase = 3,
}
