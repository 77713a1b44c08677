namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// Milliseconds of a 32-bit counter that wraps every 49.7 days. Only differences mean anything, and only up to half of
    /// it: subtract first, compare then.
    /// </summary>
    public static class Ticks
    {
        /// <summary>From then to now; beyond half of the counter it means nothing.</summary>
        public static uint Since(uint then, uint now) => unchecked(now - then);

        /// <summary>Moves a moment along that is so long ago that the counter would soon make it young again.</summary>
        public static uint Kept(uint then, uint now) =>
            Since(then, now) > LongAgo ? unchecked(now - LongAgo) : then;

        /// <summary>12 days: everything here counts in seconds and minutes.</summary>
        public const uint LongAgo = 1u << 30;
    }
}
