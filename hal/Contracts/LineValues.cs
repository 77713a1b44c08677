namespace ChargeScape.Edge.Hal;

/// <summary>What a digital input that a site may or may not have says.</summary>
public enum LineLevel : byte
{
    /// <summary>The site has no such line.</summary>
    NotWired,
    /// <summary>It is there and cannot be read: every rule takes the level that limits more.</summary>
    Unknown,
    /// <summary>Inactive.</summary>
    Inactive,
    /// <summary>Active.</summary>
    Active,
}

/// <summary>Where the switch between the grid and the home's own supply stands, by two auxiliary contacts.</summary>
public enum TransferPosition : byte
{
    /// <summary>The site has none.</summary>
    NotWired,
    /// <summary>A contact cannot be read, or both are closed: no power may be promised either way.</summary>
    Unknown,
    /// <summary>The home is on the grid.</summary>
    Grid,
    /// <summary>The home is on its own supply.</summary>
    Island,
    /// <summary>Neither contact is closed: it moves, or stands in the middle.</summary>
    Between,
}

/// <summary>
/// Relay inputs by which a grid operator limits, up to four. What each means is commissioned; a relay that cannot be
/// read counts as pulled.
/// </summary>
/// <param name="First">Relay 1.</param>
/// <param name="Second">Relay 2.</param>
/// <param name="Third">Relay 3.</param>
/// <param name="Fourth">Relay 4.</param>
public readonly record struct GridRelays(LineLevel First, LineLevel Second, LineLevel Third, LineLevel Fourth)
{
    /// <summary>Most relays that a site has.</summary>
    public const int Most = 4;

    /// <summary>Relay 0…3.</summary>
    public LineLevel this[int relay] => relay switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        3 => Fourth,
        _ => throw new ArgumentOutOfRangeException(nameof(relay)),
    };

    /// <summary>The relay is pulled, or nobody knows.</summary>
    public bool MayLimit(int relay) => this[relay] is LineLevel.Active or LineLevel.Unknown;

    /// <summary>Some relay is pulled, or nobody knows.</summary>
    public bool MayLimitAny => MayLimit(0) || MayLimit(1) || MayLimit(2) || MayLimit(3);
}
