using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// A fold over everything that a run did: the true plant on a grid, and each control step. Two runs are the same, bit
/// by bit, when it is the same.
/// </summary>
internal sealed class TraceHash
{
    public ulong Value { get; private set; } = 0xCBF29CE484222325;

    public void Add(in ControlState state)
    {
        Mix((ulong)state.At.Ticks);
        Mix(BitConverter.DoubleToUInt64Bits(state.Setpoint.Value));
        Mix((ulong)state.Command.Connection);
    }

    public void Add(HomePlant plant)
    {
        var grid = plant.Service.Power;
        Mix((ulong)plant.Now.Ticks);
        Mix(BitConverter.DoubleToUInt64Bits(grid.L1.Value));
        Mix(BitConverter.DoubleToUInt64Bits(grid.L2.Value));
        Mix(BitConverter.DoubleToUInt64Bits(plant.Stage.Current.Value));
        Mix(BitConverter.DoubleToUInt64Bits(plant.Battery.Soc.Percent));
    }

    private void Mix(ulong bits)
    {
        var z = (Value ^ bits) * 0xBF58476D1CE4E5B9;
        Value = z ^ (z >> 29);
    }
}
