using System.Runtime.CompilerServices;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>What an order asks for.</summary>
public enum OrderKind : byte
{
    /// <summary>One power: <see cref="PlanEntry.Lower"/> = <see cref="PlanEntry.Upper"/>.</summary>
    Setpoint,
    /// <summary>A band; inside it the local wish decides.</summary>
    Envelope,
    /// <summary>No power; the connection may be opened.</summary>
    Idle,
}

/// <summary>What follows an entry that ends with no other in force.</summary>
public enum OnExpire : byte
{
    /// <summary>Zero power.</summary>
    Zero,
    /// <summary>The charge power that the installer set for silence.</summary>
    Floor,
    /// <summary>The household's own mode (zero until the planner exists).</summary>
    Local,
    /// <summary>The next entry; zero when there is none.</summary>
    Plan,
}

/// <summary>One lease: it carries its end and what follows, so the death of the gateway needs no special
/// case.</summary>
/// <param name="Order">Number that the gateway gave the order; 0 = none.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Lower">Lower edge, AC at the EVSE, positive = charge.</param>
/// <param name="Upper">Upper edge; ≥ <paramref name="Lower"/>.</param>
/// <param name="Start">Monotonic, inclusive.</param>
/// <param name="End">Monotonic, exclusive.</param>
/// <param name="RampWattsPerSecond">Slower growth than the site's; 0 = the site's.</param>
/// <param name="OnExpire">What follows.</param>
/// <param name="Floor">The order's own SoC floor; only ever narrows. Null = none.</param>
public readonly record struct PlanEntry(
    uint Order, OrderKind Kind, Watts Lower, Watts Upper, TimeSpan Start, TimeSpan End,
    double RampWattsPerSecond, OnExpire OnExpire, Soc? Floor);

/// <summary>Storage of a plan's entries.</summary>
[InlineArray(Plan.Capacity)]
public struct PlanEntries
{
    private PlanEntry first;
}

/// <summary>
/// What the gateway asks of the control side: entries in order of precedence, first wins. Fixed size, so that it
/// crosses to another process as it is.
/// </summary>
public struct Plan
{
    /// <summary>Most entries.</summary>
    public const int Capacity = 8;

    /// <summary>Counts plans from 1; 0 = none was ever given.</summary>
    public uint Sequence;
    /// <summary>Entries in use.</summary>
    public int Count;
    /// <summary>The entries.</summary>
    public PlanEntries Entries;
}
