namespace ChargeScape.Edge.Firmware.Link
{
    /// <summary>CRC-16/IBM-3740 (CCITT with 0xFFFF before): polynomial 0x1021, "123456789" gives 0x29B1.</summary>
    public static class Crc16
    {
        /// <summary>Over <paramref name="count"/> bytes from <paramref name="start"/>.</summary>
        public static ushort Over(byte[] bytes, int start, int count)
        {
            var crc = 0xFFFF;
            for (var i = 0; i < count; i++)
            {
                crc ^= bytes[start + i] << 8;
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
                crc &= 0xFFFF;
            }
            return (ushort)crc;
        }
    }
}
