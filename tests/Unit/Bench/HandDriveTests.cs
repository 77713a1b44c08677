using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Hal.Gpio;
using ChargeScape.Edge.Host.Bench.Device;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Tests.Unit.ModbusMap;

namespace ChargeScape.Edge.Tests.Unit.Bench;

/// <summary>A charger driven by hand: registers and lines that a test moves, the clock is the machine's.</summary>
public sealed class HandDriveTests : IDisposable
{
    private const int State = 901, Current = 908, Timeout = 43, Run = 989, Setpoint = 987;
    private const ushort Plugged = 5, Charging = 7, Stopping = 9;
    private readonly Wires wires = new();
    private readonly IGpioOutput stopLoop, permit;
    private readonly SingleDevice charger, panel;
    private readonly HandDrive drive;

    public HandDriveTests()
    {
        var read = SiteFile.Read(RepositoryRoot.File("tests", "Scenarios", "ModbusMap", "evtec-home.json"), []);
        var site = read.Site ?? throw new InvalidOperationException(string.Join('\n', read.Errors));
        var other = wires.Chip.Attach();
        (stopLoop, permit) = (other.OpenOutput("estop-loop"), other.OpenOutput("permit"));
        stopLoop.TryWrite(true);
        permit.TryWrite(true);
        charger = SingleDevice.Open(site, site.Devices.Single(device => device.Name == "charger"), wires);
        panel = SingleDevice.Open(site, site.Devices.Single(device => device.Name == "panel"), wires);
        drive = new(charger, panel, 3.kW, () => { });
        panel.Read();
    }

    public void Dispose()
    {
        charger.Dispose();
        panel.Dispose();
    }

    private void Shows(ushort state, float amperes = 0)
    {
        var bits = BitConverter.SingleToUInt32Bits(amperes);
        wires.Charger.Holding(State, state);
        wires.Charger.Holding(Current, (ushort)(bits >> 16), (ushort)bits);
    }

    [Fact]
    public void With_loop_and_permit_it_may_be_driven_for_its_time()
    {
        Assert.True(drive.MayDrive());

        Assert.Equal(HandDriveEnd.TimeUp, drive.Run(300.Milliseconds, CancellationToken.None));
        // Nobody interrupts, and nobody gives it time either.
        Assert.Equal(HandDriveEnd.Interrupted, drive.Run(TimeSpan.MaxValue, new(canceled: true)));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Without_one_of_them_it_is_stopped(bool isLoopClosed, bool hasPermit)
    {
        stopLoop.TryWrite(isLoopClosed);
        permit.TryWrite(hasPermit);

        Assert.Equal(HandDriveEnd.Stopped, drive.Run(3.Seconds, CancellationToken.None));

        Assert.False(drive.MayDrive());
    }

    [Fact]
    public void Lines_that_were_never_read_permit_nothing()
    {
        var unread = new HandDrive(charger, charger, 3.kW, () => { });

        Assert.Equal(HandDriveEnd.Stopped, unread.Run(TimeSpan.MaxValue, CancellationToken.None));

        Assert.Empty(wires.Charger.Requests);
    }

    [Theory]
    [InlineData(Charging, 0f)]        // the contactor is closed
    [InlineData(Stopping, 0f)]        // it is not through
    [InlineData(Plugged, 1.5f)]       // a current flows
    public void It_is_not_handed_back_before_contactor_session_and_current_say_so(ushort state, float amperes)
    {
        Shows(state, amperes);

        Assert.False(drive.HandBack(1.Seconds, atOnce: false));
    }

    [Fact]
    public void Handed_back_it_stands_as_it_was_found_and_not_as_it_was_driven()
    {
        drive.Run(500.Milliseconds, CancellationToken.None);
        Shows(Charging);
        drive.Run(1.Seconds, CancellationToken.None);
        Assert.Equal((60, 1), (wires.Charger[Timeout], wires.Charger[Run]));
        Assert.True(wires.Charger[Setpoint] > 2000);

        Shows(Plugged);

        Assert.True(drive.HandBack(3.Seconds, atOnce: false));
        Assert.Equal((600, 0, 0), (wires.Charger[Timeout], wires.Charger[Run], wires.Charger[Setpoint]));
    }

    /// <summary>Registers of a charger as its map has them, and the panel's lines.</summary>
    private sealed class Wires : IWires
    {
        public Wires()
        {
            Charger.Holding(900, new ushort[60]);
            Charger.Holding(986, 0, 0, 0, 0);
            Charger.Holding(40, 0, 1, 0, 600);
            Charger.Holding(State, Plugged);
        }

        public HandRegisters Charger { get; } = new();
        public InMemoryGpioChip Chip { get; } = new("chip", "estop-loop", "permit");

        public IModbus OpenModbus(string bus) => Charger;
        public ICanBus OpenCan(string bus, CanIds? ids) => throw new NotSupportedException();
        public IGpio OpenGpio(string bus) => Chip.Attach();
    }
}
