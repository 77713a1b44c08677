namespace ChargeScape.Edge.Hal.Can;

/// <summary>What contradicts itself on a CAN bus.</summary>
public enum CanFaultKind : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>A periodic identifier comes at more than 1.5 times its rate: somebody else sends it too.</summary>
    TwoSources,
    /// <summary>An identifier that only this driver sends was heard from the bus.</summary>
    OwnIdentifier,
}

/// <summary>A contradiction on a CAN bus.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Id">The identifier.</param>
/// <param name="SeenAt">Monotonic time at which it was last seen.</param>
public readonly record struct CanFault(CanFaultKind Kind, uint Id, TimeSpan SeenAt);
