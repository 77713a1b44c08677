namespace ChargeScape.Edge.Control;

/// <summary>How a start of the process follows the one before.</summary>
public enum Beginning : byte
{
    /// <summary>The first one at this machine: nothing was ever stored.</summary>
    First,
    /// <summary>After an ordered stop.</summary>
    Ordered,
    /// <summary>Without one: a bug, a kill, a power cut.</summary>
    Crash,
    /// <summary>What was stored cannot be read, or is another site's: nobody knows what stood.</summary>
    StateLost,
}
