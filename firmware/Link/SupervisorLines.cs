using System;

namespace ChargeScape.Edge.Firmware.Link
{
    /// <summary>Lines as the MCU sees them.</summary>
    [Flags]
    public enum SupervisorLines
    {
        /// <summary>None is active.</summary>
        None = 0,
        /// <summary>The MCU lets the contactor close.</summary>
        Permit = 1,
        /// <summary>It drives the coil.</summary>
        ContactorDrive = 2,
        /// <summary>The contactor's auxiliary contact says closed.</summary>
        ContactorFeedback = 4,
        /// <summary>The emergency stop's loop is closed: not pressed.</summary>
        EmergencyStopReleased = 8,
        /// <summary>The external window watchdog lets the coil be driven.</summary>
        WatchdogReleased = 16,
    }
}
