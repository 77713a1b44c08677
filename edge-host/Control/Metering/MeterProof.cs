namespace ChargeScape.Edge.Control;

/// <summary>What the site's own steps have said of the meter's direction and legs.</summary>
public enum MeterProofKind : byte
{
    /// <summary>Nothing yet.</summary>
    None,
    /// <summary>They are right.</summary>
    ByStep,
    /// <summary>The meter was convicted: what anybody stated before no longer counts.</summary>
    Revoked,
}

/// <summary>What of it is kept across a restart.</summary>
public struct KeptProof
{
    internal uint Setup;
    internal byte Kind;
    internal byte Reserved;
    internal ushort MoreReserved;
}

/// <summary>
/// Whether the meter's direction and legs are proven: by steps of the site's own power, or as the installer stated. It
/// belongs to one setup of meter and wiring; another one begins without.
/// </summary>
/// <param name="Kind">What the steps said.</param>
/// <param name="Setup">Fold of the setup in which they said it.</param>
public readonly record struct MeterProof(MeterProofKind Kind, uint Setup)
{
    /// <summary>The site may rely on the meter for what it feeds back.</summary>
    public bool IsProven(SiteLimits site) => Setup == site.MeterSetup && Kind != MeterProofKind.None
        ? Kind == MeterProofKind.ByStep
        : site.IsMeterStated;

    internal KeptProof Kept() => new() { Setup = Setup, Kind = (byte)Kind };

    internal static MeterProof Of(in KeptProof kept) =>
        new(kept.Kind <= (byte)MeterProofKind.Revoked ? (MeterProofKind)kept.Kind : MeterProofKind.Revoked, kept.Setup);
}
