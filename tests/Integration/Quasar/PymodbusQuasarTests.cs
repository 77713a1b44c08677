using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.Quasar;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Tests.Integration.Modbus;

namespace ChargeScape.Edge.Tests.Integration.Quasar;

/// <summary>The driver over TCP against a register file that is pymodbus, not ours.</summary>
public sealed class PymodbusQuasarTests : IDisposable
{
    private static readonly TimeSpan Turn = 100.Milliseconds;
    private readonly PeerLines charger;
    private readonly System.Diagnostics.Process process;
    private readonly ModbusTcpMaster master;
    private readonly QuasarEvse evse;
    private EvseCommand command;
    private TimeSpan now = 1000.Seconds;

    public PymodbusQuasarTests()
    {
        var source = RepositoryRoot.File("tests", "Integration", "Quasar", "peers", "pymodbus_quasar.py");
        process = Peer.Start(ModbusPeers.Python, "python3-pymodbus", source);
        charger = new PeerLines(process);
        var port = int.Parse(charger.Next(), System.Globalization.CultureInfo.InvariantCulture);
        master = new(new("127.0.0.1", port) { Timeout = 20.Seconds, ConnectTimeout = 20.Seconds });
        evse = new(master, null, new()
        {
            MaxCharge = 7400.W, MaxDischarge = 5000.W, Period = 500.Milliseconds, YieldFor = 20.Seconds,
        });
    }

    public void Dispose()
    {
        master.Dispose();
        charger.Dispose();
    }

    [Fact]
    public void A_session_from_taking_control_to_giving_it_back()
    {
        Ask(Connection.Open, 0);
        var seen = Run(3.Seconds);
        Assert.Equal(
            (EvseSession.PluggedIn, (Soc?)null, EvseFaults.None), (seen.Session, seen.VehicleSoc, seen.Faults));

        Ask(Connection.Close, 0);
        seen = Run(3.Seconds);
        Assert.Equal((EvseSession.Energised, new Soc(61)), (seen.Session, seen.VehicleSoc));
        Assert.InRange(seen.Power.Value, 0, 1);

        Ask(Connection.Close, -3000);
        seen = Run(3.Seconds);
        Assert.Equal((-2700.W, true), (seen.Power, seen.IsContactorClosed));
        Assert.Equal((388.7, -6.9), (Math.Round(seen.DcVoltage.Value, 1), Math.Round(seen.DcCurrent.Value, 1)));

        // Never beyond the site's rating, whatever is asked.
        Ask(Connection.Close, -7000);
        Assert.Equal(-4500.W, Run(3.Seconds).Power);

        Ask(Connection.Open, 0);
        seen = Run(3.Seconds);
        Assert.Equal((EvseSession.PluggedIn, 0.W, false), (seen.Session, seen.Power, seen.IsContactorClosed));

        var registers = new ushort[8];
        for (var i = 0; i < 50 && !evse.HandBack(now); i++) now += 1.Seconds;
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 81, registers));
        Assert.Equal((0, 1, 0), (registers[0], registers[1], registers[7]));
    }

    [Fact]
    public void The_app_takes_control_and_gets_it()
    {
        Ask(Connection.Close, 0);
        Run(3.Seconds);
        Ask(Connection.Close, 3000);
        Assert.Equal(2700.W, Run(3.Seconds).Power);

        process.StandardInput.WriteLine("app");
        process.StandardInput.Flush();
        charger.Next(line => line == "app");

        var seen = Run(5.Seconds);
        var registers = new ushort[1];
        Assert.Equal(ModbusResult.Ok, master.ReadHolding(1, 81, registers));
        Assert.Equal((EvseFaults.Yielded, (ushort)0), (seen.Faults, registers[0]));
    }

    private void Ask(Connection connection, double watts) => command = new(new(watts), connection, now, 1);

    // Time is the driver's argument, so the test need not wait for it.
    private EvseReading Run(TimeSpan time)
    {
        for (var end = now + time; now < end; now += Turn)
        {
            evse.Commands.Publish(command with { IssuedAt = now });
            evse.Read(now);
            evse.Write(now);
        }
        Reading<EvseReading> held = default;
        Assert.True(evse.Readings.TryRead(ref held), "something was published");
        return held.Within(5.Seconds, now) ?? throw new InvalidOperationException("the charger fell silent");
    }
}
