using ChargeScape.Edge.Firmware.Link;

namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// What an installer signed for at commissioning and what no host can change: nothing on the link writes it. In flash it
    /// is a block of 48 bytes with a seal (HMAC-SHA-256, cut to 16 bytes) under the key of this board, which the
    /// commissioning tool wrote beside it and the host never saw.
    /// <code>
    ///   0        1 …             4        8                12           16 …                                      32 … 47
    ///   layout   (three zeros)   serial   config hash      reaction ms  charge, discharge 0.1 A, 0.1 °C, min mV   seal
    /// </code>
    /// </summary>
    public struct Ceilings
    {
        /// <summary>Bytes of the block.</summary>
        public const int Length = 48;
        /// <summary>Bytes of the key.</summary>
        public const int KeyLength = 32;

        private const int Sealed = 32;
        private const int Seal = 16;
        private const byte Layout = 1;
        private const int MostDeciA = 10000;

        /// <summary>Number of the commissioning; another one each time.</summary>
        public uint Commissioning;
        /// <summary>Of the limits in the host's site file that belong to these ceilings.</summary>
        public uint ConfigHash;
        /// <summary>Within this time the charger's current follows a command, ms.</summary>
        public int ReactionMs;
        /// <summary>Most current into the car, 0.1 A, 0 … 1000 A.</summary>
        public int MaxChargeDeciA;
        /// <summary>Most current out of the car, 0.1 A, as a positive number, 0 … 1000 A.</summary>
        public int MaxDischargeDeciA;
        /// <summary>Hottest that the contactor box may be, 0.1 °C.</summary>
        public int MaxTemperatureDeciC;
        /// <summary>Lowest supply at which the board vouches for itself, mV.</summary>
        public int MinSupplyMilliV;

        /// <summary>Writes the block and its seal; for the commissioning tool and the tests.</summary>
        public readonly void Encode(byte[] block, byte[] key)
        {
            for (var i = 0; i < Length; i++) block[i] = 0;
            block[0] = Layout;
            Put32(block, 4, Commissioning);
            Put32(block, 8, ConfigHash);
            Put32(block, 12, unchecked((uint)ReactionMs));
            Put32(block, 16, unchecked((uint)MaxChargeDeciA));
            Put32(block, 20, unchecked((uint)MaxDischargeDeciA));
            Put32(block, 24, unchecked((uint)MaxTemperatureDeciC));
            Put32(block, 28, unchecked((uint)MinSupplyMilliV));
            var seal = Sha256.Hmac(key, block, Sealed);
            for (var i = 0; i < Seal; i++) block[Sealed + i] = seal[i];
        }

        /// <summary>Reads the block; false when it is of another layout, damaged, sealed with another key, or senseless. At
        /// power-up only: it allocates.</summary>
        public static bool TryDecode(byte[] block, byte[] key, out Ceilings ceilings)
        {
            ceilings = default;
            if (block.Length < Length || key.Length != KeyLength || block[0] != Layout) return false;
            var seal = Sha256.Hmac(key, block, Sealed);
            var differs = 0;
            for (var i = 0; i < Seal; i++) differs |= seal[i] ^ block[Sealed + i];
            if (differs != 0) return false;
            var read = new Ceilings
            {
                Commissioning = Get32(block, 4),
                ConfigHash = Get32(block, 8),
                ReactionMs = unchecked((int)Get32(block, 12)),
                MaxChargeDeciA = unchecked((int)Get32(block, 16)),
                MaxDischargeDeciA = unchecked((int)Get32(block, 20)),
                MaxTemperatureDeciC = unchecked((int)Get32(block, 24)),
                MinSupplyMilliV = unchecked((int)Get32(block, 28)),
            };
            if (!read.MakesSense) return false;
            ceilings = read;
            return true;
        }

        private readonly bool MakesSense => IsWithin(ReactionMs, 100, 60000) && IsWithin(MaxChargeDeciA, 0, MostDeciA)
            && IsWithin(MaxDischargeDeciA, 0, MostDeciA) && IsWithin(MaxTemperatureDeciC, 300, 1500)
            && IsWithin(MinSupplyMilliV, 1000, 60000);

        private static bool IsWithin(int value, int least, int most) => value >= least && value <= most;

        private static void Put32(byte[] bytes, int at, uint value)
        {
            Frame.Put16(bytes, at, (int)(value >> 16));
            Frame.Put16(bytes, at + 2, (int)(value & 0xFFFF));
        }

        private static uint Get32(byte[] bytes, int at) =>
            ((uint)Frame.Get16(bytes, at) << 16) | (uint)Frame.Get16(bytes, at + 2);
    }
}
