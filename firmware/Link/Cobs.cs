namespace ChargeScape.Edge.Firmware.Link
{
    /// <summary>
    /// Consistent overhead byte stuffing (Cheshire and Baker, 1999): no zero byte inside, so that a zero ends every frame
    /// and a receiver is in step again after the next one. For frames of at most 254 bytes: one byte more.
    /// </summary>
    public static class Cobs
    {
        /// <summary>Longest that can be encoded here.</summary>
        public const int Longest = 254;

        /// <summary>
        /// Writes <paramref name="count"/> bytes of <paramref name="plain"/> without zeros, and the zero that ends them;
        /// returns how many bytes that are: <paramref name="count"/> + 2.
        /// </summary>
        public static int Encode(byte[] plain, int count, byte[] stuffed)
        {
            var mark = 0;
            var at = 1;
            for (var i = 0; i < count; i++)
            {
                if (plain[i] == 0)
                {
                    stuffed[mark] = (byte)(at - mark);
                    mark = at;
                    at++;
                }
                else
                {
                    stuffed[at] = plain[i];
                    at++;
                }
            }
            stuffed[mark] = (byte)(at - mark);
            stuffed[at] = 0;
            return at + 1;
        }

        /// <summary>
        /// Decodes in place what stood before the zero; returns the count of plain bytes, or −1 when it is none.
        /// </summary>
        public static int Decode(byte[] bytes, int count)
        {
            var from = 0;
            var to = 0;
            while (from < count)
            {
                var code = bytes[from];
                if (code == 0 || from + code > count) return -1;
                for (var i = 1; i < code; i++)
                {
                    if (bytes[from + i] == 0) return -1;
                    bytes[to] = bytes[from + i];
                    to++;
                }
                from += code;
                if (from < count)
                {
                    bytes[to] = 0;
                    to++;
                }
            }
            return count == 0 ? -1 : to;
        }
    }
}
