namespace ChargeScape.Edge.Sim.Devices;

/// <summary>Names of the digital lines that the simulated home has.</summary>
public static class Lines
{
    /// <summary>Active while the emergency stop loop is closed.</summary>
    public const string StopLoop = "estop-loop";
    /// <summary>Active while the supervisor permits.</summary>
    public const string Permit = "permit";
    /// <summary>Active while the plug is in the car's inlet.</summary>
    public const string Proximity = "proximity";
    /// <summary>Active while the car permits (k, read as j).</summary>
    public const string Permission = "k";
    /// <summary>Charge sequence signal 1.</summary>
    public const string Sequence1 = "d1";
    /// <summary>Charge sequence signal 2.</summary>
    public const string Sequence2 = "d2";
    /// <summary>Drives the plug lock.</summary>
    public const string Lock = "lock";
    /// <summary>Active while the plug is locked.</summary>
    public const string LockFeedback = "lock-feedback";
    /// <summary>Drives the contactor in an integrated charger's supply.</summary>
    public const string Supply = "supply";
    /// <summary>Active while the insulation monitor sees a fault.</summary>
    public const string InsulationFault = "insulation-fault";

    /// <summary>Active while the grid operator's first relay is pulled.</summary>
    public const string Relay1 = "relay-1";
    /// <summary>The same of the second.</summary>
    public const string Relay2 = "relay-2";

    /// <summary>The transfer switch's contact on the grid's side.</summary>
    public const string OnGrid = "on-grid";
    /// <summary>The one on the home's side.</summary>
    public const string OnIsland = "on-island";
    /// <summary>Takes the first load off.</summary>
    public const string Shed1 = "shed-1";
    /// <summary>The second.</summary>
    public const string Shed2 = "shed-2";

    /// <summary>All of them.</summary>
    public static readonly string[] All =
    [
        StopLoop, Permit, Proximity, Permission, Sequence1, Sequence2, Lock, LockFeedback, InsulationFault, Supply,
        Relay1, Relay2, OnGrid, OnIsland, Shed1, Shed2,
    ];
}
