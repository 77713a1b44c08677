using System;

namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>Why there is no permit. One bit each; the same bits say what stands and what is latched.</summary>
    [Flags]
    public enum Fault
    {
        /// <summary>Nothing.</summary>
        None = 0,
        /// <summary>The self-test at power-up is under way, or the host has not proven itself since.</summary>
        PowerUp = 1,
        /// <summary>The host answers late, wrong, or not at all.</summary>
        HostSilent = 2,
        /// <summary>The host speaks another version of the link.</summary>
        OtherVersion = 4,
        /// <summary>The host was given other limits than this board.</summary>
        OtherConfiguration = 8,
        /// <summary>The emergency stop's loop is or was open. Latched.</summary>
        EmergencyStop = 16,
        /// <summary>Current beyond a ceiling. Latched.</summary>
        OverCurrent = 32,
        /// <summary>Current beyond what the host commanded, or the other way. Latched.</summary>
        AgainstCommand = 64,
        /// <summary>The contactor box is too hot. Clears itself 5 °C below.</summary>
        OverTemperature = 128,
        /// <summary>Closed, or current flowing, although not driven. Latched until the board is commissioned
        /// anew.</summary>
        ContactorWelded = 256,
        /// <summary>Driven, and not closed in time. Latched.</summary>
        ContactorDidNotClose = 512,
        /// <summary>The feedback moves without us, or we switch too often. Latched.</summary>
        ContactorChatter = 1024,
        /// <summary>The supply sags. Clears itself.</summary>
        BrownOut = 2048,
        /// <summary>The ceilings in flash are missing, damaged or not sealed with this board's key.</summary>
        CeilingsInvalid = 4096,
        /// <summary>The external watchdog does not hold the coil, or does not let it go. Until the next
        /// power-up.</summary>
        SelfTestFailed = 8192,
        /// <summary>What was latched before the last reset cannot be read. Latched.</summary>
        LatchesUnknown = 16384,
        /// <summary>Current or temperature is not measured.</summary>
        MeasurementLost = 32768,
    }

    /// <summary>What becomes of each fault.</summary>
    public static class FaultClass
    {
        /// <summary>A person at the device clears these, once the cause is gone (class F3).</summary>
        public const Fault Latching = Fault.EmergencyStop | Fault.OverCurrent | Fault.AgainstCommand
            | Fault.ContactorDidNotClose | Fault.ContactorChatter | Fault.LatchesUnknown | Service;

        /// <summary>Only commissioning clears these (class F4).</summary>
        public const Fault Service = Fault.ContactorWelded;
    }
}
