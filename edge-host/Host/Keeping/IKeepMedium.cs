namespace ChargeScape.Edge.Host.Keeping;

/// <summary>What reading a medium showed.</summary>
public enum KeepRead : byte
{
    /// <summary>Nothing was ever stored on it.</summary>
    Missing,
    /// <summary>Something is there.</summary>
    Found,
    /// <summary>It cannot be told.</summary>
    Failed,
}

/// <summary>Where what is kept lies: a file in the product, memory in the simulator. Trouble is a value.</summary>
public interface IKeepMedium
{
    /// <summary>Reads from the beginning; says how much there was, as far as it fits.</summary>
    KeepRead Read(Span<byte> into, out int length);

    /// <summary>
    /// Makes it with this content: after a power cut it is there whole or not at all. False when that could not be
    /// done.
    /// </summary>
    bool TryCreate(ReadOnlySpan<byte> whole);

    /// <summary>
    /// Writes at a place and returns true once a power cut cannot take it any more. After false, or a cut, anything may
    /// stand in this place, and nothing else has changed.
    /// </summary>
    bool TryWrite(int offset, ReadOnlySpan<byte> bytes);
}
