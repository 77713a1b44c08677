namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>What a bidirectional inverter shows of itself and of the car behind it.</summary>
internal readonly record struct DerSeen(
    Watts Power, Volts DcVoltage, Amperes DcCurrent, EvseSession Session, bool IsConnected, Soc? Soc, Watts? CanCharge,
    Watts? CanDischarge, Celsius? Temperature, bool FormsGrid, EvseFaults Faults);

/// <summary>
/// The models that the EVSE driver reads and how they become an EVSE's state. SunSpec has no state of a plug: standby,
/// or voltage on the DC side, counts as a car that is plugged in.
/// <code>
/// 701.InvSt      off, sleeping    starting    running, throttled    shutting down    fault      standby
/// 10x.St         1, 2             3           4, 5                  6                7          8
/// session        unplugged (*)    starting    energised (**)        stopping         faulted    plugged in
/// (*) plugged in when the DC side has voltage     (**) while 701.ConnSt is not "disconnected"
/// </code>
/// </summary>
internal sealed class DerSides
{
    public static readonly ushort[][] Families = [[701], [101, 102, 103], [111, 112, 113]];
    public static readonly string[] Names = ["W", "InvSt", "St", "Alrm", "ConnSt", "DERMode"];
    private const int W = 0, InvSt = 1, St = 2, Alrm = 3, ConnSt = 4, DerMode = 5;

    private const int Control704 = 0, Control124 = 1, Permit703 = 2, Permit123 = 3, Dc = 4, Charge = 5, Remote = 6,
        Heat = 7, Forming64990 = 8;
    /// <summary>Where the sides of <see cref="GridSettingsSides"/> begin.</summary>
    public const int GridAt = 9;

    private const int Ports = 4, PerPort = 3, EvPort = 2;
    private const uint Disconnected = 0, Local = 1, FormsGrid = 1 << 1, GroundFault = 1 << 0, DcOverVoltage = 1 << 1;
    // Index among the names of 702, see GridSettingsSides.
    private const int WMaxRtg = 0, WChaRteMaxRtg = 1, WDisChaRteMaxRtg = 2, WMax = 3, WChaRteMax = 4, WDisChaRteMax = 5;
    // A cabinet is no measurement outside of these: the sensor is open or short.
    private const double Coolest = -40, Hottest = 150;
    private static readonly string[] TemperatureNames = ["TmpCab", "TmpSnk", "TmpTrns", "TmpSw"];
    private static readonly TimeSpan TemperaturePeriod = TimeSpan.FromSeconds(5);

    private readonly SunSpecLink link;
    private readonly SunSpecDerEvseSettings settings;
    private Watts? canCharge;
    private Watts? canDischarge;
    private TimeSpan? quietSince;

    public DerSides(SunSpecLink link, SunSpecDerEvseSettings settings) => (this.link, this.settings) = (link, settings);

    public static SideSpec[] Specs(TimeSpan period)
    {
        var often = period > TimeSpan.FromSeconds(0.5) ? period : TimeSpan.FromSeconds(0.5);
        var now = TimeSpan.FromSeconds(1);
        var seldom = TimeSpan.FromSeconds(10);
        return
        [
            new([704], Setpoint704.Names, now), new([124], Setpoint124.Names, now),
            new([703], ServicePermit.Names, now), new([123], ServicePermit.Names, now),
            new([714],
            [
                .. Enumerable.Range(0, Ports)
                    .SelectMany(i => new[] { $"Prt_{i}_PrtTyp", $"Prt_{i}_DCV", $"Prt_{i}_DCA" }),
            ], often),
            new([713, 802, 124], ["SoC", "ChaState"], seldom),
            new([715], ["LocRemCtl"], seldom),
            new([701, 101, 102, 103, 111, 112, 113], TemperatureNames, TemperaturePeriod),
            new([GridFormingOrder.Model], GridFormingOrder.Names, now),
            .. GridSettingsSides.Specs,
        ];
    }

    /// <summary>The model that commands power; null until it was read.</summary>
    public PollBlock? Controlled
    {
        get
        {
            var newer = link.Side(Control704);
            if (newer.Block is null) return Read(Control124);
            if (newer.TakenAt is null) return null;
            return newer.Block.Has(2) ? newer.Block : Read(Control124);
        }
    }

    /// <summary>A model that may command power or connect is there and was not asked yet.</summary>
    public bool IsSearching
    {
        get
        {
            for (var side = Control704; side <= Permit123; side++)
                if (link.Side(side) is { Block: not null, WasAsked: false }) return true;
            return false;
        }
    }

    /// <summary>When <see cref="Controlled"/> was last read well.</summary>
    public SideBlock ControlSide => link.Side(Controlled?.Place.Model == 124 ? Control124 : Control704);

    /// <summary>The model that connects; null when there is none or it was not read yet.</summary>
    public PollBlock? Permit => link.Side(Permit703).Block is null ? Read(Permit123) : Read(Permit703);

    /// <summary>Its side.</summary>
    public SideBlock PermitSide => link.Side(link.Side(Permit703).Block is null ? Permit123 : Permit703);

    /// <summary>The model that orders a grid of its own; null when there is none or it was not read yet.</summary>
    public PollBlock? Forming => Read(Forming64990);

    /// <summary>The scale factors of the set-point are not what they were: a number would mean another power.</summary>
    public bool IsScaleUncertain =>
        ControlSide.Trouble is SunSpecTrouble.ScaleChanged or SunSpecTrouble.ScaleInvalid;

    /// <summary>The device says that it takes orders at its panel only.</summary>
    public bool IsLocal => Read(Remote)?.Bits(0) == Local;

