using ChargeScape.Edge.Firmware.Link;

namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// Whether the host proves itself: one question at a time, every 100 ms, each with another nonce. An answer is good when
    /// it is the question's, comes within 150 ms of it and not sooner than 50 ms after the one before, has the right fold, and
    /// its cycle has advanced.
    /// <code>
    ///   last good answer ── ≤ 100 ms ── question ── 150 ms: late ── question ── 150 ms: late ──► no permit, after 400 ms
    /// </code>
    /// Wrong or late costs 2, good gives 1 back, at 4 the permit falls and stays away until it is 0 again.
    /// </summary>
    public static class AnswerWatch
    {
        /// <summary>From one question to the next, ms.</summary>
        public const uint Period = 100;
        /// <summary>An answer that takes longer than this is late, ms.</summary>
        public const uint Late = 150;
        /// <summary>Two good answers are at least this far apart, ms: a host that runs wild is no host.</summary>
        public const uint LeastBetween = 50;
        /// <summary>What a wrong or late answer costs.</summary>
        public const int Cost = 2;
        /// <summary>Where the permit falls.</summary>
        public const int TripsAt = 4;

        private const int Most = 8;

        /// <summary>One step.</summary>
        public static void Next(in SupervisorInputs seen, in Ceilings ceilings, uint now, ref SupervisorState state)
        {
            if (seen.HeardOtherVersion) Refuse(Fault.OtherVersion, ref state);
            if (seen.HasAnswer)
            {
                if (seen.AnswerConfigHash != ceilings.ConfigHash) Refuse(Fault.OtherConfiguration, ref state);
                else Judge(seen.Answer, now, ref state);
            }
            if (state.IsAsking && Ticks.Since(state.AskedAt, now) > Late) Miss(ref state);
        }

        /// <summary>Asks again when it is time; true when a question is to be sent.</summary>
        public static bool Asks(uint now, ref SupervisorState state)
        {
            if (state.IsAsking || Ticks.Since(state.AskedAt, now) < Period) return false;
            state.IsAsking = true;
            state.AskedAt = now;
            state.Sequence = unchecked((byte)(state.Sequence + 1));
            state.Nonce = After(state.Nonce);
            return true;
        }

        /// <summary>The nonce after this one: all 65,535 that are not zero before any comes again (xorshift, triple
        /// 7, 9, 8).</summary>
        public static ushort After(ushort nonce)
        {
            var next = (int)nonce;
            next ^= (next << 7) & 0xFFFF;
            next ^= next >> 9;
            next ^= (next << 8) & 0xFFFF;
            return (ushort)next;
        }

        private static void Judge(in Answer answer, uint now, ref SupervisorState state)
        {
            var isAsked = state.IsAsking && answer.Sequence == state.Sequence && answer.Fold == Fold.Of(state.Nonce);
            if (!isAsked)
            {
                Miss(ref state);
                return;
            }
            // Taken over even when it is wrong: a host that was restarted counts from its beginning, and is wrong once.
            var advanced = Ticks.Since(state.Cycle, answer.Cycle);
            var isLater = !state.HasCycle || (advanced != 0 && advanced <= int.MaxValue);
            state.Cycle = answer.Cycle;
            state.HasCycle = true;
            if (!isLater || (state.HasGoodAnswer && Ticks.Since(state.GoodAt, now) < LeastBetween)) Miss(ref state);
            else Accept(answer, now, ref state);
        }

        private static void Accept(in Answer answer, uint now, ref SupervisorState state)
        {
            state.IsAsking = false;
            state.HasGoodAnswer = true;
            state.GoodAt = now;
            state.Mismatch = Fault.None;
            state.WantsClosed = answer.WantsClosed;
            if (state.LinkScore > 0) state.LinkScore--;
            if (state.LinkScore == 0) state.IsLinkTripped = false;
            CurrentWatch.Note(answer.CommandDeciA, ref state);
        }

        private static void Refuse(Fault mismatch, ref SupervisorState state)
        {
            state.Mismatch |= mismatch;
            state.IsAsking = false;
            Trip(ref state);
        }

        // The way back is the whole score, whatever the way here.
        private static void Trip(ref SupervisorState state)
        {
            state.IsLinkTripped = true;
            if (state.LinkScore < TripsAt) state.LinkScore = TripsAt;
        }

        private static void Miss(ref SupervisorState state)
        {
            state.IsAsking = false;
            state.LinkScore += Cost;
            if (state.LinkScore > Most) state.LinkScore = Most;
            if (state.LinkScore >= TripsAt) Trip(ref state);
        }
    }
}
