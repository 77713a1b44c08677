using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>
/// The home's end of the digital lines that are not the car's: emergency stop loop, supervisor permit, proximity, plug
/// lock, insulation monitor, transfer switch, shed relays. The supervisor itself comes with its issue; here its permit is a
/// switch.
/// </summary>
public sealed class LinePanel : SimDevice
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LockTime = TimeSpan.FromMilliseconds(400);
    private readonly HomePlant plant;
    private readonly IGpioInput lockDrive;
    private readonly IGpioOutput stopLoop;
    private readonly IGpioOutput permit;
    private readonly IGpioOutput proximity;
    private readonly IGpioOutput lockFeedback;
    private readonly IGpioOutput insulationFault;
    private readonly IGpioOutput[] relays;
    private readonly bool[] pulled;
    private readonly IGpioOutput? onGrid;
    private readonly IGpioOutput? onIsland;
    private readonly IGpioInput[] shed;
    private TimeSpan movingSince = TimeSpan.MaxValue;
    private uint levels;

    /// <summary>Claims the lines.</summary>
    /// <param name="plant">The home.</param>
    /// <param name="gpio">The panel's end of the lines; used by it alone.</param>
    /// <param name="relayLines">Lines of the grid operator's relays, in order.</param>
    /// <param name="shedLines">Lines of the relays that take loads off, in order.</param>
    public LinePanel(
        HomePlant plant, IGpio gpio, IReadOnlyList<string> relayLines, IReadOnlyList<string> shedLines)
    {
        this.plant = plant;
        lockDrive = gpio.OpenInput(Lines.Lock);
        stopLoop = gpio.OpenOutput(Lines.StopLoop);
        permit = gpio.OpenOutput(Lines.Permit);
        proximity = gpio.OpenOutput(Lines.Proximity);
        lockFeedback = gpio.OpenOutput(Lines.LockFeedback);
        insulationFault = gpio.OpenOutput(Lines.InsulationFault);
        relays = [.. relayLines.Select(gpio.OpenOutput)];
        pulled = new bool[relays.Length];
        onGrid = plant.Switch is null ? null : gpio.OpenOutput(Lines.OnGrid);
        onIsland = plant.Switch is null ? null : gpio.OpenOutput(Lines.OnIsland);
        shed = [.. shedLines.Take(plant.Settings.Shed.Count).Select(gpio.OpenInput)];
        Advance(TimeSpan.Zero);
    }

    /// <summary>Counts the edges it made.</summary>
    public long Edges { get; private set; }

    /// <summary>The emergency stop is pressed.</summary>
    public bool IsEmergencyStopPressed { get; set { field = value; NextDue = TimeSpan.Zero; } }

    /// <summary>The supervisor permits.</summary>
    public bool HasPermit { get; set { field = value; NextDue = TimeSpan.Zero; } } = true;

    /// <summary>The insulation monitor's contact stays closed, whatever the insulation is like.</summary>
    public bool IsMonitorStuck { get; set; }

    /// <summary>The lock's bolt does not move.</summary>
    public bool IsLockStuck { get; set; }

    /// <summary>The grid operator pulls a relay, or lets it go; false when the site has none of that number.</summary>
    public bool TryPull(int relay, bool isPulled)
    {
        if (relay < 0 || relay >= relays.Length) return false;
        (pulled[relay], NextDue) = (isPulled, TimeSpan.Zero);
        return true;
    }

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        NextDue = now + Period;
        Drive(stopLoop, 0, !IsEmergencyStopPressed);
        Drive(permit, 1, HasPermit);
        Drive(proximity, 2, plant.IsPlugged);
        Drive(insulationFault, 3, IsMonitorStuck || (plant.IsInsulationBroken && plant.Stage.Voltage.Value > 50));
        var wanted = lockDrive.TryRead(out var drive) && drive && plant.IsPlugged;
        if (wanted == plant.IsLocked || IsLockStuck) movingSince = TimeSpan.MaxValue;
        else if (movingSince == TimeSpan.MaxValue) movingSince = now;
        else if (now - movingSince >= LockTime) plant.IsLocked = wanted;
        Drive(lockFeedback, 4, plant.IsLocked);
        for (var i = 0; i < relays.Length; i++) Drive(relays[i], 5 + i, pulled[i]);
        if (plant.Switch is not { } transfer) return;
        Drive(onGrid!, 10, transfer.ShowsGrid);
        Drive(onIsland!, 11, transfer.ShowsIsland);
        for (var i = 0; i < shed.Length; i++)
            plant.House.Shed(plant.Settings.Shed[i], shed[i].TryRead(out var isOff) && isOff);
    }

    // Only a change goes to the wire.
    private void Drive(IGpioOutput line, int index, bool isActive)
    {
        var bit = 1u << index;
        if (((levels & bit) != 0) == isActive || !line.TryWrite(isActive)) return;
        levels ^= bit;
        Edges++;
    }
}
