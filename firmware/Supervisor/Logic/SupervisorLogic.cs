using ChargeScape.Edge.Firmware.Link;

namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// The board's one step: from what it sees to what it does. It lets the contactor close only while the host proves
    /// itself every 100 ms <em>and</em> its own looks are good, and opens by itself. Pure, integers only, no allocation;
    /// the same files run on the MCU, in the simulator and in the tests.
    /// <code>
    ///   permit = no fault stands ∧ nothing is latched
    ///   coil   = permit ∧ the host wants closed ∧ it said "open" since the permit came ∧ off long enough
    /// </code>
    /// </summary>
    public static class SupervisorLogic
    {
        /// <summary>A step that comes later than this after the one before proves nothing about the time between, ms.</summary>
        public const uint LongestStep = 200;
        /// <summary>The clear button must be held this long, ms, and let go before it counts again.</summary>
        public const int ClearMs = 1000;

        private const int CoolerByDeciC = 50;

        /// <summary>One step.</summary>
        /// <param name="seen">What the board sees.</param>
        /// <param name="ceilings">What the installer signed for; default when there is nothing valid in flash.</param>
        /// <param name="now">Milliseconds since some moment; wraps.</param>
        /// <param name="state">What it remembers; <see cref="SupervisorState.PowerUp"/> at first.</param>
        /// <param name="done">What is to be done.</param>
        public static void Step(
            in SupervisorInputs seen, in Ceilings ceilings, uint now, ref SupervisorState state,
            out SupervisorOutputs done)
        {
            var elapsed = Ticks.Since(state.Now, now);
            state.Now = now;
            Keep(now, ref state);
            var before = state.Latched;

            var mayKick = SelfTest.Next(seen, ceilings, now, ref state);
            AnswerWatch.Next(seen, ceilings, now, ref state);
            var found = CurrentWatch.Next(seen, ceilings, elapsed, ref state)
                | ContactorWatch.Next(seen, now, elapsed, ref state);
            if (!seen.IsEmergencyStopReleased) found |= Fault.EmergencyStop;
            state.Latched |= found;
            state.Standing = Stands(seen, ceilings, elapsed, ref state) | found;
            Clear(seen, elapsed, ref state);

            state.Permit = state.Standing == Fault.None && state.Latched == Fault.None;
            state.Latched |= ContactorWatch.Decide(now, ref state);
            Tell(seen, now, ref state, out done);
            done.KickWatchdog = mayKick;
            done.StoreLatches = state.Latched != before;
        }

        private static Fault Stands(
            in SupervisorInputs seen, in Ceilings ceilings, uint elapsed, ref SupervisorState state)
        {
            var stands = (state.Standing & Fault.SelfTestFailed) | state.Mismatch;
            if (state.Boot != BootPhase.Done || !state.HasGoodAnswer) stands |= Fault.PowerUp;
            if (state.IsLinkTripped || elapsed > LongestStep) stands |= Fault.HostSilent;
            if (ceilings.ConfigHash == 0 && ceilings.ReactionMs == 0) stands |= Fault.CeilingsInvalid;
            if (state.IsBrownOut) stands |= Fault.BrownOut;
            if (seen.CurrentDeciA == SupervisorInputs.NotKnown || seen.TemperatureDeciC == SupervisorInputs.NotKnown)
                return stands | Fault.MeasurementLost;
            if (seen.TemperatureDeciC > ceilings.MaxTemperatureDeciC) state.IsHot = true;
            else if (seen.TemperatureDeciC < ceilings.MaxTemperatureDeciC - CoolerByDeciC) state.IsHot = false;
            return state.IsHot ? stands | Fault.OverTemperature : stands;
        }

        // An edge, made by a person at the device: held, then let go. What still stands is not cleared.
        private static void Clear(in SupervisorInputs seen, uint elapsed, ref SupervisorState state)
        {
            if (!seen.IsClearPressed)
            {
                state.ClearHeldMs = 0;
                return;
            }
            if (state.ClearHeldMs < 0) return;
            state.ClearHeldMs += elapsed > 100 ? 100 : (int)elapsed;
            if (state.ClearHeldMs < ClearMs) return;
            state.ClearHeldMs = -1;
            state.Latched &= state.Standing | FaultClass.Service;
        }

        private static void Tell(in SupervisorInputs seen, uint now, ref SupervisorState state, out SupervisorOutputs done)
        {
            done = default;
            done.Permit = state.Permit;
            done.DriveContactor = state.Drive;
            done.Latched = state.Latched;
            done.Asks = AnswerWatch.Asks(now, ref state);
            if (!done.Asks) return;
            done.Question.Sequence = state.Sequence;
            done.Question.Nonce = state.Nonce;
            done.Question.Standing = (ushort)state.Standing;
            done.Question.Latched = (ushort)state.Latched;
            done.Question.CurrentDeciA = Told(seen.CurrentDeciA);
            done.Question.TemperatureDeciC = Told(seen.TemperatureDeciC);
            done.Question.Lines = Lines(seen, state);
        }

        private static short Told(int value)
        {
            if (value == SupervisorInputs.NotKnown) return Question.NotKnown;
            if (value > short.MaxValue) return short.MaxValue;
            return value < -short.MaxValue ? (short)-short.MaxValue : (short)value;
        }

        private static SupervisorLines Lines(in SupervisorInputs seen, in SupervisorState state)
        {
            var lines = SupervisorLines.None;
            if (state.Permit) lines |= SupervisorLines.Permit;
            if (state.Drive) lines |= SupervisorLines.ContactorDrive;
            if (seen.IsContactorClosed) lines |= SupervisorLines.ContactorFeedback;
            if (seen.IsEmergencyStopReleased) lines |= SupervisorLines.EmergencyStopReleased;
            if (seen.IsWatchdogReleased) lines |= SupervisorLines.WatchdogReleased;
            return lines;
        }

        // What is long ago stays long ago when the counter comes round.
        private static void Keep(uint now, ref SupervisorState state)
        {
            state.BootedAt = Ticks.Kept(state.BootedAt, now);
            state.AskedAt = Ticks.Kept(state.AskedAt, now);
            state.GoodAt = Ticks.Kept(state.GoodAt, now);
            state.WindowAt = Ticks.Kept(state.WindowAt, now);
            state.SupplyGoodAt = Ticks.Kept(state.SupplyGoodAt, now);
            state.DriveSince = Ticks.Kept(state.DriveSince, now);
            state.ChatterAt = Ticks.Kept(state.ChatterAt, now);
            state.ClosureAt = Ticks.Kept(state.ClosureAt, now);
            state.WatchdogGoodAt = Ticks.Kept(state.WatchdogGoodAt, now);
        }
    }
}
