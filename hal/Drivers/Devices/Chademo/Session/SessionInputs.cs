namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>The analogue side. A line that cannot be read is null and counts as the unsafe level.</summary>
/// <param name="Permission">Opto-coupler j: the car pulls switch k.</param>
/// <param name="Plug">The connector sits in an inlet.</param>
/// <param name="Locked">Mechanical feedback of the connector lock.</param>
/// <param name="EarthFault">Insulation or protective-earth monitor reports a fault; false where the site has
/// none.</param>
/// <param name="OutputsObey">d1, d2 and lock could be driven and read back as driven.</param>
public readonly record struct SessionLines(
    bool? Permission, bool? Plug, bool? Locked, bool? EarthFault, bool OutputsObey);

/// <summary>What the control side wants of the session.</summary>
/// <param name="Connection">A command that is too old is given here as <see cref="Connection.Open"/>.</param>
/// <param name="Number">Counts the start sequences asked for.</param>
/// <param name="Current">DC current wanted, positive into the car; 0 with anything but
/// <see cref="Connection.Close"/>.</param>
public readonly record struct SessionWish(Connection Connection, uint Number, Amperes Current);

/// <summary>Everything a step of the session may know.</summary>
/// <param name="Now">Monotonic time.</param>
/// <param name="Car">Frames of the car.</param>
/// <param name="Stage">Newest reading of the power stage.</param>
/// <param name="Lines">The analogue side.</param>
/// <param name="Wish">What is wanted.</param>
public record struct SessionInputs(
    TimeSpan Now, CarSeen Car, Reading<StageReading> Stage, SessionLines Lines, SessionWish Wish)
{
    /// <summary>Frames of the car; a field, so that a frame is taken in where it stands.</summary>
    public CarSeen Car = Car;
}
