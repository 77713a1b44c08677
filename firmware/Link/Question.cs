namespace ChargeScape.Edge.Firmware.Link
{
    /// <summary>
    /// What the MCU asks every 100 ms, and tells with it.
    /// <code>
    ///   0 … 1  2 … 3     4 … 5    6 … 7         8 … 9             10
    ///   nonce  standing  latched  current 0.1 A temperature 0.1 °C lines
    /// </code>
    /// </summary>
    public struct Question
    {
        /// <summary>Bytes of the body.</summary>
        public const int Length = 11;

        /// <summary>Number of the question; the answer repeats it.</summary>
        public byte Sequence;
        /// <summary>What the host must fold.</summary>
        public ushort Nonce;
        /// <summary>Why there is no permit at this moment, a bit each (Supervisor/Logic/Fault.cs); 0 = there is.</summary>
        public ushort Standing;
        /// <summary>What is latched until a person clears it at the device, the same bits.</summary>
        public ushort Latched;
        /// <summary>Measured DC current, 0.1 A, positive into the car; −32768 = not known.</summary>
        public short CurrentDeciA;
        /// <summary>Measured temperature of the contactor box, 0.1 °C; −32768 = not known.</summary>
        public short TemperatureDeciC;
        /// <summary>What the lines say.</summary>
        public SupervisorLines Lines;

        /// <summary>What stands where a measurement is not known.</summary>
        public const short NotKnown = -32768;

        /// <summary>Writes the whole frame; returns its bytes on the wire.</summary>
        public readonly int Encode(uint configHash, byte[] plain, byte[] wire)
        {
            Frame.PutHead(plain, FrameKind.Question, Sequence, configHash);
            Frame.Put16(plain, Frame.Head, Nonce);
            Frame.Put16(plain, Frame.Head + 2, Standing);
            Frame.Put16(plain, Frame.Head + 4, Latched);
            Frame.Put16(plain, Frame.Head + 6, CurrentDeciA);
            Frame.Put16(plain, Frame.Head + 8, TemperatureDeciC);
            plain[Frame.Head + 10] = (byte)Lines;
            return Frame.Close(plain, Frame.Head + Length, wire);
        }

        /// <summary>Reads a frame that was found whole and is a question.</summary>
        public static Question Decode(byte[] plain) => new Question
        {
            Sequence = plain[2],
            Nonce = (ushort)Frame.Get16(plain, Frame.Head),
            Standing = (ushort)Frame.Get16(plain, Frame.Head + 2),
            Latched = (ushort)Frame.Get16(plain, Frame.Head + 4),
            CurrentDeciA = (short)Frame.Get16(plain, Frame.Head + 6),
            TemperatureDeciC = (short)Frame.Get16(plain, Frame.Head + 8),
            Lines = (SupervisorLines)plain[Frame.Head + 10],
        };
    }
}
