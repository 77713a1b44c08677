using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Sim.Plant;

/// <summary>Everything physical in a scenario's home.</summary>
public sealed record HomeSettings
{
    /// <summary>Time of day when the scenario begins.</summary>
    public TimeSpan TimeOfDay { get; init; } = TimeSpan.FromHours(12);
    /// <summary>The service.</summary>
    public ServiceSettings Service { get; init; } = new();
    /// <summary>The house.</summary>
    public HouseSettings House { get; init; } = new();
    /// <summary>PV.</summary>
    public PvSettings Pv { get; init; } = new();
    /// <summary>The car's battery.</summary>
    public BatterySettings Battery { get; init; } = new();
    /// <summary>The EVSE's AC/DC stage.</summary>
    public PowerStageSettings Stage { get; init; } = new();
    /// <summary>The grid protection of the EVSE's inverter.</summary>
    public GridProtectionSettings Protection { get; init; } = new();
    /// <summary>How the EVSE is wired.</summary>
    public Wiring EvseWiring { get; init; } = Wiring.SplitPhase;
    /// <summary>Leg of a single-phase EVSE, 0…2.</summary>
    public int EvseLeg { get; init; }
    /// <summary>It has a transfer switch.</summary>
    public bool HasTransferSwitch { get; init; }
    /// <summary>Appliances that the shed relays take off, in order.</summary>
    public IReadOnlyList<string> Shed { get; init; } = [];
}

/// <summary>
/// The home as physics has it. Only <see cref="Advance"/> moves it; the devices read it and act on it, and the oracle
/// judges by it. Deterministic: the same settings, seed and actions give the same bits.
/// </summary>
public sealed class HomePlant
{
    private const double SunPeriodSeconds = 0.1;
    // What a dead street draws from whoever feeds it.
    private const double StreetWatts = 60_000;
    private readonly double varPerWatt;
    private readonly double[] evseShare = new double[3];
    private double houseShare = 1;
    private double untilShare;
    private double untilSun;
    private bool wasClosed;

    /// <summary>Builds the home at time 0.</summary>
    public HomePlant(HomeSettings settings, ulong seed)
    {
        Settings = settings;
        Service = new Service(settings.Service, SplitMix64.Stream(seed, "service"));
        House = new House(settings.House, Service.Legs, SplitMix64.Stream(seed, "house"));
        Pv = new Pv(settings.Pv);
        Battery = new Battery(settings.Battery);
        Stage = new PowerStage(settings.Stage);
        Protection = new GridProtection(settings.Protection);
        Switch = settings.HasTransferSwitch ? new() : null;
        var factor = Math.Clamp(settings.House.PowerFactor, 0.1, 1);
        varPerWatt = Math.Sqrt(1 - factor * factor) / factor;
        for (var leg = 0; leg < 3; leg++)
        {
            evseShare[leg] = settings.EvseWiring switch
            {
                Wiring.SinglePhase => leg == settings.EvseLeg ? 1 : 0,
                Wiring.SplitPhase => leg < 2 ? 0.5 : 0,
                _ => 1.0 / 3,
            };
        }
    }

    /// <summary>What it was built from.</summary>
    public HomeSettings Settings { get; }
    /// <summary>Time since the scenario began.</summary>
    public TimeSpan Now { get; private set; }
    /// <summary>Time of day.</summary>
    public TimeSpan TimeOfDay => Settings.TimeOfDay + Now;
    /// <summary>The service.</summary>
    public Service Service { get; }
    /// <summary>The house.</summary>
    public House House { get; }
    /// <summary>PV.</summary>
    public Pv Pv { get; }
    /// <summary>The car's battery.</summary>
    public Battery Battery { get; }
    /// <summary>The EVSE's AC/DC stage.</summary>
    public PowerStage Stage { get; }
    /// <summary>The protection of the EVSE's inverter.</summary>
    public GridProtection Protection { get; }
    /// <summary>The switch between grid and home; null when there is none.</summary>
    public TransferSwitch? Switch { get; }
    /// <summary>Most that the EVSE's inverter makes of a grid of its own, AC; null while it makes none.</summary>
    public Watts? Forms { get; set; }
    /// <summary>Voltage in the home, as a share of nominal.</summary>
    public double HomeVoltage { get; private set; } = 1;
    /// <summary>A grid of the home's own stands on wires that are not the home's alone: nothing is worse.</summary>
    public bool IsBackfeeding => Forms is not null && Switch is not { IsClosed: false };
    /// <summary>House load without PV and EVSE.</summary>
    public Watts HousePower { get; private set; }

