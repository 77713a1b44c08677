namespace ChargeScape.Edge.Sim.Plant;

/// <summary>What is wrong with a transfer switch.</summary>
public enum TransferTrouble : byte
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It stays where it is, and its contacts say so.</summary>
    Stuck,
    /// <summary>The contact of its grid's side is welded: closed wherever it stands.</summary>
    GridContactWelded,
    /// <summary>The contact of its home's side is closed wherever it stands; the switch stays on the grid.</summary>
    IslandContactWelded,
    /// <summary>The contact of its home's side opens for a moment again and again.</summary>
    Bounces,
    /// <summary>Its main contacts stay closed and both auxiliary contacts say that they are open.</summary>
    Lies,
}

/// <summary>
/// The switch between the grid and the home. It acts by itself, as the ones with a controller of their own do: off the
/// dead grid after a moment, back to the live one when that was calm for a while and the home is dead.
/// <code>
///   Grid ──dead 100 ms──► (moves 150 ms) ──► Island ──live 3 s, home dead──► (moves 150 ms) ──► Grid
/// </code>
/// </summary>
public sealed class TransferSwitch
{
    private const double OpensAfter = 0.1;
    private const double MovesFor = 0.15;
    private const double ReturnsAfter = 3;
    private const double BouncePeriod = 1;
    private const double BounceFor = 0.12;
    private double waited;
    private double moving;
    private double clock;
    private bool isOnIsland;

    /// <summary>A scenario's fault.</summary>
    public TransferTrouble Trouble { get; set; }

    /// <summary>Home and grid are connected.</summary>
    public bool IsClosed => !isOnIsland && moving <= 0;

    /// <summary>Its auxiliary contact on the grid's side is closed.</summary>
    public bool ShowsGrid => Trouble switch
    {
        TransferTrouble.GridContactWelded => true,
        TransferTrouble.Lies => false,
        _ => IsClosed,
    };

    /// <summary>The one on the home's side is.</summary>
    public bool ShowsIsland => Trouble switch
    {
        TransferTrouble.IslandContactWelded or TransferTrouble.Lies => true,
        TransferTrouble.Bounces when clock % BouncePeriod < BounceFor => false,
        _ => isOnIsland && moving <= 0,
    };

    internal void Advance(double seconds, double grid, bool isHomeDead)
    {
        clock += seconds;
        if (moving > 0)
        {
            moving -= seconds;
            return;
        }
        var isDue = isOnIsland ? grid > 0.9 && isHomeDead : grid < 0.5;
        waited = isDue ? waited + seconds : 0;
        var stays = Trouble is TransferTrouble.Stuck or TransferTrouble.IslandContactWelded or TransferTrouble.Lies;
        if (stays || waited < (isOnIsland ? ReturnsAfter : OpensAfter)) return;
        (isOnIsland, moving, waited) = (!isOnIsland, MovesFor, 0);
    }
}
