namespace ChargeScape.Edge.Firmware.Link
{
    /// <summary>
    /// What the host answers within 150 ms, out of the step of its control loop that completed after the question came.
    /// <code>
    ///   0 … 1  2 … 5   6 … 7            8
    ///   fold   cycle   command 0.1 A    1 = contactor wanted closed; other bits zero
    /// </code>
    /// </summary>
    public struct Answer
    {
        /// <summary>Bytes of the body.</summary>
        public const int Length = 9;

        /// <summary>The question's number.</summary>
        public byte Sequence;
        /// <summary>The nonce, folded at the three points of the cycle (<see cref="Link.Fold"/>).</summary>
        public ushort Fold;
        /// <summary>Completed cycles of the control loop; wraps; each answer's is another and later one.</summary>
        public uint Cycle;
        /// <summary>Commanded DC current, 0.1 A, positive into the car.</summary>
        public short CommandDeciA;
        /// <summary>The contactor is wanted closed.</summary>
        public bool WantsClosed;

        /// <summary>Writes the whole frame; returns its bytes on the wire.</summary>
        public readonly int Encode(uint configHash, byte[] plain, byte[] wire)
        {
            Frame.PutHead(plain, FrameKind.Answer, Sequence, configHash);
            Frame.Put16(plain, Frame.Head, Fold);
            Frame.Put16(plain, Frame.Head + 2, (int)(Cycle >> 16));
            Frame.Put16(plain, Frame.Head + 4, (int)(Cycle & 0xFFFF));
            Frame.Put16(plain, Frame.Head + 6, CommandDeciA);
            plain[Frame.Head + 8] = (byte)(WantsClosed ? 1 : 0);
            return Frame.Close(plain, Frame.Head + Length, wire);
        }

        /// <summary>Reads a frame that was found whole and is an answer. A byte that is neither 0 nor 1 wants
        /// nothing.</summary>
        public static Answer Decode(byte[] plain) => new Answer
        {
            Sequence = plain[2],
            Fold = (ushort)Frame.Get16(plain, Frame.Head),
            Cycle = ((uint)Frame.Get16(plain, Frame.Head + 2) << 16) | (uint)Frame.Get16(plain, Frame.Head + 4),
            CommandDeciA = (short)Frame.Get16(plain, Frame.Head + 6),
            WantsClosed = plain[Frame.Head + 8] == 1,
        };
    }
}
