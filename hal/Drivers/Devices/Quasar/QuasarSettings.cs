using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>How a Quasar takes its set-point.</summary>
public enum QuasarSetpoint : byte
{
    /// <summary>In W; in A once the firmware has refused that.</summary>
    Auto,
    /// <summary>In W only.</summary>
    Power,
    /// <summary>In A only.</summary>
    Current,
}

/// <summary>What the site file says of a Quasar. What sources disagree on, or only one of them says, is here.</summary>
public sealed record QuasarSettings
{
    /// <summary>Most charge power, AC, 0…7400 W.</summary>
    public required Watts MaxCharge { get; init; }
    /// <summary>Most discharge power, AC, a magnitude, 0…7400 W; 0 = the grid code forbids it.</summary>
    public required Watts MaxDischarge { get; init; }
    /// <summary>How it takes its set-point.</summary>
    public QuasarSetpoint Setpoint { get; init; } = QuasarSetpoint.Auto;
    /// <summary>What to do when the app or another master takes control.</summary>
    public SecondMaster OnSecondMaster { get; init; } = SecondMaster.Yield;
    /// <summary>Shortest time for which this driver stands back; it waits on while the other transfers power.</summary>
    public TimeSpan YieldFor { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Time between two polls.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>How old its own sample may be when it answers; not known, so a setting.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(1);
    /// <summary>Oldest reading that counts.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromSeconds(5);
    /// <summary>From a set-point to the first movement; not measured by any source.</summary>
    public TimeSpan DeadTime { get; init; } = TimeSpan.FromSeconds(2.5);
    /// <summary>From a set-point to steady power: measured 21.9 s from zero, 10.9 s for a change of over 2 A.</summary>
    public TimeSpan SettlingTime { get; init; } = TimeSpan.FromSeconds(22);
    /// <summary>Longest start, from the action to a transferring state.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>Longest stop: measured 10.9 s.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromSeconds(12);
    /// <summary>Register 88: it stops by itself after so long without Modbus.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>Least time between two set-points that let power grow; shrinking is never delayed.</summary>
    public TimeSpan GrowthGap { get; init; } = TimeSpan.FromSeconds(2.5);
    /// <summary>Values that stand still for so long while power flows are those of a hung server.</summary>
    public TimeSpan FrozenAfter { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>How long a session without a state of charge is polled four times a second.</summary>
    public TimeSpan SocWake { get; init; } = TimeSpan.FromSeconds(60);
    /// <summary>How long the last state of charge stands for one that reads 0 or 1 within a session.</summary>
    public TimeSpan SocHold { get; init; } = TimeSpan.FromSeconds(30);
    /// <summary>How long the supply stays off, so that the charger restarts.</summary>
    public TimeSpan SupplyOff { get; init; } = TimeSpan.FromSeconds(10);
    /// <summary>Line that drives the contactor in the charger's supply; null = there is none.</summary>
    public string? SupplyLine { get; init; }

    /// <summary>What the family promises about time with these settings.</summary>
    public DeviceTiming Timing => new(
        Period, Refresh, MaxAge, DeadTime, SettlingTime,
        // A start waits for control, the session and the state of charge.
        StartTime: StartTime + 5.Seconds, StopTime: StopTime + Period,
        // 81–97 % of the request by measurement, and less whenever the car takes less, which nothing tells.
        Shortfall: 1);

    /// <summary>Throws when a number is outside what the device can take.</summary>
    /// <exception cref="ArgumentException">Names the setting.</exception>
    public QuasarSettings Checked()
    {
        Require(MaxCharge.Value is >= 0 and <= QuasarMap.MostWatts, nameof(MaxCharge), "0…7400 W");
        Require(MaxDischarge.Value is >= 0 and <= QuasarMap.MostWatts, nameof(MaxDischarge), "0…7400 W");
        Require(Period > TimeSpan.Zero && Period < MaxAge, nameof(Period), "shorter than the largest age");
        Require(IdleTimeout > 2 * MaxAge, nameof(IdleTimeout), "more than twice the largest age");
        Require(FrozenAfter > SettlingTime, nameof(FrozenAfter), "longer than the settling time");
        return this;
    }

    private static void Require(bool holds, string setting, string bound)
    {
        if (!holds) throw new ArgumentException($"Quasar setting out of range: {setting} must be {bound}", setting);
    }
}
