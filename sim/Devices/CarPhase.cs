namespace ChargeScape.Edge.Sim.Devices;

/// <summary>Where the car stands in a session, as it leads it itself.</summary>
public enum CarPhase : byte
{
    /// <summary>Not plugged in.</summary>
    Away,
    /// <summary>Plugged in, nothing on the lines.</summary>
    Asleep,
    /// <summary>Sequence signal 1 seen; its frames start.</summary>
    Waking,
    /// <summary>Sends its limits, waits for the charger's.</summary>
    Exchanging,
    /// <summary>k is on, the permission flag follows.</summary>
    Permitting,
    /// <summary>Permits; waits for lock and sequence signal 2.</summary>
    Waiting,
    /// <summary>Closes its contactor.</summary>
    Closing,
    /// <summary>Contactor closed; asks for current soon.</summary>
    Asking,
    /// <summary>Energy may flow.</summary>
    Transferring,
    /// <summary>Permission withdrawn; waits for the current to go.</summary>
    Stopping,
    /// <summary>Contactor opened; looks whether it is welded.</summary>
    WeldCheck,
    /// <summary>Session over; waits for the lines to fall.</summary>
    Ended,
}

/// <summary>What a scenario can make wrong with the car.</summary>
[Flags]
public enum CarTrouble
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>Its frames stop; its contactor stays as it is while d1 and d2 are on.</summary>
    Silent = 1 << 0,
    /// <summary>Never closes its contactor.</summary>
    NeverCloses = 1 << 1,
    /// <summary>Never asks for current and offers no discharge.</summary>
    NeverAsks = 1 << 2,
    /// <summary>Reports a battery that is too hot.</summary>
    Hot = 1 << 3,
    /// <summary>Withdraws its permission, as a driver who presses "stop" in the car.</summary>
    WantsStop = 1 << 4,
    /// <summary>Says that its highest voltage is 0.</summary>
    Implausible = 1 << 5,
    /// <summary>Its k line falls while its flag stays.</summary>
    LineWithoutFlag = 1 << 6,
    /// <summary>The state of charge that it tells jumps by a point up and down, every two seconds.</summary>
    SocDithers = 1 << 7,
}
