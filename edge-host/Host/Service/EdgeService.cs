using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Loop;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChargeScape.Edge.Host.Service;

/// <summary>
/// Starts the control threads with the host and ends them in order: zero, open, wait for the current to go. When they
/// end by themselves, the process ends with an error.
/// </summary>
internal sealed class EdgeService(
    ControlThread control, RunOutcome outcome, IHostApplicationLifetime lifetime,
    ILogger<EdgeService> log) : IHostedService
{
    private Task watch = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var isLocked = RealTime.TryLockMemory();
        control.Start();
        watch = Watch();
        log.LogInformation(
            "control loop started: {Scheduling}, {Memory}",
            control.IsRealTime ? "SCHED_FIFO" : "ordinary scheduling (SCHED_FIFO not allowed)",
            isLocked ? "memory locked" : "memory not locked (not allowed)");
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        log.LogInformation("stopping: zero, open, wait for the current to go");
        control.Stop();
        await watch;
    }

    private async Task Watch()
    {
        var end = await control.Ended;
        if (end.Failure is { } bug)
        {
            outcome.ExitCode = 1;
            log.LogCritical(bug, "the control threads ended; current gone: {IsGone}", end.IsCurrentGone);
            lifetime.StopApplication();
        }
        else
        {
            log.LogInformation("control loop stopped; current gone: {IsGone}", end.IsCurrentGone);
        }
    }
}

/// <summary>What the process will end with.</summary>
internal sealed class RunOutcome
{
    public int ExitCode { get; set; }
}

/// <summary>Logs what the loop may not log itself: overruns, and scheduling that differs from what was asked.</summary>
internal sealed class LoopWatch(
    ControlThread control, Exchange.ControlExchange exchange, ILogger<LoopWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(1.Seconds);
        var frame = default(Exchange.ControlFrame);
        var told = 0u;
        var wasAlive = true;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                exchange.Frame.TryRead(ref frame);
                if (frame.Overruns != told)
                    log.LogWarning(
                        "{Count} deadlines missed since the start, {New} of them new",
                        frame.Overruns, frame.Overruns - told);
                told = frame.Overruns;
                var isAlive = control.ArePollersAlive;
                if (isAlive != wasAlive)
                    log.LogWarning(
                        "pollers: {State}", isAlive ? "all alive again" : "one has not taken a turn in time");
                wasAlive = isAlive;
            }
        }
        catch (OperationCanceledException)
        {
            // The ordered stop.
        }
    }
}
