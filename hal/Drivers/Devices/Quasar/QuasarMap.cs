using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>
/// Wallbox Quasar 1, Modbus TCP, unit 1, holding registers of 16 bit. Sources: V2G-liberty/addon-v2g-liberty 098c6001,
/// SeitaBV/v2g-liberty ddb11deb (register list), robynrox/evse-controller d10e7133. Charge is positive on the wire. A
/// request that crosses a gap between the blocks fails.
/// </summary>
public static class QuasarMap
{
    /// <summary>The unit id that the charger answers to.</summary>
    public const byte Unit = 1;

    /// <summary>Who controls and how.</summary>
    public static readonly Block Control = new(81, 8);
    /// <summary>The part of <see cref="Control"/> that firmware without a set-point type still has.</summary>
    public static readonly Block ControlWithoutType = new(81, 2);
    /// <summary>Lock, action, set-points.</summary>
    public static readonly Block Command = new(256, 5);
    /// <summary>The part of <see cref="Command"/> that firmware without a power set-point still has.</summary>
    public static readonly Block CommandWithoutPower = new(256, 3);
    /// <summary>What is measured, with the DC side.</summary>
    public static readonly Block Live = new(512, 37);
    /// <summary>The same where the DC side is not readable.</summary>
    public static readonly Block LiveWithoutDc = new(512, 35);

    /// <summary>1 = remote (Modbus), 0 = user (app).</summary>
    public const ushort ControlBy = 81;
    /// <summary>1 = starts by itself when a car is plugged in; returns to 1 when control goes back to the
    /// user.</summary>
    public const ushort AutoStart = 82;
    /// <summary>1 = set-point in W, 0 = in A.</summary>
    public const ushort SetpointType = 83;
    /// <summary>Seconds without Modbus after which it stops transferring; 0 = never.</summary>
    public const ushort IdleTimeout = 88;
    /// <summary>1 = locked by its user.</summary>
    public const ushort Locked = 256;
    /// <summary>See <see cref="QuasarAction"/>; write only in effect.</summary>
    public const ushort Action = 257;
    /// <summary>Signed A; below 3 A nothing happens (one source).</summary>
    public const ushort CurrentSetpoint = 258;
    /// <summary>Signed W.</summary>
    public const ushort PowerSetpoint = 260;

    /// <summary>Most power that its hardware setting allows, W; 1380…7400.</summary>
    public static readonly Field MaxPower = new(514, Encoding.U16);
    /// <summary>AC current, A; whole numbers.</summary>
    public static readonly Field AcCurrent = new(519, Encoding.S16);
    /// <summary>AC voltage, V; whole numbers.</summary>
    public static readonly Field AcVoltage = new(522, Encoding.U16);
    /// <summary>AC active power, W.</summary>
    public static readonly Field AcPower = new(526, Encoding.S16);
    /// <summary>See <see cref="QuasarState"/>.</summary>
    public static readonly Field State = new(537, Encoding.U16);
    /// <summary>State of charge, %; only of use with a session.</summary>
    public static readonly Field Soc = new(538, Encoding.U16);
    /// <summary>Unrecoverable errors; no source says what a bit means.</summary>
    public static readonly Field Unrecoverable = new(539, Encoding.U32);
    /// <summary>Recoverable errors; no source says what a bit means.</summary>
    public static readonly Field Recoverable = new(541, Encoding.U32);
    /// <summary>DC voltage, V (one source).</summary>
    public static readonly Field DcVoltage = new(547, Encoding.U16, Scale: 0.1);
    /// <summary>DC current, A, into the car (one source).</summary>
    public static readonly Field DcCurrent = new(548, Encoding.S16, Scale: 0.1);

    /// <summary>Below this the set-point has no effect (one source).</summary>
    public const double LeastAmperes = 3;
    /// <summary>Largest current set-point, magnitude.</summary>
    public const double MostAmperes = 32;
    /// <summary>Largest power set-point, magnitude.</summary>
    public const double MostWatts = 7400;
}

/// <summary>What register 257 takes.</summary>
public enum QuasarAction : ushort
{
    /// <summary>Starts a session.</summary>
    Start = 1,
    /// <summary>Stops the session.</summary>
    Stop = 2,
    /// <summary>Reboots; never written by this driver.</summary>
    Restart = 3,
}

/// <summary>Register 537. Two sources agree but for 7 and 12.</summary>
public enum QuasarState : ushort
{
    /// <summary>No car.</summary>
    NoCar = 0,
    /// <summary>Charging.</summary>
    Charging = 1,
    /// <summary>The car asks for nothing; a start passes through it.</summary>
    WaitingForCar = 2,
    /// <summary>Waits for the app or its schedule.</summary>
    WaitingForSchedule = 3,
    /// <summary>Stopped, car there.</summary>
    Paused = 4,
    /// <summary>End of a schedule, car there.</summary>
    EndOfSchedule = 5,
    /// <summary>No car, locked.</summary>
    NoCarLocked = 6,
    /// <summary>Error by one source, waiting for OCPP by another; usual for minutes after a restart.</summary>
    ErrorOrOcpp = 7,
    /// <summary>Queues for power sharing.</summary>
    QueueSharing = 8,
    /// <summary>Power sharing is not configured.</summary>
    UnconfiguredSharing = 9,
    /// <summary>Queues for power boost.</summary>
    QueueBoost = 10,
    /// <summary>Discharging.</summary>
    Discharging = 11,
    /// <summary>Error (one source).</summary>
    Error = 12,
}

/// <summary>What a state means to this driver.</summary>
public static class QuasarStates
{
    extension(QuasarState state)
    {
        /// <summary>Energy flows, or may.</summary>
        public bool IsTransferring => state is QuasarState.Charging or QuasarState.Discharging;

        /// <summary>No plug is seen.</summary>
        public bool IsUnplugged => state is QuasarState.NoCar or QuasarState.NoCarLocked;

        /// <summary>A start or a set-point is obeyed, or there is nothing to obey. Unknown numbers are not.</summary>
        public bool IsControllable => state <= QuasarState.NoCarLocked || state == QuasarState.Discharging;

        /// <summary>A number of which it is known whether a car is there.</summary>
        public bool TellsPlug => state.IsControllable
            || state is QuasarState.QueueSharing or QuasarState.QueueBoost;
    }
}
