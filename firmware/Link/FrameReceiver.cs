namespace ChargeScape.Edge.Firmware.Link
{
    /// <summary>
    /// Finds frames in a stream of bytes. Bounded: what is too long is dropped up to the next zero. Allocates nothing after
    /// its construction.
    /// </summary>
    public sealed class FrameReceiver
    {
        private readonly byte[] bytes = new byte[Frame.LongestOnWire];
        private int count;
        private bool isTooLong;

        /// <summary>The frame, plain, after <see cref="FrameResult.Whole"/> and until the next byte.</summary>
        public byte[] Plain => bytes;

        /// <summary>What kind it is.</summary>
        public FrameKind Kind => (FrameKind)bytes[1];

        /// <summary>Takes one byte; a result other than none at the end of a frame.</summary>
        public FrameResult Push(byte value)
        {
            if (value != 0)
            {
                if (count < bytes.Length) bytes[count++] = value;
                else isTooLong = true;
                return FrameResult.None;
            }
            var length = count;
            var wasTooLong = isTooLong;
            count = 0;
            isTooLong = false;
            // A lone zero separates; many senders begin with one.
            if (length == 0) return FrameResult.None;
            if (wasTooLong) return FrameResult.Bad;
            var plain = Cobs.Decode(bytes, length);
            return plain < 0 ? FrameResult.Bad : Frame.Check(bytes, plain);
        }
    }
}
