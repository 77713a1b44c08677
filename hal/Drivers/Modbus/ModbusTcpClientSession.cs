using System.Diagnostics;
using System.Net.Sockets;

namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>One client of a <see cref="ModbusTcpServer"/>: its socket, its stream and its thread.</summary>
internal sealed class ModbusTcpClientSession
{
    public const int StackBytes = 256 * 1024;

    private readonly Socket socket;
    private readonly MbapRequests requests;
    private readonly ModbusTcpServer server;
    private readonly TimeSpan idleTimeout;
    private readonly Action<ModbusTcpClientSession> leave;
    private readonly Thread thread;

    public ModbusTcpClientSession(
        Socket socket, IModbusDevice device, TimeSpan idleTimeout, ModbusTcpServer server,
        Action<ModbusTcpClientSession> leave)
    {
        this.socket = socket;
        this.idleTimeout = idleTimeout;
        this.server = server;
        this.leave = leave;
        requests = new(device);
        thread = new(Run, StackBytes) { IsBackground = true, Name = $"modbus-{server.Port}-client" };
    }

    public void Start() => thread.Start();

    /// <summary>Closes the connection, which wakes the thread, and waits for its end.</summary>
    public void Stop()
    {
        socket.Dispose();
        thread.Join();
    }

    private void Run()
    {
        try
        {
            socket.NoDelay = true;
            socket.ReceiveTimeout = socket.SendTimeout = (int)Math.Ceiling(idleTimeout.TotalMilliseconds);
            Converse();
        }
        catch (Exception gone) when (gone is ObjectDisposedException or SocketException)
        {
            // Stop was called, or the peer reset the connection before it was set up.
        }
        finally
        {
            socket.Dispose();
            leave(this);
        }
    }

    private void Converse()
    {
        var since = Stopwatch.GetTimestamp();
        var isFirst = true;
        while (true)
        {
            // Bytes that complete no request do not count as life: the wait that began with the last request goes on.
            if (!isFirst)
            {
                var left = idleTimeout - Stopwatch.GetElapsedTime(since);
                if (left <= TimeSpan.Zero || !socket.Poll(left, SelectMode.SelectRead)) return;
            }
            var count = socket.Receive(requests.Free, SocketFlags.None, out _);
            if (count <= 0) return;
            requests.Received(count);
            var before = requests.Requests;
            if (!TryServe()) return;
            isFirst = requests.Requests != before && requests.IsEmpty;
            if (requests.Requests != before) since = Stopwatch.GetTimestamp();
        }
    }

    private bool TryServe()
    {
        while (true)
        {
            var step = requests.Serve(server.IsSilent);
            var answers = requests.Answers;
            if (!answers.IsEmpty && socket.Send(answers, SocketFlags.None, out _) != answers.Length) return false;
            requests.Sent();
            if (step != RequestStep.Full) return step == RequestStep.NeedMore;
        }
    }
}
