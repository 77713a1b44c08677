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
            (outcome.ExitCode, outcome.IsOrdered) = (1, false);
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

    /// <summary>The control threads have ended, if they do, because they were told to.</summary>
    public bool IsOrdered { get; set; } = true;
}
