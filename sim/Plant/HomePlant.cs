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
}

/// <summary>
/// The home as physics has it. Only <see cref="Advance"/> moves it; the devices read it and act on it, and the oracle
/// judges by it. Deterministic: the same settings, seed and actions give the same bits.
/// </summary>
public sealed class HomePlant
{
    private const double SunPeriodSeconds = 0.1;
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
        Protection.Advance(seconds, Service.VoltageShare, Service.Frequency.Value);
        Stage.IsCeased = Protection.IsCeased;
        Stage.Advance(seconds, Battery, IsContactorClosed);
        Battery.Advance(seconds, Stage.CurrentA);
        Service.Advance(seconds);

        var evseW = Stage.AcPower.Value;
        // Loads as if they were resistive; PV lets go outside its range and is back at once.
        var dimmed = Math.Min(1, Service.VoltageShare * Service.VoltageShare);
        var pvW = Service.VoltageShare is >= 0.5 and <= 1.2 ? Pv.Power.Value : 0;
        var houseW = 0.0;
        for (var leg = 0; leg < Service.Legs; leg++)
        {
            var loadW = House.LegW(leg, houseShare) * dimmed;
            houseW += loadW;
            Service.Load(leg, loadW + pvW / Service.Legs + evseW * evseShare[leg], loadW * varPerWatt);
        }
        HousePower = new(houseW);
    }
}
