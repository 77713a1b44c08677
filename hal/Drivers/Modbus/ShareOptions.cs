namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>Who goes first when several devices of a bus are due.</summary>
public enum SharePriority : byte
{
    /// <summary>What moves power or what limits rest on.</summary>
    High,
    /// <summary>As due; a high one may go first for 100 ms.</summary>
    Normal,
    /// <summary>What can wait a second.</summary>
    Low,
}

/// <summary>What one device may take of a bus that it shares with others.</summary>
public sealed record ShareOptions
{
    /// <summary>Rest that the device needs between an answer and the next request to it, 0…10 s.</summary>
    public TimeSpan MinimumGap { get; init; }

    /// <summary>Lower bound of the adaptive timeout, 1 ms…60 s.</summary>
    public TimeSpan TimeoutMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Upper bound, and the timeout while nothing is known of the device.</summary>
    public TimeSpan TimeoutMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Requests that may fail in a row, each <see cref="RetryPause"/> after the one before, until the pauses grow,
    /// 0…10.
    /// </summary>
    public int Retries { get; init; } = 1;

    /// <summary>Who goes first.</summary>
    public SharePriority Priority { get; init; } = SharePriority.Normal;

    /// <summary>
    /// What a turn may take before the device counts as slow and is left alone for four times as long as it took. No
    /// bound for a device that has its bus for itself.
    /// </summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>First back-off: the device is left alone for so long after a request that failed, 1 ms…1 min.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest back-off of a dead device; it doubles up to this, at most 1 h.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    internal void Require()
    {
        ModbusRtuOptions.Within(MinimumGap, 0, 10, nameof(MinimumGap));
        ModbusRtuOptions.Within(TimeoutMin, 0.001, 60, nameof(TimeoutMin));
        ModbusRtuOptions.Within(TimeoutMax, TimeoutMin.TotalSeconds, 60, nameof(TimeoutMax));
        ModbusRtuOptions.Within(RetryPause, 0.001, 60, nameof(RetryPause));
        ModbusRtuOptions.Within(LongestPause, RetryPause.TotalSeconds, 3600, nameof(LongestPause));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Budget.Ticks, nameof(Budget));
        if (Retries is < 0 or > 10) throw new ArgumentOutOfRangeException(nameof(Retries), Retries, "must be 0…10");
        if (!Enum.IsDefined(Priority)) throw new ArgumentOutOfRangeException(nameof(Priority));
    }
}
