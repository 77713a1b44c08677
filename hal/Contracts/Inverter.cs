namespace ChargeScape.Edge.Hal;

/// <summary>PV inverter. Positive = into the site's AC side, so generation is negative.</summary>
/// <param name="Power">AC active power; generation negative.</param>
/// <param name="IsFaulted">The device reports a fault or alarm that stops it.</param>
/// <param name="Alarms">Alarm bits as the device gives them (SunSpec 701 Alrm).</param>
public readonly record struct InverterReading(Watts Power, bool IsFaulted, uint Alarms);

/// <summary>An inverter that is read (curtailment comes with its issue).</summary>
public interface IInverter : IPolledDevice
{
    /// <summary>Newest reading.</summary>
    Latest<Reading<InverterReading>> Readings { get; }
}

/// <summary>What an inverter that can be curtailed is told. One that is older than the device's reversion time counts
/// as the limit that the site file sets for silence.</summary>
/// <param name="MostGeneration">Limit of the generation, ≤ 0; negative infinity lifts it.</param>
/// <param name="IssuedAt">Monotonic time of the command.</param>
public readonly record struct CurtailmentCommand(Watts MostGeneration, TimeSpan IssuedAt);

/// <summary>An inverter whose generation can be limited.</summary>
public interface ICurtailable
{
    /// <summary>Where the limit is put; nothing is written before the first one.</summary>
    Latest<CurtailmentCommand> Commands { get; }

    /// <summary>The device has confirmed the newest limit.</summary>
    bool IsHeld { get; }
}
