using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Hal.Serial;
using ChargeScape.Edge.Host.Loop;

namespace ChargeScape.Edge.Tests.Integration.Modbus;

/// <summary>Ten devices on one real bus, two of them dead: pymodbus answers for eight units and is silent for two. What
/// times this may take is in the unit tests, in virtual time.</summary>
public sealed class SharedBusTests
{
    private const int Enough = 40;
    private static readonly byte[] dead = [3, 7];
    private static readonly byte[] alive = [1, 2, 4, 5, 6, 8, 9, 10];

    [Fact]
    public void On_tcp_the_living_are_read_evenly_and_the_dead_seldom()
    {
        using var server = Serve("-", out var line);
        using var master = new ModbusTcpMaster(new("127.0.0.1", int.Parse(line)) { ConnectTimeout = 20.Seconds });

        Poll(master);
    }

    [Fact]
    public void On_rtu_the_living_are_read_evenly_and_the_dead_seldom()
    {
        using var cable = new Cable();
        using var server = Serve(cable.Theirs, out _);
        using var master = new ModbusRtuMaster(new(new(cable.Ours, 115_200)) { LongestPause = 1.Seconds });

        Poll(master);
    }

    private static void Poll(IModbus master)
    {
        // A loaded machine must not make a living device look dead.
        var options = new ShareOptions { TimeoutMin = 1.Seconds, TimeoutMax = 1.Seconds, Budget = TimeSpan.MaxValue };
        var shares = new BusShare[11];
        var devices = new List<Polled>();
        for (byte unit = 1; unit <= 10; unit++)
        {
            var isDead = dead.Contains(unit);
            shares[unit] = new(
                master,
                isDead ? options with { TimeoutMin = 50.Milliseconds, TimeoutMax = 50.Milliseconds } : options,
                () => MonotonicClock.Now, SerialPort.Rest);
            devices.Add(new(shares[unit], unit));
        }
        var visits = devices.Select((device, i) => new BusVisit(device, shares[i + 1]));
        var poller = new BusPoller("bus", [.. visits], [], 1.Seconds);
        using var idle = new PollSet();
        var begun = MonotonicClock.Now;

        while (alive.Min(unit => devices[unit - 1].Readings) < Enough)
        {
            Assert.True(MonotonicClock.Now - begun < 60.Seconds, "the living are not read");
            poller.Read(MonotonicClock.Now);
            poller.Write(MonotonicClock.Now);
            idle.WaitUntil(poller.NextDue);
        }

        // Earliest due first: none of the living is far ahead of another.
        Assert.True(alive.Max(unit => devices[unit - 1].Readings) <= Enough + 5);
        var elapsed = MonotonicClock.Now - begun;
        foreach (var unit in dead)
        {
            Assert.Equal(0, devices[unit - 1].Readings);
            // Pauses of 0.1, 0.1, 0.2, 0.4 … 5 s.
            Assert.InRange(shares[unit].Failures, 2, 7 + (int)(elapsed.TotalSeconds / 5));
        }
    }

    private static PeerLines Serve(string where, out string line)
    {
        var server = new PeerLines(Peer.Start(
            ModbusPeers.Python, "python3-pymodbus",
            [ModbusPeers.Source("pymodbus_server.py"), where, .. alive.Select(unit => $"{unit}")]));
        line = server.Next();
        return server;
    }

    private sealed class Polled(IModbus bus, byte unit) : IPolledDevice
    {
        private readonly ushort[] into = new ushort[10];

        public TimeSpan NextDue { get; private set; }

        public int Readings { get; private set; }

        public bool Read(TimeSpan now)
        {
            if (now < NextDue) return false;
            NextDue = now + 20.Milliseconds;
            if (!bus.ReadHolding(unit, 5, into).IsOk) return false;
            Assert.Equal(5 * 257, into[0]);
            Readings++;
            return true;
        }

        public void Write(TimeSpan now) { }
    }
}
