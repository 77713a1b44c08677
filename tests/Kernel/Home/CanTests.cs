using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Kernel.Home;

/// <summary>
/// The car's bus or the module's goes while power flows. An error frame is seen by every station of a virtual bus, so
/// with a bus-off car and module fall silent too; to the controller that is what a real one looks like.
/// </summary>
[Collection(HomeTests.Name)]
public sealed class CanTests(SharedHome shared)
{
    private readonly KernelHome home = shared.Charging();

    [Fact]
    public void candump_sees_the_cars_frames_and_the_chargers()
    {
        using var dump = home.Car.Dump();

        foreach (var id in new[] { "100#", "102#", "108#", "109#" })
            dump.Next(line => line.Contains($" {id}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("car")]
    [InlineData("module")]
    public void An_interface_that_goes_down_stops_all_and_power_returns_by_the_start_sequence(string bus)
    {
        var (from, wire) = (home.Truth.At, Bus(bus));

        wire.IsUp = false;
        home.Pass(6.Seconds);
        var down = home.TruthSince(from);
        wire.IsUp = true;
        home.Charge();

        StartSequence.ExpectStopped(down, after: TimeSpan.Zero);
        StartSequence.Expect(home.TruthSince(from));
    }

    [Theory]
    [InlineData("car")]
    [InlineData("module")]
    public void A_bus_off_that_comes_back_stops_all_and_power_returns_by_the_start_sequence(string bus)
    {
        var from = home.Truth.At;

        Bus(bus).KeepOff();
        var off = home.TruthSince(from);
        home.Charge();

        StartSequence.ExpectStopped(off, after: 1.1.Seconds);
        StartSequence.Expect(home.TruthSince(from));
    }

    private VirtualBus Bus(string name) => name == "car" ? home.Car : home.Module;
}
