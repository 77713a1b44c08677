namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>
/// The contactor in the charger's supply: the only thing that stops it at once, and the only one that heals a hung
/// server. Driven while nothing speaks against it; without a line there is none.
/// </summary>
internal sealed class QuasarSupply(IGpioOutput? line, TimeSpan shortestOff)
{
    // From the line to open contacts.
    private static readonly TimeSpan Opening = TimeSpan.FromMilliseconds(500);
    private bool isDriven;
    private TimeSpan? offSince;

    public bool IsThere => line is not null;

    /// <summary>The line is as it was told to be, as far as it can be read.</summary>
    public bool Obeys { get; private set; } = true;

    /// <summary>The charger has no supply: nothing flows, and there is nobody to ask.</summary>
    public bool IsOff(TimeSpan now) => offSince is { } since && Obeys && now - since >= Opening;

    /// <summary>Drives the line; true when the supply has just come back.</summary>
    public bool Drive(bool mustOpen, TimeSpan now)
    {
        if (line is null) return false;
        var wasOff = offSince is not null;
        if (mustOpen) offSince ??= now;
        else if (offSince is { } since && now - since >= shortestOff) offSince = null;
        var wanted = offSince is null;
        if (isDriven != wanted || !Obeys)
        {
            Obeys = line.TryWrite(wanted) && line.TryReadBack(out var level) && level == wanted;
            isDriven = wanted;
        }
        return wasOff && wanted;
    }
}