    /// <summary>Makes a state of the polled block and of what the sides hold.</summary>
    public SunSpecTrouble TryRead(PollBlock block, TimeSpan now, out DerSeen seen)
    {
        seen = default;
        // Nobody shall take a device for uncontrollable that was only just found.
        if (IsSearching) return SunSpecTrouble.Searching;
        if (!block.TryNumber(W, out var watts)) return SunSpecTrouble.NotImplemented;
        if (Math.Abs(watts) > settings.MaxPower.Value) return SunSpecTrouble.Implausible;
        var power = new Watts((settings.Sign == SunSpecSign.PositiveIsImport ? watts : -watts) + 0.0);
        // 101–113 number the same states from 1.
        var state = block.Bits(InvSt) ?? (block.Bits(St) is > 0 and var older ? older - 1 : null);
        if (state is null) return SunSpecTrouble.NotImplemented;
        var (volts, amperes, measuredAt) = DcSide(now, power);
        if (amperes is null) return SunSpecTrouble.Implausible;
        var session = Session(state.Value, block.Bits(ConnSt), volts);
        var isFlowing = Math.Abs(power.Value) > 200;
        // 714 is read seldom: a current from before the device had let go would look like a contactor that is welded.
        quietSince = isFlowing || session == EvseSession.Energised ? null : quietSince ?? now;
        if (measuredAt < quietSince) amperes = Estimated(power);
        Observe();
        seen = new(
            power, volts ?? new(0), amperes.Value, session, session == EvseSession.Energised || isFlowing, Soc(),
            canCharge, canDischarge, Temperature(now), (block.Bits(DerMode) & FormsGrid) > 0,
            Faults(session, block.Bits(Alrm) ?? 0));
        return SunSpecTrouble.None;
    }

    private EvseSession Session(uint state, uint? connection, Volts? volts)
    {
        var hasVoltage = volts is { } dc && dc >= settings.MinDcVoltage;
        return state switch
        {
            0 or 1 => hasVoltage ? EvseSession.PluggedIn : EvseSession.Unplugged,
            2 => EvseSession.Starting,
            3 or 4 when connection == Disconnected => EvseSession.Stopping,
            3 or 4 => EvseSession.Energised,
            5 => EvseSession.Stopping,
            7 => EvseSession.PluggedIn,
            _ => EvseSession.Faulted,
        };
    }

    private static EvseFaults Faults(EvseSession session, uint alarms) =>
        ((alarms & GroundFault) != 0 ? EvseFaults.Insulation : 0)
        | ((alarms & DcOverVoltage) != 0 ? EvseFaults.OverVoltage : 0)
        | (session == EvseSession.Faulted ? EvseFaults.PowerStage : 0);

    /// <summary>
    /// Voltage and current at the car. The sign of the current in 714 is not stated, so it is taken from the power; a
    /// device without a DC measurement gives no voltage, and a current estimated from its power.
    /// </summary>
    private (Volts? Voltage, Amperes? Current, TimeSpan MeasuredAt) DcSide(TimeSpan now, Watts power)
    {
        var side = link.Side(Dc);
        if (side.TakenAt is { } takenAt && now - takenAt <= settings.MaxAge && Port(side.Block!) is { } port)
        {
            if (port.Volts is < 0 or > 1500 || Math.Abs(port.Amperes) > 1000) return (null, null, now);
            return (new(port.Volts), new(Math.CopySign(port.Amperes, power.Value)), takenAt);
        }
        return (null, Estimated(power), now);
    }

    private Amperes Estimated(Watts power) => new(power.Value / Math.Max(1, settings.NominalDcVoltage.Value));

    private static (double Volts, double Amperes)? Port(PollBlock block)
    {
        for (var wanted = 0; wanted < 2; wanted++)
        {
            // The port of the car; a device that does not type its ports has it first.
            for (var i = 0; i < Ports; i++)
            {
                if (wanted == 0 && block.Bits(i * PerPort) != EvPort) continue;
                if (block.TryNumber(i * PerPort + 1, out var volts)
                    && block.TryNumber(i * PerPort + 2, out var amperes))
                    return (volts, amperes);
                break;
            }
        }
        return null;
    }

    private Soc? Soc() =>
        Read(Charge) is { } block && (block.Number(0) ?? block.Number(1)) is >= 0 and <= 100 and var percent
            ? new Soc(percent)
            : null;

    // What was told once holds while it is not told again: silence does not widen.
    private void Observe()
    {
        if (Read(GridAt) is not { } capability) return;
        canCharge = Least(capability, WChaRteMax, WChaRteMaxRtg);
        canDischarge = Least(capability, WDisChaRteMax, WDisChaRteMaxRtg, WMax, WMaxRtg);
    }

    private static Watts? Least(PollBlock capability, params ReadOnlySpan<int> points)
    {
        Watts? least = null;
        foreach (var point in points)
            if (capability.Number(point) is >= 0 and var watts && !(watts >= least?.Value)) least = new(watts);
        return least;
    }

    private Celsius? Temperature(TimeSpan now)
    {
        var side = link.Side(Heat);
        if (side.TakenAt is not { } takenAt || now - takenAt > 3 * TemperaturePeriod) return null;
        Celsius? hottest = null;
        for (var i = 0; i < TemperatureNames.Length; i++)
            if (side.Block!.Number(i) is >= Coolest and <= Hottest and var degrees && !(degrees <= hottest?.Value))
                hottest = new(degrees);
        return hottest;
    }

    private PollBlock? Read(int side) => link.Side(side).TakenAt is null ? null : link.Side(side).Block;
}
