using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>How the car supplies the home while the grid is gone. Shown with simulated devices only.</summary>
/// <param name="Overload">Most that the car's inverter shall carry, AC, &gt; 0.</param>
/// <param name="ShedAfter">An overload that lasts so long takes the next load off; with none left it stops.</param>
/// <param name="ShedLines">Loads that can be taken off, 0…<see cref="ShedCommand.Most"/>.</param>
/// <param name="Restarts">Starts after a stop that are tried without a person, 0…3.</param>
/// <param name="RestartDelay">From a stop to the next start.</param>
/// <param name="Isolation">How long both signals must have agreed that the home is isolated.</param>
/// <param name="Transfer">Most that the transfer switch takes to move, its own waiting included.</param>
/// <param name="Reserve">The home is not supplied at or below it.</param>
public sealed record IslandRules(
    Watts Overload, TimeSpan ShedAfter, int ShedLines, int Restarts, TimeSpan RestartDelay, TimeSpan Isolation,
    TimeSpan Transfer, Soc Reserve);
