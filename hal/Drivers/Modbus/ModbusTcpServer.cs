using System.Net;
using System.Net.Sockets;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>Where a Modbus TCP server listens and what it grants its clients.</summary>
public sealed record ModbusServerOptions
{
    /// <summary>Address to listen on; loopback by default, because Modbus knows no authentication.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port; 0 takes a free one, see <see cref="ModbusTcpServer.Port"/>.</summary>
    public int Port { get; init; }

    /// <summary>Connections at a time, 1…64; the next one is closed at once.</summary>
    public int MaxClients { get; init; } = 8;

    /// <summary>A client that completes no request, or takes no answer, for so long is let go. 1 ms…1 day.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>
/// Strict Modbus TCP server for one <see cref="IModbusDevice"/>: functions 3, 4, 6 and 16, exceptions 1, 2 and 3 and
/// those of the device. A thread per client; the device is called by one of them at a time. Pipelined requests are
/// answered in order; a header that is not Modbus closes its connection. Nothing is allocated per request.
/// </summary>
public sealed class ModbusTcpServer : IDisposable
{
    private static readonly TimeSpan AcceptRetry = TimeSpan.FromMilliseconds(100);

    private readonly ModbusServerOptions options;
    private readonly IModbusDevice device;
    private readonly Socket listener;
    private readonly Thread acceptor;
    private readonly ManualResetEventSlim stopping = new();
    private readonly Lock gate = new();
    private readonly List<ModbusTcpClientSession> sessions = [];
    private volatile bool isSilent;

    /// <summary>Binds, listens and starts to serve.</summary>
    /// <exception cref="SocketException">The address or port cannot be had.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public ModbusTcpServer(IModbusDevice device, ModbusServerOptions? options = null)
    {
        this.options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.MaxClients, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(this.options.MaxClients, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.IdleTimeout, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(this.options.IdleTimeout, TimeSpan.FromDays(1));
        this.device = new OneAtATime(device);
        listener = new(this.options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(this.options.Address, this.options.Port));
            listener.Listen();
        }
        catch (SocketException)
        {
            listener.Dispose();
            throw;
        }
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        acceptor = new(Accept, ModbusTcpClientSession.StackBytes) { IsBackground = true, Name = $"modbus-{Port}" };
        acceptor.Start();
    }

    /// <summary>TCP port it listens on.</summary>
    public int Port { get; }

    /// <summary>The device plays dead: requests are read, neither executed nor answered. For a simulator.</summary>
    public bool IsSilent
    {
        get => isSilent;
        set => isSilent = value;
    }

    /// <summary>Connections at present.</summary>
    public int ClientCount
    {
        get { lock (gate) return sessions.Count; }
    }

    /// <summary>Stops listening, closes every connection and waits for the threads to end.</summary>
    public void Dispose()
    {
        if (stopping.IsSet) return;
        stopping.Set();
        listener.Dispose();
        acceptor.Join();
        ModbusTcpClientSession[] left;
        lock (gate) left = [.. sessions];
        foreach (var session in left) session.Stop();
        stopping.Dispose();
    }

    private void Accept()
    {
        while (!stopping.IsSet)
        {
            try
            {
                Admit(listener.Accept());
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Closed by Dispose, given up by the client, or out of descriptors: that would spin without a pause.
                if (stopping.Wait(AcceptRetry)) return;
            }
        }
    }

    private void Admit(Socket client)
    {
        lock (gate)
        {
            if (sessions.Count < options.MaxClients)
            {
                var session = new ModbusTcpClientSession(client, device, options.IdleTimeout, this, Leave);
                sessions.Add(session);
                session.Start();
                return;
            }
        }
        client.Dispose();
    }

    private void Leave(ModbusTcpClientSession session)
    {
        lock (gate) sessions.Remove(session);
    }

    /// <summary>Devices are written for one thread.</summary>
    private sealed class OneAtATime(IModbusDevice device) : IModbusDevice
    {
        private readonly Lock turn = new();

        public byte Read(byte unit, ushort start, Span<ushort> into)
        {
            lock (turn) return device.Read(unit, start, into);
        }

        public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
        {
            lock (turn) return device.Write(unit, start, values);
        }
    }
}
