using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Host.Bench.Device;

/// <summary>How driving by hand ended.</summary>
internal enum HandDriveEnd : byte
{
    /// <summary>The time was up.</summary>
    TimeUp,
    /// <summary>Ctrl-C.</summary>
    Interrupted,
    /// <summary>The emergency stop was pressed, or the permit or the lines were lost.</summary>
    Stopped,
}

/// <summary>
/// Drives one EVSE at one power, by hand, without the control loop: no limit of the site is kept except the EVSE's
/// rating, so a person stands beside it. The emergency stop and the permit count as ever. At the end it goes to zero,
/// opens, and waits for the current to be gone.
/// </summary>
internal sealed class HandDrive(SingleDevice evse, SingleDevice? lines, Watts setpoint, Action turned)
{
    // As in the control loop: a command that is older than 1 s counts as "open".
    private static readonly TimeSpan commandEvery = 100.Milliseconds;
    private static readonly TimeSpan maxAge = 1.Seconds;
    private static readonly TimeSpan longestRestore = 5.Seconds;
    private static readonly Amperes noCurrent = new(1);
    private TimeSpan commandedAt = TimeSpan.MinValue;

    /// <summary>Drives until the time is up, Ctrl-C, or a stop.</summary>
    public HandDriveEnd Run(TimeSpan longest, CancellationToken stop)
    {
        var until = longest == TimeSpan.MaxValue ? longest : MonotonicClock.Now + longest;
        while (true)
        {
            if (stop.IsCancellationRequested) return HandDriveEnd.Interrupted;
            if (MonotonicClock.Now >= until) return HandDriveEnd.TimeUp;
            if (!MayDrive()) return HandDriveEnd.Stopped;
            Turn(setpoint, Connection.Close);
        }
    }

    /// <summary>Zero and open; true when the current is gone and the contactor open within so long. Then what stood in
    /// the device before is restored.</summary>
    public bool HandBack(TimeSpan longest, bool atOnce)
    {
        commandedAt = TimeSpan.MinValue;
        var until = MonotonicClock.Now + longest;
        while (MonotonicClock.Now < until)
        {
            Turn(Watts.Zero, atOnce ? Connection.OpenNow : Connection.Open);
            if (evse.Evse(maxAge) is { IsContactorClosed: false } seen && Amperes.Abs(seen.DcCurrent) < noCurrent
                && seen.Session is not (EvseSession.Starting or EvseSession.Energised or EvseSession.Stopping))
            {
                Restore();
                return true;
            }
        }
        return false;
    }

    /// <summary>Nothing forbids to drive: without a reading of the lines nobody knows.</summary>
    public bool MayDrive() =>
        lines is null || lines.Lines(maxAge) is { IsEmergencyStopPressed: false, HasSupervisorPermit: true };

    // As at the end of the controller: a person's own app finds the device as it was.
    private void Restore()
    {
        var until = MonotonicClock.Now + longestRestore;
        while (!evse.HandBack() && MonotonicClock.Now < until) evse.Wait(20.Milliseconds);
        turned();
    }

    private void Turn(Watts power, Connection connection)
    {
        var now = MonotonicClock.Now;
        if (commandedAt == TimeSpan.MinValue || now - commandedAt >= commandEvery)
        {
            evse.Commands!.Publish(new(power, connection, now, Session: 1));
            commandedAt = now;
        }
        lines?.Read();
        evse.Read();
        evse.Write();
        turned();
        evse.Wait(20.Milliseconds);
    }
}
