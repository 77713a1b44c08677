namespace ChargeScape.Edge.Hal;

/// <summary>Meter at the point of common coupling (PCC). Positive = import.</summary>
/// <param name="Power">Sum over the legs.</param>
/// <param name="LegPower">Active power per leg.</param>
/// <param name="LegVoltage">RMS voltage, leg to neutral.</param>
/// <param name="LegCurrent">RMS current per leg, magnitude; breaker limits use measured amperes.</param>
/// <param name="Frequency">Null when the meter does not give it.</param>
public readonly record struct MeterReading(
    Watts Power, PerLeg<Watts> LegPower, PerLeg<Volts> LegVoltage, PerLeg<Amperes> LegCurrent, Hertz? Frequency);

/// <summary>A meter.</summary>
public interface IMeter : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<MeterReading>> Readings { get; }
}
