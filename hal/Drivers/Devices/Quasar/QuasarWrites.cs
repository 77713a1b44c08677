using ChargeScape.Edge.Hal.Modbus;

namespace ChargeScape.Edge.Hal.Devices.Quasar;

/// <summary>
/// The write side: which registers are owned, how they are proved, and what a refusal means. Two sets, because firmware
/// without register 83 takes amperes only; the other set is never written once one has been given up.
/// </summary>
internal sealed class QuasarWrites
{
    private const ushort Remote = 1, User = 0, Never = 0, InWatts = 1;
    private const ushort LongestIdleTimeout = 1800;
    private const int ControlBlock = 0, AutoStartBlock = 1, IdleBlock = 2, TypeBlock = 3;
    private readonly QuasarSettings settings;
    private readonly OwnedRegisters power;
    private readonly OwnedRegisters current;
    private OwnedRegisters active;

    public QuasarWrites(IModbus bus, QuasarSettings settings, EventRing<OwnershipEvent> told)
    {
        this.settings = settings;
        // Own polls show the registers, so nothing is read a second time to watch them.
        var options = new OwnershipOptions
        {
            OnSecondMaster = settings.OnSecondMaster, WatchEvery = TimeSpan.Zero, RetryAfter = 1.Seconds,
            Told = told,
        };
        var common = Common(settings);
        power = new(bus, QuasarMap.Unit, [.. common, Type, Setpoint(QuasarMap.PowerSetpoint), Action], options);
        current = new(bus, QuasarMap.Unit, [.. common, Setpoint(QuasarMap.CurrentSetpoint), Action], options);
        active = settings.Setpoint == QuasarSetpoint.Current ? current : power;
    }

    /// <summary>The bus for reading; a write past the owned registers does not get through it.</summary>
    public IModbus Bus => active.Bus;

    public bool IsInWatts => active == power;

    /// <summary>Remote control and "no start by itself" are proved.</summary>
    public bool IsControlHeld => active.IsHeld(ControlBlock) && active.IsHeld(AutoStartBlock)
        && (!IsInWatts || active.IsHeld(TypeBlock));

    public bool IsSetpointHeld => active.IsHeld(SetpointBlock);

    public bool IsYielded => active.IsYielded;

    public bool IsFaulted => active.IsFaulted;

    /// <summary>A negative set-point was refused: the grid code does not permit export.</summary>
    public bool IsDischargeRefused { get; private set; }

    /// <summary>What was acknowledged does not stand there, since when; null while all is well.</summary>
    public TimeSpan? NotTakenSince { get; private set; }

    /// <summary>Neither W nor A is taken as the site file says.</summary>
    public bool IsRefused { get; private set; }

    public TimeSpan NextDue => active.NextDue;

    private int SetpointBlock => IsInWatts ? 4 : 3;
    private int ActionBlock => SetpointBlock + 1;

    private static OwnedBlock Type =>
        new("set-point type", new(QuasarMap.SetpointType, 1)) { Function = WriteFunction.Single, HandBack = [] };

    private static OwnedBlock Action =>
        new("action", new(QuasarMap.Action, 1))
        {
            Function = WriteFunction.Single, IsAction = true, Proof = WriteProof.None,
        };

    /// <summary>Wants remote control as this driver needs it.</summary>
    public void WantControl()
    {
        active.Want(ControlBlock, Remote);
        active.Want(AutoStartBlock, Never);
        active.Want(IdleBlock, (ushort)settings.IdleTimeout.TotalSeconds);
        if (IsInWatts) active.Want(TypeBlock, InWatts);
    }

    /// <summary>The set-point as the register takes it, never above it in magnitude.</summary>
    public static short Counts(Watts setpoint, bool isInWatts, Volts at)
    {
        if (!setpoint.IsFinite) return 0;
        if (isInWatts)
            return (short)Math.Truncate(Math.Clamp(setpoint.Value, -QuasarMap.MostWatts, QuasarMap.MostWatts));
        // Without a believable voltage amperes cannot keep a bound in watts.
        if (at.Value is not (> 80 and < 300)) return 0;
        return (short)Math.Truncate(Math.Clamp((setpoint / at).Value, -QuasarMap.MostAmperes, QuasarMap.MostAmperes));
    }

    public void WantSetpoint(short counts) => active.Want(SetpointBlock, unchecked((ushort)counts));

    public void Act(QuasarAction action) => active.Want(ActionBlock, (ushort)action);

    public void Observe(ushort start, ReadOnlySpan<ushort> registers, TimeSpan takenAt) =>
        active.Observe(start, registers, takenAt);

    public void Turn(TimeSpan now)
    {
        active.Turn(now);
        if (IsSetpointHeld) NotTakenSince = null;
        while (active.TryTakeEvent(out var happened)) Hear(happened);
    }

    /// <summary>The charger has restarted, or the other has had its time: begin anew.</summary>
    public void TakeOver()
    {
        active.TakeOver();
        active.ClearFault();
        NotTakenSince = null;
    }

    public void ClearFault() => active.ClearFault();

    /// <summary>Another car may be allowed what this one was not.</summary>
    public void ForgetRefusal() => IsDischargeRefused = false;

    public bool HandBack(TimeSpan now) => active.HandBack(now);

    private void Hear(in OwnershipEvent happened)
    {
        if (happened.What == OwnershipHappening.NotTaken && happened.Block == SetpointBlock)
            NotTakenSince ??= happened.At;
        if (happened.What != OwnershipHappening.Refused) return;
        var isSetpoint = happened.Block == SetpointBlock;
        if (isSetpoint && (short)happened.Expected < 0) IsDischargeRefused = true;
        else if (IsInWatts && (isSetpoint || happened.Block == TypeBlock)) GiveUpWatts();
        else if (isSetpoint) IsRefused = true;
    }

    private void GiveUpWatts()
    {
        if (settings.Setpoint != QuasarSetpoint.Auto) IsRefused = true;
        else active = current;
    }

    private static OwnedBlock[] Common(QuasarSettings settings) =>
    [
        new("control", new(QuasarMap.ControlBy, 1)) { Function = WriteFunction.Single, HandBack = [User] },
        // These return by themselves when control goes back to the user.
        new("auto-start", new(QuasarMap.AutoStart, 1)) { Function = WriteFunction.Single, HandBack = [] },
        new("idle timeout", new(QuasarMap.IdleTimeout, 1))
        {
            Function = WriteFunction.Single, HandBack = [],
            Fits = static (_, read) => read[0] is > 0 and <= LongestIdleTimeout,
        },
    ];

    private static OwnedBlock Setpoint(ushort register) =>
        new("set-point", new(register, 1)) { Function = WriteFunction.Single, HandBack = [0] };
}
