namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// The external window watchdog gates the coil; whether it does is seen at every power-up, before anything can close.
    /// <code>
    ///   1 s not kicked: it must hold ──► kicked: it must release within 0.5 s ──► done; afterwards it must stay released
    /// </code>
    /// </summary>
    public static class SelfTest
    {
        /// <summary>The watchdog is left alone for this long, ms.</summary>
        public const uint HoldMs = 1000;
        /// <summary>Kicked, it must release within this time, ms.</summary>
        public const uint ReleaseMs = 500;
        /// <summary>Later it may be seen holding for this long, ms.</summary>
        public const uint LapseMs = 200;

        /// <summary>One step; true when the watchdog is to be kicked at the end of it.</summary>
        public static bool Next(in SupervisorInputs seen, in Ceilings ceilings, uint now, ref SupervisorState state)
        {
            Supply(seen, ceilings, now, ref state);
            var sinceBoot = Ticks.Since(state.BootedAt, now);
            if (seen.IsWatchdogReleased) state.WatchdogGoodAt = now;
            switch (state.Boot)
            {
                case BootPhase.WatchdogMustHold:
                    if (sinceBoot < HoldMs) return false;
                    // Still released although nobody kicks it: it would never cut the coil.
                    if (seen.IsWatchdogReleased || seen.IsContactorClosed) Fail(ref state);
                    state.Boot = BootPhase.WatchdogMustRelease;
                    state.WatchdogGoodAt = now;
                    break;
                case BootPhase.WatchdogMustRelease:
                    if (seen.IsWatchdogReleased) state.Boot = BootPhase.Done;
                    else if (Ticks.Since(state.WatchdogGoodAt, now) > ReleaseMs) Fail(ref state);
                    break;
                default:
                    if (Ticks.Since(state.WatchdogGoodAt, now) > LapseMs) Fail(ref state);
                    break;
            }
            return (state.Standing & Fault.SelfTestFailed) == 0;
        }

        private static void Fail(ref SupervisorState state) => state.Standing |= Fault.SelfTestFailed;

        private static void Supply(in SupervisorInputs seen, in Ceilings ceilings, uint now, ref SupervisorState state)
        {
            const int hysteresisMilliV = 300;
            const uint goodForMs = 1000;
            if (seen.SupplyMilliV < ceilings.MinSupplyMilliV)
            {
                state.IsBrownOut = true;
                state.SupplyGoodAt = now;
            }
            else if (seen.SupplyMilliV < ceilings.MinSupplyMilliV + hysteresisMilliV)
            {
                state.SupplyGoodAt = now;
            }
            if (state.IsBrownOut && Ticks.Since(state.SupplyGoodAt, now) > goodForMs) state.IsBrownOut = false;
        }
    }
}
