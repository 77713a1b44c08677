namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>Where the charger stands in the sequence; the diagram is at <see cref="Session"/>.</summary>
public enum SessionPhase : byte
{
    /// <summary>d1 off, unlocked, nothing sent.</summary>
    Idle,
    /// <summary>d1 on, waiting for the car's frames.</summary>
    Waking,
    /// <summary>Limits exchanged, waiting for permission.</summary>
    Exchanging,
    /// <summary>Lock commanded, waiting for its feedback.</summary>
    Locking,
    /// <summary>Test voltage against protective earth, and its hold.</summary>
    Insulating,
    /// <summary>Test over, voltage falling.</summary>
    Bleeding,
    /// <summary>d2 on, waiting for the car's contactor.</summary>
    Closing,
    /// <summary>Contactor closed, waiting for the first request.</summary>
    Requesting,
    /// <summary>Energy may flow.</summary>
    Transferring,
    /// <summary>Ordered stop: current to ≤ 5 A.</summary>
    RampingDown,
    /// <summary>Charging off, waiting for the car to open.</summary>
    AwaitingOpen,
    /// <summary>Emergency: DC interrupted, waiting (shortly) for the current to be gone.</summary>
    Interrupting,
    /// <summary>d2 off, then d1; locked until the voltage is gone.</summary>
    Releasing,
    /// <summary>Unlock commanded, waiting for its feedback.</summary>
    Unlocking,
    /// <summary>Ended in a fault.</summary>
    Faulted,
}
