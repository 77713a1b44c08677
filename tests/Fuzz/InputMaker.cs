namespace ChargeScape.Edge.Tests.Fuzz;

/// <summary>
/// Makes the inputs of a target: noise, valid inputs, and valid inputs damaged as wires, files and foes do. Input
/// number n of a seed is always the same, whatever came before it.
/// </summary>
public sealed class InputMaker(FuzzTarget target, ulong seed)
{
    private static readonly ushort[] telling =
        [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x7FC0, 0x7F80, 0xFF80, 0x5375, 0x6E53];

    private readonly IReadOnlyList<byte[]> seeds = target.Seeds();
    private readonly ulong stream = new Dice(seed).Next() ^ Hash(target.Name);

    /// <summary>Input number <paramref name="index"/>.</summary>
    public byte[] Make(long index)
    {
        var dice = new Dice(stream + (ulong)index * 0xD1342543DE82EF95);
        if (seeds.Count == 0 || dice.OneIn(10)) return Noise(dice);
        var input = new List<byte>(seeds[dice.Below(seeds.Count)]);
        // Some stay whole: what is valid must be taken.
        for (var n = dice.Below(5); n > 0; n--) Damage(dice, input);
        if (input.Count > target.Longest) input.RemoveRange(target.Longest, input.Count - target.Longest);
        return [.. input];
    }

    private byte[] Noise(Dice dice)
    {
        var noise = new byte[dice.Below(dice.OneIn(4) ? target.Longest + 1 : Math.Min(64, target.Longest) + 1)];
        dice.Fill(noise);
        return noise;
    }

    private void Damage(Dice dice, List<byte> input)
    {
        var at = input.Count == 0 ? 0 : dice.Below(input.Count);
        var length = Math.Min(input.Count - at, 1 + dice.Below(dice.OneIn(4) ? 64 : 4));
        switch (dice.Below(target.Tokens.Count > 0 ? 10 : 8))
        {
            case 0 when input.Count > 0: input[at] ^= (byte)(1 << dice.Below(8)); break;
            case 1 when input.Count > 0: input[at] = (byte)dice.Next(); break;
            case 2: Word(dice, input, at); break;
            case 3: input.RemoveRange(at, length); break;
            case 4: input.InsertRange(at, input.GetRange(at, length)); break;
            case 5: input.RemoveRange(at, input.Count - at); break;
            case 6: Splice(dice, input, at); break;
            case 7 when input.Count > 0: Number(dice, input, at); break;
            case 8: input.InsertRange(at, target.Tokens[dice.Below(target.Tokens.Count)]); break;
            case 9: Overwrite(input, at, target.Tokens[dice.Below(target.Tokens.Count)]); break;
        }
    }

    // A value with a meaning of its own, in either byte order.
    private static void Word(Dice dice, List<byte> input, int at)
    {
        if (at + 2 > input.Count) return;
        var word = telling[dice.Below(telling.Length)];
        var (first, second) = dice.OneIn(2) ? (at, at + 1) : (at + 1, at);
        (input[first], input[second]) = ((byte)(word >> 8), (byte)word);
    }

    private void Splice(Dice dice, List<byte> input, int at)
    {
        var other = seeds[dice.Below(seeds.Count)];
        if (other.Length == 0) return;
        var from = dice.Below(other.Length);
        input.RemoveRange(at, input.Count - at);
        input.AddRange(other.AsSpan(from).ToArray());
    }

    // Digits become other digits, so that numbers in texts leave their ranges.
    private static void Number(Dice dice, List<byte> input, int at)
    {
        while (at < input.Count && input[at] is < (byte)'0' or > (byte)'9') at++;
        if (at == input.Count) return;
        switch (dice.Below(4))
        {
            case 0: input[at] = (byte)('0' + dice.Below(10)); break;
            case 1: input.Insert(at, (byte)'-'); break;
            case 2: input.InsertRange(at, "99999999999999999999"u8.ToArray()); break;
            default: input.InsertRange(at + 1, "e400"u8.ToArray()); break;
        }
    }

    private static void Overwrite(List<byte> input, int at, byte[] token)
    {
        for (var i = 0; i < token.Length && at + i < input.Count; i++) input[at + i] = token[i];
    }

    private static ulong Hash(string text)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var c in text) hash = (hash ^ c) * 0x100000001B3UL;
        return hash;
    }
}
