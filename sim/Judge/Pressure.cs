using ChargeScape.Edge.Control;
using ChargeScape.Edge.Sim.Scenarios;

namespace ChargeScape.Edge.Sim.Judge;

/// <summary>
/// What the scenario has done to the home so far: which faults are armed, and whether power is forbidden. It is told
/// the events themselves, never what a controller made of them.
/// </summary>
internal sealed class Pressure
{
    // A controller that died is back after two seconds; a start takes longer than one more.
    private const double DeadSeconds = 3;
    private const double UnpluggedSeconds = 0.1;
    private const double EmergencySeconds = 3;
    private readonly bool fallsWithUs;
    private readonly double meterExtra, frozenExtra, lieExtra, evseExtra, afterHealing;
    private bool isStopPressed, isStopLatched, isInsulationBad, isInsulationLatched;
    private bool isMeterSilent, isMeterWireBad, isInverterDead, isSwitchTroubled;
    private double meterLie, wireLie;
    private readonly HashSet<string> troubled = [];
    private double deadUntil = double.NegativeInfinity;
    private double unpluggedAt = double.NegativeInfinity;
    private double emergencyAt = double.NegativeInfinity;
    private double healedAt = double.NegativeInfinity;
    private double healedExtra;

    /// <summary>The pressure at a site.</summary>
    /// <param name="site">Gives the families' times.</param>
    /// <param name="fallsWithUs">The EVSE hangs on lines that fall when the controller dies; otherwise its own
    /// reversion ends what it does.</param>
    public Pressure(SiteLimits site, bool fallsWithUs)
    {
        this.fallsWithUs = fallsWithUs;
        var evse = site.EvseTiming;
        // A silent meter is believed for its age, then for three seconds less and less; a frozen one is caught in ten.
        meterExtra = site.MeterTiming.MaxAge.TotalSeconds + 3;
        frozenExtra = 10;
        // One that shows what is not so is caught by three steps of our own power (row 3).
        lieExtra = 30;
        // Noticed after it should have settled, told once more, then opened (safety brief, row 38).
        evseExtra = site.EvseReaction.TotalSeconds + evse.StopTime.TotalSeconds + 10;
        afterHealing = Math.Max(evseExtra, frozenExtra);
    }

    /// <summary>Longest that an armed fault can add to a promise, s.</summary>
    public double LongestExtra => Math.Max(evseExtra, lieExtra + meterExtra);

    /// <summary>Both contacts of the transfer switch say what is not so.</summary>
    public bool IsSwitchLying { get; private set; }

    /// <summary>The contactor no longer opens.</summary>
    public bool IsWelded { get; private set; }

    /// <summary>Something happened.</summary>
    public void Happened(ScenarioEvent happening, double at)
    {
        if (happening is not ScenarioEvent.Change change) return;
        var extra = Extra(at);
        Take(change.What, change.Value, at);
        if (Armed >= extra) return;
        (healedAt, healedExtra) = (at, extra);
    }

    /// <summary>The car's contactor is closed. A bad insulation that no session meets is nobody's emergency.</summary>
    public void SeeClosed() => isInsulationLatched |= isInsulationBad;

    /// <summary>What armed faults add to a promise now, s.</summary>
    public double Extra(double at) =>
        at - healedAt < Math.Max(afterHealing, healedExtra) ? Math.Max(Armed, healedExtra) : Armed;

    /// <summary>No power may flow and the contactor must be open: an emergency that stands or is latched.</summary>
    public bool IsEmergency(double at) => isStopLatched || isInsulationLatched || at < deadUntil;

    /// <summary>The EVSE or its car is not as it should be.</summary>
    public bool IsEvseTroubled => troubled.Count > 0;

    /// <summary>It is so, or was so recently that it may not have settled.</summary>
    public bool MayDisobey(double at) =>
        IsEvseTroubled || (at - healedAt < evseExtra && healedExtra >= evseExtra);

    /// <summary>The supervisor does not permit a transfer.</summary>
    public bool IsPermitWithdrawn { get; private set; }

    /// <summary>Opening under current is right now: an emergency, or a device that does not stop otherwise.</summary>
    public bool MayInterrupt(double at) =>
        IsEmergency(at) || MayDisobey(at) || isInverterDead || isSwitchTroubled || at - unpluggedAt <= UnpluggedSeconds
        || at - emergencyAt <= EmergencySeconds;

    private double Armed => Math.Max(
        IsEvseTroubled ? evseExtra : 0, (isMeterSilent || isMeterWireBad ? meterExtra : 0) + meterLie + wireLie);

    private void Take(string what, string value, double at)
    {
        switch (what)
        {
            case "emergency_stop":
                isStopPressed = value == "pressed";
                isStopLatched |= isStopPressed;
                emergencyAt = at;
                break;
            case "insulation":
                isInsulationBad = value != "healthy";
                emergencyAt = at;
                break;
            case "permit":
                IsPermitWithdrawn = value == "withdrawn";
                break;
            case "faults":
                // A person at the machine; what still stands is not cleared.
                isStopLatched &= isStopPressed;
                isInsulationLatched &= isInsulationBad;
                break;
            case "controller" when value == "crash":
                // What is welded no line opens: then the module's own watch over its bus ends it.
                if (fallsWithUs && !IsWelded) deadUntil = at + DeadSeconds;
                emergencyAt = at;
                break;
            case "plug" when value == "out":
                unpluggedAt = at;
                break;
            case "meter":
                isMeterSilent = value == "silent";
                meterLie = value switch
                {
                    "healthy" or "silent" => 0,
                    "sign_flipped" or "one_leg_flipped" or "legs_swapped" or "biased" or "halved" => lieExtra,
                    _ => frozenExtra,
                };
                break;
            case "meter_wire":
                // Slow answers are answers; garbage is believed until it contradicts itself.
                isMeterWireBad = value is not ("healthy" or "slow" or "garbage");
                wireLie = value == "garbage" ? frozenExtra : 0;
                break;
            case "transfer_switch":
                IsSwitchLying = value == "lies";
                isSwitchTroubled = value != "healthy";
                break;
            case "inverter_protection":
                // What does not let go of a bad grid is interrupted.
                isInverterDead = value == "dead";
                break;
            case "contactor":
                IsWelded = value == "welded";
                Trouble(what, value != "healthy");
                break;
            // A car whose state of charge is uncertain obeys as before.
            case "evse_wire" or "car_can" or "car" or "module" or "last_module" or "charger" or "der" or "lock":
                Trouble(what, value is not ("healthy" or "soc_dithers"));
                break;
        }
    }

    // One device may be well again while another is not.
    private void Trouble(string what, bool isTroubled)
    {
        if (isTroubled) troubled.Add(what); else troubled.Remove(what);
    }
}
