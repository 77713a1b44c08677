namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>What can be wrong with a simulated line.</summary>
public enum LineFault : byte
{
    /// <summary>Nothing: the line follows whoever drives it.</summary>
    None,
    /// <summary>Reads active whatever drives it (a short to the active level, a welded relay).</summary>
    StuckActive,
    /// <summary>Reads inactive whatever drives it (a broken wire with a pull resistor).</summary>
    StuckInactive,
    /// <summary>Cannot be read (the chip does not answer); outputs cannot be driven either.</summary>
    Unreadable,
}
