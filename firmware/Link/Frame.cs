namespace ChargeScape.Edge.Firmware.Link
{
    /// <summary>What a frame is.</summary>
    public enum FrameKind
    {
        /// <summary>MCU to host: a nonce, and what the MCU sees.</summary>
        Question = 0x51,
        /// <summary>Host to MCU: the fold of that nonce, and what the host commands.</summary>
        Answer = 0x41,
    }

    /// <summary>What became of a received frame.</summary>
    public enum FrameResult
    {
        /// <summary>No frame has ended yet.</summary>
        None = 0,
        /// <summary>A whole frame of this version.</summary>
        Whole = 1,
        /// <summary>Its CRC holds, and it is of another version of the link.</summary>
        OtherVersion = 2,
        /// <summary>Garbled, cut, too long, or of an unknown kind or length.</summary>
        Bad = 3,
    }

    /// <summary>
    /// The head and tail that all frames share; numbers with the high byte first. Every version of the link begins with
    /// its number and ends with this CRC, so that another version is known as such.
    /// <code>
    ///   0        1     2         3 … 6        7 …    last two
    ///   version  kind  sequence  config hash  body   CRC-16 over all before
    /// </code>
    /// </summary>
    public static class Frame
    {
        /// <summary>Version of the link.</summary>
        public const int Version = 1;
        /// <summary>Bytes before the body.</summary>
        public const int Head = 7;
        /// <summary>Bytes after it.</summary>
        public const int Tail = 2;
        /// <summary>Longest plain frame.</summary>
        public const int Longest = Head + Question.Length + Tail;
        /// <summary>Longest frame on the wire: stuffed, with the zero at its end.</summary>
        public const int LongestOnWire = Longest + 2;

        /// <summary>Writes the head.</summary>
        public static void PutHead(byte[] plain, FrameKind kind, byte sequence, uint configHash)
        {
            plain[0] = Version;
            plain[1] = (byte)kind;
            plain[2] = sequence;
            Put16(plain, 3, (int)(configHash >> 16));
            Put16(plain, 5, (int)(configHash & 0xFFFF));
        }

        /// <summary>Appends the CRC to <paramref name="count"/> bytes and stuffs them; returns the bytes on the
        /// wire.</summary>
        public static int Close(byte[] plain, int count, byte[] wire)
        {
            Put16(plain, count, Crc16.Over(plain, 0, count));
            return Cobs.Encode(plain, count + Tail, wire);
        }

        /// <summary>Judges a plain frame.</summary>
        public static FrameResult Check(byte[] plain, int count)
        {
            if (count < Head + Tail || Get16(plain, count - Tail) != Crc16.Over(plain, 0, count - Tail))
                return FrameResult.Bad;
            if (plain[0] != Version) return FrameResult.OtherVersion;
            var body = count - Head - Tail;
            var isKnown = (plain[1] == (int)FrameKind.Question && body == Question.Length)
                || (plain[1] == (int)FrameKind.Answer && body == Answer.Length);
            return isKnown ? FrameResult.Whole : FrameResult.Bad;
        }

        /// <summary>The config hash of a frame: of the limits that host and MCU must both have been given.</summary>
        public static uint ConfigHash(byte[] plain) => ((uint)Get16(plain, 3) << 16) | (uint)Get16(plain, 5);

        /// <summary>16 bits, high byte first.</summary>
        public static void Put16(byte[] bytes, int at, int value)
        {
            bytes[at] = (byte)(value >> 8);
            bytes[at + 1] = (byte)value;
        }

        /// <summary>16 bits, high byte first.</summary>
        public static int Get16(byte[] bytes, int at) => (bytes[at] << 8) | bytes[at + 1];
    }
}
