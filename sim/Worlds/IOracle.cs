using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>Sees the true plant at each of its steps.</summary>
public interface IOracle
{
    /// <summary>The plant has moved.</summary>
    void See(in Truth truth);
}

/// <summary>Sees each step of the controller.</summary>
public delegate void StepWatcher(in ControlState state);
