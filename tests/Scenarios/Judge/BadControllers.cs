using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Tests.Scenarios.Judge;

/// <summary>Answers every order as it should, says what it cannot comply with, and does what was asked all the
/// same.</summary>
internal sealed class OnlyTalks : OtherController
{
    private bool hasStarted;

    public override EvseCommand Command(in EvseCommand decided, in ControlState state, SiteLimits site)
    {
        hasStarted |= decided.Connection == Connection.Close;
        if (!hasStarted) return decided;
        return decided with { Setpoint = state.Wanted, Connection = Connection.Close };
    }
}

/// <summary>Takes the first power that it ever commanded, and keeps it whatever comes.</summary>
internal sealed class NeverActs : OtherController
{
    private Watts kept;

    public override EvseCommand Command(in EvseCommand decided, in ControlState state, SiteLimits site)
    {
        if (Watts.Abs(decided.Setpoint) > Watts.Abs(kept)) kept = decided.Setpoint;
        return kept == Watts.Zero ? decided : decided with { Setpoint = kept, Connection = Connection.Close };
    }
}

/// <summary>Breaks no limit, because it does nothing.</summary>
internal sealed class AlwaysStops : OtherController
{
    public override EvseCommand Command(in EvseCommand decided, in ControlState state, SiteLimits site) =>
        decided with { Setpoint = Watts.Zero, Connection = Connection.Open };
}

/// <summary>
/// Takes for done what was written: the EVSE's power, on its AC and DC side, is what it commanded, and no fault is one
/// as long as the write came back.
/// </summary>
internal sealed class TrustsEchoes : OtherController
{
    public override EvseReading Believe(in EvseReading seen, in EvseCommand commanded) => seen with
    {
        Power = commanded.Setpoint, PowerLow = commanded.Setpoint, PowerHigh = commanded.Setpoint,
        DcCurrent = new(commanded.Setpoint.Value / Math.Max(1, seen.DcVoltage.Value)),
        Faults = EvseFaults.None, ActiveFaults = EvseFaults.None,
    };
}
