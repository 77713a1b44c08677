namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>What a scenario can make wrong with a Modbus wire, the devices at both ends being sound.</summary>
internal enum WireTrouble
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Each answer takes nine tenths of the timeout.</summary>
    Slow,
    /// <summary>Answers take anything up to one and a half timeouts: a third comes when their request was given up.</summary>
    Late,
    /// <summary>A serial line with noise: one bit in two answers of three is turned over, and the CRC tells.</summary>
    Garbled,
    /// <summary>One register in one of four answers is another one, and every check of the frame is good: the few
    /// that a CRC of 16 bits lets through, many times over.</summary>
    Garbage,
    /// <summary>The device refuses everything: exception 6, busy.</summary>
    Busy,
    /// <summary>The device answers with its registers shifted by one, as another firmware would.</summary>
    Shifted,
    /// <summary>Another device of the home answers in its place.</summary>
    Swapped,
}