    /// <summary>Current on the EVSE's AC conductors, the largest of its legs, magnitude.</summary>
    public Amperes EvseLegCurrent
    {
        get
        {
            var most = 0.0;
            for (var leg = 0; leg < Service.Legs; leg++)
                most = Math.Max(most, Math.Abs(Stage.AcPower.Value * evseShare[leg] / Math.Max(1, Service.Voltage[leg].Value)));
            return new(most);
        }
    }

    /// <summary>The plug is in the car's inlet.</summary>
    public bool IsPlugged { get; set; }
    /// <summary>The plug is locked.</summary>
    public bool IsLocked { get; set; }
    /// <summary>The car drives its contactor.</summary>
    public bool IsContactorDriven { get; set; }
    /// <summary>The car's contactor no longer opens.</summary>
    public bool IsContactorWelded { get; set; }
    /// <summary>The coil's supply sags every two seconds, and the contactor lets go for three tenths of one.</summary>
    public bool IsCoilWeak { get; set; }
    /// <summary>The coil holds the contactor now.</summary>
    public bool IsCoilHolding => !IsCoilWeak || Now.TotalSeconds % 2 >= 0.3;
    /// <summary>The insulation between DC and earth is broken.</summary>
    public bool IsInsulationBroken { get; set; }
    /// <summary>The car's contactor is closed.</summary>
    public bool IsContactorClosed => IsPlugged && ((IsContactorDriven && IsCoilHolding) || IsContactorWelded);

    /// <summary>
    /// Largest current that a contactor of the car interrupted so far, magnitude: it should be next to nothing.
    /// </summary>
    public Amperes InterruptedCurrent { get; private set; }

    /// <summary>Moves the home on.</summary>
    public void Advance(TimeSpan dt)
    {
        Now += dt;
        if (wasClosed && !IsContactorClosed)
            InterruptedCurrent = Amperes.Max(InterruptedCurrent, Amperes.Abs(Stage.Current));
        wasClosed = IsContactorClosed;
        var seconds = dt.TotalSeconds;
        untilShare -= seconds;
        if (untilShare <= 0)
        {
            untilShare += 1;
            houseShare = House.ShareAt(TimeOfDay);
        }
        untilSun -= seconds;
        if (untilSun <= 0)
        {
            // Ten times a second is faster than any cloud.
            untilSun += SunPeriodSeconds;
            Pv.Shine(TimeOfDay, Now.TotalSeconds);
        }
        House.Advance(seconds);
        Pv.Advance(seconds);
        Switch?.Advance(seconds, Service.VoltageShare, Forms is null);
        var isOnGrid = Switch is not { IsClosed: false };
        HomeVoltage = Form(isOnGrid);
        Protection.Advance(seconds, HomeVoltage, Service.Frequency.Value);
        Stage.IsCeased = Forms is null && Protection.IsCeased;
        Stage.Advance(seconds, Battery, IsContactorClosed);
        Battery.Advance(seconds, Stage.CurrentA);
        Service.Advance(seconds);
        Load(isOnGrid);
    }

    // What voltage the home has, and what the inverter must carry for it: it limits itself by letting the voltage fall.
    private double Form(bool isOnGrid)
    {
        var grid = isOnGrid ? Service.VoltageShare : 0;
        Stage.FormedW = null;
        if (Forms is not { } most || grid > 0.1) return grid;
        var wanted = isOnGrid ? StreetWatts : 0.0;
        for (var leg = 0; leg < Service.Legs; leg++) wanted += House.LegW(leg, houseShare);
        var share = IsContactorClosed ? Math.Min(1, Math.Sqrt(most.Value / Math.Max(1, wanted))) : 0;
        Stage.FormedW = wanted * share * share;
        return share;
    }

    private void Load(bool isOnGrid)
    {
        var evseW = Stage.AcPower.Value;
        // Loads as if they were resistive; PV lets go outside its range and is back at once. In an island it stays
        // away: how an inverter that forms a grid throttles it is not modelled.
        var dimmed = Math.Min(1, HomeVoltage * HomeVoltage);
        var pvW = isOnGrid && Service.VoltageShare is >= 0.5 and <= 1.2 ? Pv.Power.Value : 0;
        var houseW = 0.0;
        for (var leg = 0; leg < Service.Legs; leg++)
        {
            var loadW = House.LegW(leg, houseShare) * dimmed;
            houseW += loadW;
            if (isOnGrid)
                Service.Load(
                    leg, loadW + pvW / Service.Legs + evseW * evseShare[leg], loadW * varPerWatt,
                    Math.Max(HomeVoltage, Service.VoltageShare));
            else
                Service.Load(leg, 0, 0, Service.VoltageShare);
        }
        HousePower = new(houseW);
    }
}
