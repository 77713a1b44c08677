using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// A controller that is not the product's, in its place on the same wires: it may believe something else of the EVSE,
/// and it commands what it likes. It answers orders like the product. The judge is tested with bad ones.
/// </summary>
public abstract class OtherController
{
    /// <summary>What it takes a reading of the EVSE for; the truth as it was read, unless it says otherwise.</summary>
    /// <param name="seen">As the driver read it.</param>
    /// <param name="commanded">What was commanded last.</param>
    public virtual EvseReading Believe(in EvseReading seen, in EvseCommand commanded) => seen;

    /// <summary>What it commands.</summary>
    /// <param name="decided">What the product's rules decided on what it believes.</param>
    /// <param name="state">How they came to it.</param>
    /// <param name="site">The site.</param>
    public virtual EvseCommand Command(in EvseCommand decided, in ControlState state, SiteLimits site) => decided;
}

/// <summary>Stands between the loop and the EVSE's driver, and lets another controller speak.</summary>
internal sealed class SubstituteEvse(IEvse driver, OtherController instead, SiteLimits site) : IEvse
{
    private Reading<EvseReading> reading;
    private uint taken;

    /// <summary>What was commanded last.</summary>
    public EvseCommand Newest { get; private set; }

    public Latest<Reading<EvseReading>> Readings { get; } = new();

    public Latest<EvseCommand> Commands { get; } = new();

    public TimeSpan NextDue => driver.NextDue;

    public bool Read(TimeSpan now) => driver.Read(now);

    public void Write(TimeSpan now) => driver.Write(now);

    /// <summary>Hands the driver's news to the loop.</summary>
    public void TakeIn()
    {
        if (!driver.Readings.TryReadUnseen(ref reading, ref taken)) return;
        if (reading.Within(TimeSpan.MaxValue, reading.TakenAt) is not { } seen) return;
        Readings.Publish(new(instead.Believe(seen, Newest), reading.TakenAt, reading.Sequence));
    }

    /// <summary>Hands the loop's command to the driver.</summary>
    public void HandOn(in ControlState state)
    {
        EvseCommand decided = default;
        if (!Commands.TryRead(ref decided)) return;
        Newest = instead.Command(decided, state, site);
        driver.Commands.Publish(Newest);
    }
}
