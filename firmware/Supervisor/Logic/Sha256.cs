namespace ChargeScape.Edge.Firmware.Supervisor
{
    /// <summary>
    /// SHA-256 (FIPS 180-4) and HMAC (FIPS 198-1): nanoFramework's core library has neither. At power-up and at
    /// commissioning only: it allocates.
    /// </summary>
    public static class Sha256
    {
        private const int Block = 64;

        private static readonly uint[] Rounds =
        {
            0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
            0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
            0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
            0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
            0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
            0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
            0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
            0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
        };

        /// <summary>HMAC over the first <paramref name="count"/> bytes, with a key of at most 64 bytes.</summary>
        public static byte[] Hmac(byte[] key, byte[] message, int count)
        {
            var inner = new byte[Block + count];
            var outer = new byte[Block + 32];
            for (var i = 0; i < Block; i++)
            {
                var k = i < key.Length ? key[i] : 0;
                inner[i] = (byte)(k ^ 0x36);
                outer[i] = (byte)(k ^ 0x5C);
            }
            for (var i = 0; i < count; i++) inner[Block + i] = message[i];
            var digest = Of(inner);
            for (var i = 0; i < 32; i++) outer[Block + i] = digest[i];
            return Of(outer);
        }

        /// <summary>The 32 bytes of a message's digest.</summary>
        public static byte[] Of(byte[] message)
        {
            uint[] hash =
            {
                0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
            };
            var padded = Padded(message);
            var words = new uint[64];
            for (var at = 0; at < padded.Length; at += Block) Mix(padded, at, words, hash);
            var digest = new byte[32];
            for (var i = 0; i < 32; i++) digest[i] = (byte)(hash[i / 4] >> (24 - 8 * (i % 4)));
            return digest;
        }

        private static byte[] Padded(byte[] message)
        {
            var padded = new byte[(message.Length + 9 + Block - 1) / Block * Block];
            for (var i = 0; i < message.Length; i++) padded[i] = message[i];
            padded[message.Length] = 0x80;
            var bits = (uint)message.Length * 8;
            for (var i = 0; i < 4; i++) padded[padded.Length - 1 - i] = (byte)(bits >> (8 * i));
            return padded;
        }

        private static void Mix(byte[] padded, int at, uint[] words, uint[] hash)
        {
            Spread(padded, at, words);
            uint a = hash[0], b = hash[1], c = hash[2], d = hash[3];
            uint e = hash[4], f = hash[5], g = hash[6], h = hash[7];
            for (var i = 0; i < 64; i++)
            {
                var sum1 = Turned(e, 6) ^ Turned(e, 11) ^ Turned(e, 25);
                var one = unchecked(h + sum1 + ((e & f) ^ (~e & g)) + Rounds[i] + words[i]);
                var sum0 = Turned(a, 2) ^ Turned(a, 13) ^ Turned(a, 22);
                var two = unchecked(sum0 + ((a & b) ^ (a & c) ^ (b & c)));
                h = g;
                g = f;
                f = e;
                e = unchecked(d + one);
                d = c;
                c = b;
                b = a;
                a = unchecked(one + two);
            }
            uint[] mixed = { a, b, c, d, e, f, g, h };
            for (var i = 0; i < 8; i++) hash[i] = unchecked(hash[i] + mixed[i]);
        }

        private static void Spread(byte[] padded, int at, uint[] words)
        {
            for (var i = 0; i < 16; i++)
            {
                var from = at + 4 * i;
                words[i] = ((uint)padded[from] << 24) | ((uint)padded[from + 1] << 16)
                    | ((uint)padded[from + 2] << 8) | padded[from + 3];
            }
            for (var i = 16; i < 64; i++)
            {
                var s0 = Turned(words[i - 15], 7) ^ Turned(words[i - 15], 18) ^ (words[i - 15] >> 3);
                var s1 = Turned(words[i - 2], 17) ^ Turned(words[i - 2], 19) ^ (words[i - 2] >> 10);
                words[i] = unchecked(words[i - 16] + s0 + words[i - 7] + s1);
            }
        }

        private static uint Turned(uint value, int bits) => (value >> bits) | (value << (32 - bits));
    }
}
