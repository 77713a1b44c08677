using System;
using ChargeScape.Edge.Firmware.Link;

namespace ChargeScape.Edge.Firmware.Supervisor.Probe
{
    /// <summary>Takes a line of the probe.</summary>
    public delegate void LineTaker(string line);

    /// <summary>
    /// Runs the board's logic through the compiled-in <see cref="Script"/>, with frames that are really encoded, garbled and
    /// decoded, and says each decision in a line. On the virtual device and on the host the lines must be the same, byte by
    /// byte; <c>expected.txt</c> holds them.
    /// </summary>
    public sealed class Probe
    {
        private const uint Hash = 0xC0FFEE01;
        private const int Step = 10;
        private const int HostPeriod = 100;
        private const int AsCommanded = 30000;

        private readonly LineTaker say;
        private readonly byte[] plain = new byte[Frame.Longest];
        private readonly byte[] wire = new byte[Frame.LongestOnWire];
        private readonly FrameReceiver board = new FrameReceiver();
        private readonly FrameReceiver host = new FrameReceiver();
        private readonly int[] world = new int[(int)Happening.Configuration + 1];
        private SupervisorInputs seen;
        private SupervisorState state;
        private SupervisorOutputs done;
        private Ceilings ceilings;
        private bool isAsked;
        private bool isClosed;
        private uint cycle;
        private int next;
        private int lines;
        private ushort checksum = 0xFFFF;

        /// <summary>A probe that speaks to <paramref name="say"/>.</summary>
        public Probe(LineTaker say)
        {
            this.say = say;
        }

        /// <summary>The program for the virtual device.</summary>
        public static void Main()
        {
            try
            {
                new Probe(Console.WriteLine).Run();
            }
            catch (Exception any)
            {
                // There an uncaught exception would end the program silently, as if all were well.
                Console.WriteLine("probe: FAILED " + any.GetType().Name + " " + any.Message);
            }
        }

        /// <summary>Runs the script; the last line is the verdict.</summary>
        public void Run()
        {
            Begin();
            var before = "";
            for (var t = 0; t < Script.Length; t += Step)
            {
                Happen(t);
                if (t % HostPeriod == 0) Answer();
                Plant();
                SupervisorLogic.Step(seen, ceilings, unchecked(Script.Start + (uint)t), ref state, out done);
                seen.HasAnswer = false;
                if (done.Asks) Ask();
                var now = Told();
                if (now != before) Say(t.ToString() + now);
                before = now;
            }
            say("probe: " + lines.ToString() + " decisions, checksum " + checksum.ToString());
        }

        private void Begin()
        {
            var key = new byte[Ceilings.KeyLength];
            var block = new byte[Ceilings.Length];
            new Ceilings
            {
                Commissioning = 1, ConfigHash = Hash, ReactionMs = 1000, MaxChargeDeciA = 320, MaxDischargeDeciA = 200,
                MaxTemperatureDeciC = 850, MinSupplyMilliV = 4500,
            }.Encode(block, key);
            if (!Ceilings.TryDecode(block, key, out ceilings)) Say("the ceilings do not come back");
            var copy = new byte[StoredLatches.Length];
            new StoredLatches { Commissioning = 1 }.Encode(copy);
            state = SupervisorState.PowerUp(Script.Start, 0xACE1, StoredLatches.Decode(copy, copy), 1);
            world[(int)Happening.EmergencyStop] = 1;
            world[(int)Happening.Temperature] = 300;
            world[(int)Happening.Supply] = 5000;
            world[(int)Happening.Flows] = AsCommanded;
            world[(int)Happening.Garble] = -1;
        }

        private void Happen(int t)
        {
            while (next < Script.Rows.Length && Script.Rows[next] <= t)
            {
                world[Script.Rows[next + 1]] = Script.Rows[next + 2];
                next += 3;
            }
        }

        private void Ask()
        {
            var count = done.Question.Encode(Hash, plain, wire);
            for (var i = 0; i < count; i++)
                if (host.Push(wire[i]) == FrameResult.Whole) isAsked = true;
            Check(wire, count);
        }

        private void Answer()
        {
            if (world[(int)Happening.Fold] != 3) cycle++;
            if (!isAsked || world[(int)Happening.Host] == 0) return;
            isAsked = false;
            var question = Question.Decode(host.Plain);
            var count = new Answer
            {
                Sequence = question.Sequence, Fold = Folded(question.Nonce), Cycle = cycle,
                CommandDeciA = (short)world[(int)Happening.Command], WantsClosed = world[(int)Happening.Wants] == 1,
            }.Encode(Hash + (uint)world[(int)Happening.Configuration], plain, wire);
            var garbled = world[(int)Happening.Garble];
            if (garbled >= 0) wire[garbled] ^= 0x20;
            for (var i = 0; i < count; i++)
            {
                if (board.Push(wire[i]) != FrameResult.Whole) continue;
                seen.HasAnswer = true;
                seen.Answer = Link.Answer.Decode(board.Plain);
                seen.AnswerConfigHash = Frame.ConfigHash(board.Plain);
            }
        }

        private ushort Folded(ushort nonce)
        {
            var fold = Fold.Next(nonce, Fold.InputsRead);
            if (world[(int)Happening.Fold] != 1) fold = Fold.Next(fold, Fold.EnvelopeComputed);
            if (world[(int)Happening.Fold] == 2) fold = Fold.Next(fold, Fold.EnvelopeComputed);
            return Fold.Next(fold, Fold.OutputsWritten);
        }

        private void Plant()
        {
            var stuck = world[(int)Happening.Stuck];
            isClosed = stuck == 2 || (stuck == 0 && done.DriveContactor);
            var flows = world[(int)Happening.Flows];
            if (flows == AsCommanded) flows = world[(int)Happening.Command];
            seen.IsContactorClosed = isClosed;
            seen.CurrentDeciA = isClosed && stuck == 0 ? flows : 0;
            seen.TemperatureDeciC = world[(int)Happening.Temperature];
            seen.SupplyMilliV = world[(int)Happening.Supply];
            seen.IsEmergencyStopReleased = world[(int)Happening.EmergencyStop] == 1;
            seen.IsClearPressed = world[(int)Happening.Clear] == 1;
            // The watchdog holds until it was kicked in the step before.
            seen.IsWatchdogReleased = done.KickWatchdog;
        }

        private string Told() => " permit " + One(done.Permit) + " coil " + One(done.DriveContactor) + " stands "
            + ((int)state.Standing).ToString() + " latched " + ((int)state.Latched).ToString();

        private static string One(bool value) => value ? "1" : "0";

        private void Say(string line)
        {
            lines++;
            say(line);
            for (var i = 0; i < line.Length; i++)
            {
                plain[0] = (byte)line[i];
                Check(plain, 1);
            }
        }

        private void Check(byte[] bytes, int count) =>
            checksum = (ushort)((checksum * 31 + Crc16.Over(bytes, 0, count)) & 0xFFFF);
    }
}
