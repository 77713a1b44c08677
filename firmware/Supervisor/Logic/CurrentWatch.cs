namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// Measured current against the ceilings, and against what the host commanded within twice the charger's reaction time:
    /// never more than the largest of these commands, never the other way. All of it measured here, not told by the host.
    /// </summary>
    public static class CurrentWatch
    {
        /// <summary>What a meter of current may be wrong by, 0.1 A, beside 2 %.</summary>
        public const int ErrorDeciA = 5;
        /// <summary>A ceiling may be passed for this long, ms; a quarter above it for <see cref="FarOverMs"/>.</summary>
        public const int OverMs = 300;
        /// <summary>Far above a ceiling, ms.</summary>
        public const int FarOverMs = 60;
        /// <summary>Current may differ from the commands for this long, ms.</summary>
        public const int AgainstMs = 800;
        /// <summary>Above a command by 2 A and 10 % counts as more than commanded, 0.1 A.</summary>
        public const int AgainstDeciA = 20;

        /// <summary>A good answer brought this command.</summary>
        public static void Note(int commandDeciA, ref SupervisorState state)
        {
            state.CommandDeciA = commandDeciA;
            if (commandDeciA > state.HighestDeciA) state.HighestDeciA = commandDeciA;
            if (commandDeciA < state.LowestDeciA) state.LowestDeciA = commandDeciA;
        }

        /// <summary>One step; what it finds is latched.</summary>
        public static Fault Next(in SupervisorInputs seen, in Ceilings ceilings, uint elapsed, ref SupervisorState state)
        {
            Roll(ceilings, ref state);
            if (seen.CurrentDeciA == SupervisorInputs.NotKnown) return Fault.None;
            var found = Fault.None;
            var over = BeyondPart(seen.CurrentDeciA, ceilings);
            state.OverCeilingMs = Scored(state.OverCeilingMs, over > 0, elapsed);
            if (state.OverCeilingMs > OverMs || (over > 1 && state.OverCeilingMs > FarOverMs)) found |= Fault.OverCurrent;
            var isAgainst = IsAgainstCommand(seen.CurrentDeciA, state);
            state.AgainstCommandMs = Scored(state.AgainstCommandMs, isAgainst, elapsed);
            if (state.AgainstCommandMs > AgainstMs) found |= Fault.AgainstCommand;
            return found;
        }

        /// <summary>Grows by the time while it holds, shrinks by half of it while it does not; never resets on one good
        /// sample.</summary>
        public static int Scored(int score, bool holds, uint elapsed)
        {
            const int most = 10000;
            // A step that took long proves nothing about the whole of that time.
            var step = elapsed > 100 ? 100 : (int)elapsed;
            if (holds) return score + step > most ? most : score + step;
            return score > step / 2 ? score - step / 2 : 0;
        }

        // 0 within, 1 beyond the ceiling, 2 beyond it by a quarter.
        private static int BeyondPart(int deciA, in Ceilings ceilings)
        {
            var amount = deciA;
            var ceiling = ceilings.MaxChargeDeciA;
            if (deciA < 0)
            {
                amount = -deciA;
                ceiling = ceilings.MaxDischargeDeciA;
            }
            if (amount <= ceiling + ceiling / 50 + ErrorDeciA) return 0;
            return amount > ceiling + ceiling / 4 + ErrorDeciA ? 2 : 1;
        }

        private static bool IsAgainstCommand(int deciA, in SupervisorState state)
        {
            var highest = Higher(Higher(state.HighestDeciA, state.HighestBeforeDeciA), 0);
            var lowest = -Higher(Higher(-state.LowestDeciA, -state.LowestBeforeDeciA), 0);
            return deciA > highest + highest / 10 + AgainstDeciA || deciA < lowest + lowest / 10 - AgainstDeciA;
        }

        // Two half windows, each as long as the charger may take: what was commanded longer ago counts no more.
        private static void Roll(in Ceilings ceilings, ref SupervisorState state)
        {
            if (Ticks.Since(state.WindowAt, state.Now) < (uint)ceilings.ReactionMs) return;
            state.WindowAt = state.Now;
            state.HighestBeforeDeciA = state.HighestDeciA;
            state.LowestBeforeDeciA = state.LowestDeciA;
            state.HighestDeciA = state.CommandDeciA;
            state.LowestDeciA = state.CommandDeciA;
        }

        private static int Higher(int a, int b) => a > b ? a : b;
    }
}
