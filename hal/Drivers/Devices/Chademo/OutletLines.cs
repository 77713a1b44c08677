using System.Runtime.CompilerServices;

namespace ChargeScape.Edge.Hal.Devices.Chademo;

/// <summary>The claimed lines of one outlet: reads what is known, drives what changed and checks that it
/// took.</summary>
[SkipLocalsInit]
internal sealed class OutletLines
{
    private readonly IGpio gpio;
    private readonly IGpioInput permission;
    private readonly IGpioInput plug;
    private readonly IGpioInput lockFeedback;
    private readonly IGpioInput? earthFault;
    private readonly DrivenLine chargeStart;
    private readonly DrivenLine contactorSupply;
    private readonly DrivenLine connectorLock;
    private bool obeyed = true;

    public OutletLines(IGpio gpio, ChademoLines names)
    {
        this.gpio = gpio;
        permission = gpio.OpenInput(names.Permission);
        plug = gpio.OpenInput(names.Plug);
        lockFeedback = gpio.OpenInput(names.LockFeedback);
        earthFault = names.EarthFault is { } line ? gpio.OpenInput(line) : null;
        chargeStart = new(gpio.OpenOutput(names.ChargeStart));
        contactorSupply = new(gpio.OpenOutput(names.ContactorSupply));
        connectorLock = new(gpio.OpenOutput(names.Lock));
    }

    public SessionLines Read()
    {
        gpio.Refresh();
        var earth = earthFault is null ? false : Level(earthFault);
        return new(Level(permission), Level(plug), Level(lockFeedback), earth, obeyed);
    }

    /// <summary>d2 before d1 when switching off: the contactor's own supply goes first.</summary>
    public void Drive(in SessionOutputs outputs)
    {
        var d2 = contactorSupply.Drive(outputs.ContactorSupply);
        var d1 = chargeStart.Drive(outputs.ChargeStart);
        obeyed = connectorLock.Drive(outputs.Lock) && d1 && d2;
    }

    private static bool? Level(IGpioInput line) => line.TryRead(out var isActive) ? isActive : null;

    private sealed class DrivenLine(IGpioOutput line)
    {
        private bool? driven;

        public bool Drive(bool isActive)
        {
            if (driven != isActive) driven = line.TryWrite(isActive) ? isActive : null;
            if (driven == isActive && line.TryReadBack(out var level) && level == isActive) return true;
            driven = null;
            return false;
        }
    }
}
