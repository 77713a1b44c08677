namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// The coil and what answers it. Open must follow within 100 ms, closed within 200; what moves without us, what flows
    /// without us and what we switch too often is latched.
    /// </summary>
    public static class ContactorWatch
    {
        /// <summary>Feedback must be open this soon after the coil is let go, ms.</summary>
        public const uint MustOpenMs = 100;
        /// <summary>Feedback must be closed this soon after the coil is driven, ms.</summary>
        public const uint MustCloseMs = 200;
        /// <summary>The coil stays off at least this long, ms: a contactor that opens under load needs to cool.</summary>
        public const uint LeastOffMs = 5000;
        /// <summary>Closures in a row before their score of one in 20 s is reached: three a minute in the long run.</summary>
        public const int MostClosures = 4;
        /// <summary>This much current without us is current, 0.1 A.</summary>
        public const int StrayDeciA = 10;
        /// <summary>It must flow for this long, ms.</summary>
        public const int StrayForMs = 300;

        /// <summary>A driven contactor may be seen open for this long, ms.</summary>
        public const int LostForMs = 50;

        private const uint ChatterDecay = 1000;
        private const uint ClosureDecay = 20000;
        private const int ChatterTripsAt = 4;

        /// <summary>One step before the coil is decided; what it finds is latched.</summary>
        public static Fault Next(in SupervisorInputs seen, uint now, uint elapsed, ref SupervisorState state)
        {
            Decay(now, ref state);
            var found = Followed(seen, now, elapsed, ref state);
            var isStray = !state.Drive && Ticks.Since(state.DriveSince, now) > MustOpenMs
                && seen.CurrentDeciA != SupervisorInputs.NotKnown
                && (seen.CurrentDeciA > StrayDeciA || seen.CurrentDeciA < -StrayDeciA);
            state.StrayMs = CurrentWatch.Scored(state.StrayMs, isStray, elapsed);
            if (state.StrayMs > StrayForMs) found |= Fault.ContactorWelded;
            return found;
        }

        /// <summary>Decides the coil: only from a permit, after the host has said "open" under it, and not too soon or too
        /// often.</summary>
        public static Fault Decide(uint now, ref SupervisorState state)
        {
            if (!state.Permit) state.IsArmed = false;
            else if (!state.WantsClosed) state.IsArmed = true;

            var wanted = state.Permit && state.IsArmed && state.WantsClosed;
            if (wanted == state.Drive) return Fault.None;
            if (wanted && state.WasDriven && Ticks.Since(state.DriveSince, now) < LeastOffMs) return Fault.None;
            if (wanted && state.ClosureScore >= MostClosures) return Fault.ContactorChatter;
            if (wanted) state.ClosureScore++;
            state.Drive = wanted;
            state.WasDriven = true;
            state.DriveSince = now;
            state.HasFollowed = false;
            return Fault.None;
        }

        private static Fault Followed(in SupervisorInputs seen, uint now, uint elapsed, ref SupervisorState state)
        {
            var moved = seen.IsContactorClosed != state.Feedback;
            state.Feedback = seen.IsContactorClosed;
            var follows = seen.IsContactorClosed == state.Drive;
            // The contacts of a coil that was just switched may bounce; afterwards nothing moves by itself.
            var isSettling = Ticks.Since(state.DriveSince, now) <= (state.Drive ? MustCloseMs : MustOpenMs);
            if (follows && !moved) state.HasFollowed = true;
            if (moved && state.HasFollowed && !isSettling) state.ChatterScore += 2;
            if (state.ChatterScore >= ChatterTripsAt) return Fault.ContactorChatter;
            var isLost = !follows && !isSettling;
            if (isLost && !state.Drive) return Fault.ContactorWelded;
            // Dropped by itself, by a sagging coil or a cut supply: it must not come back by itself either.
            state.LostMs = CurrentWatch.Scored(state.LostMs, isLost, elapsed);
            return isLost && (!state.HasFollowed || state.LostMs > LostForMs) ? Fault.ContactorDidNotClose : Fault.None;
        }

        private static void Decay(uint now, ref SupervisorState state)
        {
            if (Ticks.Since(state.ChatterAt, now) >= ChatterDecay)
            {
                state.ChatterAt = now;
                if (state.ChatterScore > 0) state.ChatterScore--;
            }
            if (Ticks.Since(state.ClosureAt, now) >= ClosureDecay)
            {
                state.ClosureAt = now;
                if (state.ClosureScore > 0) state.ClosureScore--;
            }
        }
    }
}
