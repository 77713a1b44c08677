using ChargeScape.Edge.Firmware.Link;

namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>Where the board is in its power-up.</summary>
    public enum BootPhase
    {
        /// <summary>The watchdog is not kicked: it must be seen to hold the coil.</summary>
        WatchdogMustHold = 0,
        /// <summary>It is kicked: it must be seen to let the coil go.</summary>
        WatchdogMustRelease = 1,
        /// <summary>Both were seen.</summary>
        Done = 2,
    }

    /// <summary>Everything that the logic remembers between two steps: 256 bytes at most, no reference.</summary>
    public struct SupervisorState
    {
        /// <summary>Time of the last step, ms.</summary>
        public uint Now;
        /// <summary>Begin of the power-up, ms.</summary>
        public uint BootedAt;
        /// <summary>Where the power-up is.</summary>
        public BootPhase Boot;
        /// <summary>What is latched.</summary>
        public Fault Latched;
        /// <summary>What stands at this moment.</summary>
        public Fault Standing;

        /// <summary>A question waits for its answer.</summary>
        public bool IsAsking;
        /// <summary>When it was asked, ms.</summary>
        public uint AskedAt;
        /// <summary>Its number.</summary>
        public byte Sequence;
        /// <summary>Its nonce; never zero.</summary>
        public ushort Nonce;
        /// <summary>Of wrong and late answers: +2 each, −1 for a good one.</summary>
        public int LinkScore;
        /// <summary>That score was too high, and has not been zero since.</summary>
        public bool IsLinkTripped;
        /// <summary>An answer was good once since power-up.</summary>
        public bool HasGoodAnswer;
        /// <summary>When the last good answer came, ms.</summary>
        public uint GoodAt;
        /// <summary>Cycle of the last answer whose fold was right.</summary>
        public uint Cycle;
        /// <summary>At least one answer had a right fold.</summary>
        public bool HasCycle;
        /// <summary>The host was last heard with another version or configuration.</summary>
        public Fault Mismatch;
        /// <summary>The host's last good wish.</summary>
        public bool WantsClosed;

        /// <summary>The host's last good command, 0.1 A.</summary>
        public int CommandDeciA;
        /// <summary>Highest and lowest command of the present half window, 0.1 A.</summary>
        public int HighestDeciA;
        /// <summary>Lowest.</summary>
        public int LowestDeciA;
        /// <summary>Of the half window before.</summary>
        public int HighestBeforeDeciA;
        /// <summary>Lowest.</summary>
        public int LowestBeforeDeciA;
        /// <summary>Begin of the present half window, ms.</summary>
        public uint WindowAt;
        /// <summary>How long the current was beyond a ceiling, decaying, ms.</summary>
        public int OverCeilingMs;
        /// <summary>How long it was beyond the commands, decaying, ms.</summary>
        public int AgainstCommandMs;
        /// <summary>How long current flowed with the contactor not driven, decaying, ms.</summary>
        public int StrayMs;
        /// <summary>Too hot, and not yet 5 °C below.</summary>
        public bool IsHot;
        /// <summary>The supply was too low.</summary>
        public bool IsBrownOut;
        /// <summary>Since when it has been good again, ms.</summary>
        public uint SupplyGoodAt;

        /// <summary>The host has said "open" since the permit came.</summary>
        public bool IsArmed;
        /// <summary>There was a permit at the last step.</summary>
        public bool Permit;
        /// <summary>The coil is driven.</summary>
        public bool Drive;
        /// <summary>Since when it has been as it is, ms.</summary>
        public uint DriveSince;
        /// <summary>It has been driven since power-up, so its off-time counts.</summary>
        public bool WasDriven;
        /// <summary>Feedback at the last step.</summary>
        public bool Feedback;
        /// <summary>The feedback has followed the coil since it last changed.</summary>
        public bool HasFollowed;
        /// <summary>How long it was seen open although driven, decaying, ms.</summary>
        public int LostMs;
        /// <summary>Of feedback that moved without us: +2 each, −1 a second.</summary>
        public int ChatterScore;
        /// <summary>When that score last decayed, ms.</summary>
        public uint ChatterAt;
        /// <summary>Of our own closures: +1 each, −1 every 20 s.</summary>
        public int ClosureScore;
        /// <summary>When that score last decayed, ms.</summary>
        public uint ClosureAt;

        /// <summary>How long the clear button has been down, ms; −1 when it must be let go first.</summary>
        public int ClearHeldMs;
        /// <summary>Since when the watchdog has not been as it should, ms.</summary>
        public uint WatchdogGoodAt;

        /// <summary>
        /// The state at power-up: nothing proven, nothing driven. <paramref name="seed"/> makes each power-up ask other
        /// questions; the rest is what flash held.
        /// </summary>
        public static SupervisorState PowerUp(uint now, ushort seed, StoredLatches stored, uint commissioning)
        {
            var latched = stored.IsKnown ? stored.Latched & FaultClass.Latching : Fault.LatchesUnknown;
            // A board that was commissioned anew has been looked at: what only service clears is cleared.
            if (stored.IsKnown && stored.Commissioning != commissioning) latched &= ~FaultClass.Service;
            return new SupervisorState
            {
                Now = now,
                BootedAt = now,
                Latched = latched,
                Nonce = seed == 0 ? (ushort)1 : seed,
                AskedAt = now,
                GoodAt = now,
                LinkScore = AnswerWatch.TripsAt,
                IsLinkTripped = true,
                WindowAt = now,
                SupplyGoodAt = now,
                DriveSince = now,
                HasFollowed = true,
                ChatterAt = now,
                ClosureAt = now,
                ClearHeldMs = -1,
                WatchdogGoodAt = now,
            };
        }
    }
}
