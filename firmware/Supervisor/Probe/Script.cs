namespace ChargeScape.Edge.Firmware.Supervisor.Probe
{
    /// <summary>What happens around the board in the script, and when.</summary>
    public enum Happening
    {
        /// <summary>The host answers (1) or is dead (0).</summary>
        Host,
        /// <summary>The host wants the contactor closed (1) or open (0).</summary>
        Wants,
        /// <summary>The host commands this current, 0.1 A.</summary>
        Command,
        /// <summary>This current flows while the contactor is closed, 0.1 A; 30000 = what is commanded.</summary>
        Flows,
        /// <summary>The contactor box has this temperature, 0.1 °C.</summary>
        Temperature,
        /// <summary>The supply, mV.</summary>
        Supply,
        /// <summary>The emergency stop is released (1) or pressed (0).</summary>
        EmergencyStop,
        /// <summary>The clear button is down (1) or up (0).</summary>
        Clear,
        /// <summary>The contactor follows (0), is stuck open (1) or closed (2).</summary>
        Stuck,
        /// <summary>The host skips (1) or doubles (2) a part of its cycle, stands still (3), or is sound (0).</summary>
        Fold,
        /// <summary>The link garbles this byte of each answer; −1 for none.</summary>
        Garble,
        /// <summary>The host has another configuration (1) or ours (0).</summary>
        Configuration,
    }

    /// <summary>
    /// A story for the board: rows of milliseconds since power-up, what happens, and its value. Compiled in, so that a device
    /// without files and serial ports can run it.
    /// </summary>
    public static class Script
    {
        /// <summary>The counter of milliseconds at power-up: it wraps after 20 s.</summary>
        public const uint Start = uint.MaxValue - 20000;
        /// <summary>How long the story is, ms.</summary>
        public const int Length = 120000;

        /// <summary>The rows.</summary>
        public static readonly int[] Rows =
        {
            0, (int)Happening.Host, 1,
            4000, (int)Happening.Wants, 1,
            5000, (int)Happening.Command, 100,
            8000, (int)Happening.Fold, 1,
            9000, (int)Happening.Fold, 0,
            12000, (int)Happening.Wants, 0,
            12500, (int)Happening.Wants, 1,
            19500, (int)Happening.Host, 0,
            20500, (int)Happening.Host, 1,
            22000, (int)Happening.Wants, 0,
            22500, (int)Happening.Wants, 1,
            30000, (int)Happening.EmergencyStop, 0,
            31000, (int)Happening.EmergencyStop, 1,
            32000, (int)Happening.Clear, 1,
            33500, (int)Happening.Clear, 0,
            34000, (int)Happening.Wants, 0,
            34500, (int)Happening.Wants, 1,
            42000, (int)Happening.Flows, -60,
            45000, (int)Happening.Flows, 30000,
            45500, (int)Happening.Clear, 1,
            47000, (int)Happening.Clear, 0,
            47500, (int)Happening.Wants, 0,
            48000, (int)Happening.Wants, 1,
            55000, (int)Happening.Flows, 400,
            56000, (int)Happening.Flows, 30000,
            57000, (int)Happening.Clear, 1,
            58500, (int)Happening.Clear, 0,
            60000, (int)Happening.Temperature, 900,
            62000, (int)Happening.Temperature, 300,
            64000, (int)Happening.Supply, 4000,
            65000, (int)Happening.Supply, 5000,
            68000, (int)Happening.Configuration, 1,
            69000, (int)Happening.Configuration, 0,
            72000, (int)Happening.Garble, 5,
            73000, (int)Happening.Garble, -1,
            76000, (int)Happening.Fold, 3,
            77000, (int)Happening.Fold, 2,
            78000, (int)Happening.Fold, 0,
            80000, (int)Happening.Wants, 0,
            80500, (int)Happening.Wants, 1,
            90000, (int)Happening.Stuck, 2,
            91000, (int)Happening.Wants, 0,
            93000, (int)Happening.Stuck, 0,
            94000, (int)Happening.Clear, 1,
            96000, (int)Happening.Clear, 0,
        };
    }
}
