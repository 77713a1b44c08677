using ChargeScape.Edge.Firmware.Link;

namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// What is latched, as flash keeps it across a reset: two copies of 10 bytes, written one after the other, the newer of
    /// the whole ones counts. A power cut in the middle of a write costs that copy only.
    /// <code>
    ///   0 … 1   2 … 3    4 … 7          8 … 9
    ///   count   latched  commissioning  CRC-16
    /// </code>
    /// </summary>
    public struct StoredLatches
    {
        /// <summary>Bytes of a copy.</summary>
        public const int Length = 10;

        /// <summary>A copy was whole, or flash was never written since the board was commissioned.</summary>
        public bool IsKnown;
        /// <summary>What was latched.</summary>
        public Fault Latched;
        /// <summary>Number of the commissioning under which it was latched.</summary>
        public uint Commissioning;
        /// <summary>Counts the writes; wraps.</summary>
        public ushort Count;

        /// <summary>Writes a copy. The board writes it over the older one.</summary>
        public readonly void Encode(byte[] copy)
        {
            Frame.Put16(copy, 0, Count);
            Frame.Put16(copy, 2, (int)Latched);
            Frame.Put16(copy, 4, (int)(Commissioning >> 16));
            Frame.Put16(copy, 6, (int)(Commissioning & 0xFFFF));
            Frame.Put16(copy, 8, Crc16.Over(copy, 0, 8));
        }

        /// <summary>Reads both copies. The commissioning tool writes both; so nothing readable is damage, not a new
        /// board.</summary>
        public static StoredLatches Decode(byte[] first, byte[] second)
        {
            var hasFirst = IsWhole(first);
            var hasSecond = IsWhole(second);
            if (!hasFirst && !hasSecond) return default;
            var takesSecond = hasSecond
                && (!hasFirst || unchecked((short)(Frame.Get16(second, 0) - Frame.Get16(first, 0))) > 0);
            return Read(takesSecond ? second : first);
        }

        private static bool IsWhole(byte[] copy) =>
            copy.Length >= Length && Frame.Get16(copy, 8) == Crc16.Over(copy, 0, 8);

        private static StoredLatches Read(byte[] copy) => new StoredLatches
        {
            IsKnown = true,
            Count = (ushort)Frame.Get16(copy, 0),
            Latched = (Fault)Frame.Get16(copy, 2),
            Commissioning = ((uint)Frame.Get16(copy, 4) << 16) | (uint)Frame.Get16(copy, 6),
        };
    }
}
