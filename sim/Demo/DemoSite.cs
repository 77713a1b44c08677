using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Devices;

namespace ChargeScape.Edge.Sim.Demo;

/// <summary>
/// A home that the demo can show: which scenario it is, what is ordered there, and what its charger promises. The
/// checks are the same for all of them.
/// </summary>
internal sealed record DemoSite
{
    /// <summary>Name on the command line.</summary>
    public required string Name { get; init; }
    /// <summary>The scenario whose home it is.</summary>
    public required string Scenario { get; init; }
    /// <summary>How long it lasts unless something else is asked for.</summary>
    public required int Seconds { get; init; }
    /// <summary>The shortest that may be asked for.</summary>
    public required int LeastSeconds { get; init; }

    /// <summary>Orders of the acts, W.</summary>
    public required (double Charge, double Discharge, double Deep, double Again) Orders { get; init; }
    /// <summary>Discharge at which the deep order counts as under way, and as back after the silence, W.</summary>
    public required (double Deep, double Back) Reached { get; init; }
    /// <summary>Least share of an order that its charger delivers.</summary>
    public required double LeastShare { get; init; }

    /// <summary>Longest wait for a power to be reached.</summary>
    public required TimeSpan Patience { get; init; }
    /// <summary>Longest wait for a car to be connected, and for a charger that had lost its supply.</summary>
    public required TimeSpan StartPatience { get; init; }
    /// <summary>From a load of the house to the continuous share of the breaker.</summary>
    public required TimeSpan Throttles { get; init; }
    /// <summary>From the meter's silence to no power.</summary>
    public required TimeSpan Closes { get; init; }
    /// <summary>The line that must stay inactive until a person has cleared an emergency stop.</summary>
    public required string DriveLine { get; init; }
    /// <summary>What the first check sees of the plug-in.</summary>
    public required string StartClaim { get; init; }
    /// <summary>The steps of the plug-in, in the order in which the truth must show them.</summary>
    public required IReadOnlyList<(string Name, Func<TruthLine, bool> Is)> StartSteps { get; init; }
    /// <summary>What no sample with a closed contactor may miss.</summary>
    public required (string Missed, Func<TruthLine, bool> Holds) WhileClosed { get; init; }

    /// <summary>A CHAdeMO car behind a bidirectional DC module: handshake, lines and contactor are ours.</summary>
    public static DemoSite Chademo { get; } = new()
    {
        Name = "chademo",
        Scenario = "demo-home",
        Seconds = 120,
        LeastSeconds = 60,
        Orders = (9000, -2500, -9000, 4000),
        Reached = (-3500, -2500),
        // The module is commissioned with an efficiency of 92…97 %, measured on its DC side: the controller stays
        // within the order for all of them, so less can be delivered, and more never.
        LeastShare = 0.92,
        Patience = 25.Seconds,
        StartPatience = 45.Seconds,
        Throttles = 1.Seconds,
        Closes = 4.Seconds,
        DriveLine = Lines.Sequence1,
        StartClaim = "plug-in and the CHAdeMO handshake, step by step, up to the closed contactor",
        StartSteps =
        [
            ("plug", line => line.ActiveLines.Contains(Lines.Proximity)),
            ("d1", line => line.ActiveLines.Contains(Lines.Sequence1)),
            ("car permits (k)", line => line.ActiveLines.Contains(Lines.Permission)),
            ("plug locked", line => line.ActiveLines.Contains(Lines.LockFeedback)),
            ("insulation test", line => line.DcVolts > 200 && !line.IsClosed),
            ("d2", line => line.ActiveLines.Contains(Lines.Sequence2)),
            ("contactor closed", line => line.IsClosed),
        ],
        WhileClosed = ("lock", line => line.ActiveLines.Contains(Lines.LockFeedback)),
    };

    /// <summary>A Wallbox Quasar 1: integrated, over Modbus TCP, slow; its supply contactor is ours.</summary>
    public static DemoSite Quasar { get; } = new()
    {
        Name = "quasar",
        Scenario = "demo-home-quasar",
        Seconds = 420,
        LeastSeconds = 180,
        Orders = (5500, -2500, -7400, 3500),
        Reached = (-2800, -2300),
        // 81…97 % of a request arrive, by its users' measurement.
        LeastShare = 0.81,
        Patience = 70.Seconds,
        // A charger that had lost its supply boots for a minute, and one that says "error" is left alone until 10 s
        // after it has stopped saying so.
        StartPatience = 220.Seconds,
        // 10.9 s by measurement, its dead time, a poll, and a loaded machine.
        Throttles = 18.Seconds,
        Closes = 22.Seconds,
        DriveLine = Lines.Supply,
        StartClaim = "plug-in and the charger's own start: its supply, the contactor, and only then power",
        StartSteps =
        [
            ("supply", line => line.ActiveLines.Contains(Lines.Supply)),
            ("plug", line => line.ActiveLines.Contains(Lines.Proximity)),
            ("contactor closed without current", line => line.IsClosed && Math.Abs(line.DcAmperes) < 1),
            ("power", line => line.IsClosed && line.DcAmperes > 1),
        ],
        WhileClosed = ("supply", line => line.ActiveLines.Contains(Lines.Supply)),
    };

    /// <summary>Every home that can be shown, the usual one first.</summary>
    public static IReadOnlyList<DemoSite> All { get; } = [Chademo, Quasar];
}
