using System.Globalization;
using System.Net.Sockets;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;
using ChargeScape.Edge.Host.Loop;
using Microsoft.Extensions.Hosting;

namespace ChargeScape.Edge.Host.Service;

/// <summary>
/// Tells systemd READY after the first completed cycle, WATCHDOG only while cycles complete, STOPPING on the ordered
/// stop. Without NOTIFY_SOCKET it does nothing. Protocol: sd_notify(3).
/// </summary>
internal sealed class SystemdNotifier : BackgroundService
{
    private static readonly TimeSpan freshness = 1.Seconds;

    private readonly ControlThread control;
    private readonly Socket? socket;
    private readonly TimeSpan? watchdog;

    public SystemdNotifier(ControlThread control)
    {
        this.control = control;
        socket = Connect(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
        watchdog = WatchdogPeriod();
    }

    public override void Dispose()
    {
        socket?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (socket is null) return;
        using var timer = new PeriodicTimer(50.Milliseconds);
        var isReady = false;
        var nextBeat = MonotonicClock.Now;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = MonotonicClock.Now;
                if (now - control.CompletedAt > freshness) continue;
                if (!isReady) Send("READY=1\n"u8);
                isReady = true;
                if (watchdog is not { } period || now < nextBeat) continue;
                Send("WATCHDOG=1\n"u8);
                nextBeat = now + period / 2;
            }
        }
        catch (OperationCanceledException)
        {
            Send("STOPPING=1\n"u8);
        }
    }

    private static Socket? Connect(string? path)
    {
        if (path is not { Length: > 1 } || path[0] is not ('/' or '@')) return null;
        var made = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            made.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
            return made;
        }
        catch (Exception gone) when (gone is SocketException or ArgumentException)
        {
            made.Dispose();
            return null;
        }
    }

    private static TimeSpan? WatchdogPeriod()
    {
        var pid = Environment.GetEnvironmentVariable("WATCHDOG_PID");
        if (pid is not null && pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)) return null;
        var text = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        return long.TryParse(text, CultureInfo.InvariantCulture, out var micros) && micros > 0
            ? TimeSpan.FromMicroseconds(micros)
            : null;
    }

    private void Send(ReadOnlySpan<byte> text)
    {
        try
        {
            socket!.Send(text, SocketFlags.None);
        }
        catch (SocketException)
        {
            // The service manager went away; the watchdog it no longer has cannot bite.
        }
    }
}
