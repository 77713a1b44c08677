namespace ChargeScape.Edge.Firmware.Link
{
    /// <summary>
    /// How the host proves that one cycle did its three parts, each once and in this order: at each it turns the nonce by
    /// five bits and adds the part's constant.
    /// </summary>
    /// <remarks>
    /// Chosen so that a wrong way through the cycle is wrong for <em>every</em> nonce, not for most: turning by five bits
    /// swaps the even and the odd bits, and each constant has an odd number of ones among the even bits and an even number
    /// among the odd. So the parities of the two halves tell how many parts were folded (up to six), and which ones in which
    /// order is told by the constants. The tests go through all 65,536 nonces and all ways of up to six parts.
    /// </remarks>
    public static class Fold
    {
        /// <summary>Every input's age was examined.</summary>
        public const ushort InputsRead = 0x5958;
        /// <summary>The envelope was computed.</summary>
        public const ushort EnvelopeComputed = 0x43E7;
        /// <summary>The outputs were published, and every poller is alive to send them.</summary>
        public const ushort OutputsWritten = 0x92EE;

        /// <summary>One part more.</summary>
        public static ushort Next(ushort fold, ushort part) => (ushort)(((fold << 5) | (fold >> 11)) ^ part);

        /// <summary>What the right way makes of a nonce.</summary>
        public static ushort Of(ushort nonce) =>
            Next(Next(Next(nonce, InputsRead), EnvelopeComputed), OutputsWritten);
    }
}
