using ChargeScape.Edge.Firmware.Link;

namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>Everything that the board sees at one moment.</summary>
    public struct SupervisorInputs
    {
        /// <summary>Where a measurement stands that the board could not make.</summary>
        public const int NotKnown = int.MinValue;

        /// <summary>A whole frame of this version came since the last step, and it was an answer.</summary>
        public bool HasAnswer;
        /// <summary>That answer.</summary>
        public Answer Answer;
        /// <summary>The config hash of that answer.</summary>
        public uint AnswerConfigHash;
        /// <summary>A frame of another version came since the last step.</summary>
        public bool HeardOtherVersion;

        /// <summary>The emergency stop's loop is closed. Unknown is false.</summary>
        public bool IsEmergencyStopReleased;
        /// <summary>The contactor's auxiliary contact says closed.</summary>
        public bool IsContactorClosed;
        /// <summary>The button at the device that clears what is latched.</summary>
        public bool IsClearPressed;
        /// <summary>The external watchdog lets the coil be driven, read back behind it.</summary>
        public bool IsWatchdogReleased;

        /// <summary>DC current, 0.1 A, positive into the car.</summary>
        public int CurrentDeciA;
        /// <summary>Temperature of the contactor box, 0.1 °C.</summary>
        public int TemperatureDeciC;
        /// <summary>Supply of the board, mV.</summary>
        public int SupplyMilliV;
    }

    /// <summary>What the board does with it.</summary>
    public struct SupervisorOutputs
    {
        /// <summary>The permit line to the host.</summary>
        public bool Permit;
        /// <summary>The coil of the contactor.</summary>
        public bool DriveContactor;
        /// <summary>One edge for the external window watchdog: this cycle was checked to its end.</summary>
        public bool KickWatchdog;
        /// <summary><see cref="Question"/> is to be sent.</summary>
        public bool Asks;
        /// <summary>The question.</summary>
        public Question Question;
        /// <summary>What is latched has changed and is to be written to flash.</summary>
        public bool StoreLatches;
        /// <summary>What is latched.</summary>
        public Fault Latched;
    }
}
