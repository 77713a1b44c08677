namespace ChargeScape.Edge.Control;

/// <summary>An invariant of our own code does not hold. Nothing catches it: the process ends and everything
/// opens.</summary>
public sealed class InvariantBroken(string invariant) : Exception(invariant);

/// <summary>An assertion that stays on in release: better to stop than to go on wrong. No input may reach it.</summary>
public static class Require
{
    /// <summary>Throws when an invariant of our own does not hold.</summary>
    /// <exception cref="InvariantBroken">It does not hold.</exception>
    public static void That(bool holds, string invariant)
    {
        if (!holds) throw new InvariantBroken(invariant);
    }
}
