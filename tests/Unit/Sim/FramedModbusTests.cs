using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Plant;
using ChargeScape.Edge.Sim.Worlds;

namespace ChargeScape.Edge.Tests.Unit.Sim;

/// <summary>The wire of rows 32 to 35 of the hazard table, over the production decoders.</summary>
public class FramedModbusTests
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(4), Timeout = TimeSpan.FromMilliseconds(100);
    private TimeSpan now;

    [Fact]
    public void A_late_answer_is_never_taken_for_the_answer_to_another_question()
    {
        var wire = Wire("late");
        var (inTime, lost) = (0, 0);

        for (ushort asked = 0; asked < 5000; asked++)
        {
            var result = Ask(wire, asked, out var seen);
            if (result.IsOk) Assert.Equal(asked, seen);
            if (result.IsOk) inTime++; else lost++;
        }

        Assert.True(inTime > 500 && lost > 500, $"{inTime} in time, {lost} not");
    }

    [Fact]
    public void A_bit_that_the_line_turned_over_never_becomes_a_value()
    {
        var wire = Wire("garbled");
        var (good, refused) = (0, 0);

        for (ushort asked = 0; asked < 5000; asked++)
        {
            var result = Ask(wire, asked, out var seen);
            if (result.IsOk) Assert.Equal(asked, seen);
            if (result.IsOk) good++; else refused++;
        }

        Assert.Equal((1666, 3334), (good, refused));
    }

    [Fact]
    public void Garbage_that_every_check_lets_through_is_seen_as_a_value()
    {
        var wire = Wire("garbage");

        var wrong = Enumerable.Range(0, 400).Count(asked => Ask(wire, (ushort)asked, out var seen).IsOk && seen != asked);

        Assert.Equal(100, wrong);
    }

    [Theory]
    [InlineData("busy", ModbusStatus.Exception)]
    [InlineData("healthy", ModbusStatus.Ok)]
    public void Exceptions_are_told_and_a_mended_wire_is_as_before(string value, ModbusStatus expected) =>
        Assert.Equal(expected, Ask(Wire(value), 7, out _).Status);

    private ModbusResult Ask(TimedModbus wire, ushort address, out ushort seen)
    {
        Span<ushort> into = [0xFFFF];
        var result = wire.ReadHolding(1, address, into);
        now += wire.TakeElapsed() + Usual;
        seen = into[0];
        return result;
    }

    private TimedModbus Wire(string value)
    {
        var wire = new TimedModbus(new Addresses(), Usual, Timeout, () => now, new SplitMix64(1));
        wire.Suffer(Enum.TryParse<WireTrouble>(value, true, out var trouble) ? trouble : WireTrouble.None, null);
        return wire;
    }

    // Each register holds its own address.
    private sealed class Addresses : IModbusDevice
    {
        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            for (var i = 0; i < into.Length; i++) into[i] = (ushort)(start + i);
            return 0;
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values) => 0;
    }
}
