using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.ControlRules.Properties;

/// <summary>The EVSE and the car of a story.</summary>
internal sealed class StoryCar(Dice dice, SiteLimits site, Case told)
{
    private EvseSession session = told.Has(Trouble.ColdStart) ? EvseSession.PluggedIn : EvseSession.Energised;
    private EvseFaults faults;
    private uint startedFor;
    private Soc? soc = new(dice.OneOf(site.Reserve.Percent, site.UpperSoc.Percent, 60) + dice.Between(-1, 3));
    private double stage = 11000;
    private double takes = 11000;
    private double gives = 11000;
    private double? builtFor;
    private Celsius? heat = new(30);
    private double gain = 1;
    private TimeSpan disobeysUntil, deafUntil;

    public double Power { get; private set; }
    public bool HoldsPower { get; set; }

    public void Move(in EvseCommand command, TimeSpan now, TimeSpan elapsed, bool isCalm = false)
    {
        if (!isCalm) Stray(now);
        if (isCalm) (soc, stage, takes, gives, heat) = (new Soc(60), 11000, 11000, 11000, new(30));
        Lead(command, now);
        if (HoldsPower) return;
        var target = session == EvseSession.Energised ? command.Setpoint.Value : 0;
        if (now < disobeysUntil) target *= gain;
        Power += (target - Power) * Math.Min(1, elapsed.TotalSeconds / 0.12);
    }

    public EvseReading Reading()
    {
        var inSession = session == EvseSession.Energised;
        var spread = Math.Abs(Power) * 0.01;
        return new(new(Power), new(Power - spread), new(Power + spread), new(360), new(Power / 360), session, inSession,
            soc,
            new(stage), new(-stage), new(inSession ? takes : 0), new(inSession ? -gives : 0), faults)
        {
            InverterCharge = builtFor is { } charge ? new Watts(charge) : null,
            InverterDischarge = builtFor is { } discharge ? new Watts(-discharge) : null,
            StageTemperature = heat,
        };
    }

    private void Lead(in EvseCommand command, TimeSpan now)
    {
        if (session is EvseSession.Unplugged or EvseSession.Faulted && command.Session == startedFor) return;
        var closes = command.Connection == Connection.Close;
        session = session switch
        {
            EvseSession.Starting when closes => dice.Chance(0.3) ? EvseSession.Energised : session,
            EvseSession.Energised when closes => session,
            EvseSession.Energised => now < deafUntil ? session : EvseSession.Stopping,
            EvseSession.Stopping => dice.Chance(0.5) ? EvseSession.PluggedIn : session,
            _ when closes => EvseSession.Starting,
            EvseSession.Starting => EvseSession.PluggedIn,
            _ => session,
        };
        if (session != EvseSession.Starting) return;
        (startedFor, faults) = (command.Session, EvseFaults.None);
    }

    private void Stray(TimeSpan now)
    {
        if (soc is { } charge)
            soc = new(Math.Clamp(charge.Percent + dice.OneOf(0, 0, 0.5, -0.5), 1, 99));
        if (dice.Chance(0.004)) soc = null;
        else if (dice.Chance(0.01))
            soc = new(dice.OneOf(site.Reserve.Percent, site.UpperSoc.Percent, 60) + dice.Between(-2, 4));
        if (dice.Chance(0.02)) stage = dice.Between(0, 12000);
        if (dice.Chance(0.02)) (takes, gives) = (dice.Between(0, 12000), dice.Between(0, 12000));
        if (dice.Chance(0.02)) (stage, takes, gives) = (11000, 11000, 11000);
        if (dice.Chance(0.01)) builtFor = dice.Chance(0.5) ? null : dice.Between(1000, 11000);
        heat = dice.Chance(0.01) ? null
            : dice.Chance(0.03) ? new(dice.Between(20, 65))
            : heat is { } warm ? new(warm.Value + dice.Between(-1, 1)) : dice.Chance(0.1) ? new(45) : null;
        if (told.Has(Trouble.Faults)) Fail();
        if (told.Has(Trouble.Disobeys) && dice.Chance(0.005)) deafUntil = now + 20.Seconds;
        if (told.Has(Trouble.Disobeys) && dice.Chance(0.02))
            (disobeysUntil, gain) = (now + TimeSpan.FromSeconds(dice.Between(0.5, 6)), dice.OneOf(-1, 1.4, 0.3, 0));
    }

    private void Fail()
    {
        if (faults != EvseFaults.None && session != EvseSession.Faulted && dice.Chance(0.1)) faults = EvseFaults.None;
        if (dice.Chance(0.008)) faults |= (EvseFaults)(1u << dice.Below(13));
        if (faults != EvseFaults.None && session != EvseSession.Unplugged && dice.Chance(0.2))
            session = EvseSession.Faulted;
        if (dice.Chance(0.003) && session == EvseSession.Energised) session = EvseSession.Stopping;
        if (session == EvseSession.Unplugged ? dice.Chance(0.2) : dice.Chance(0.003))
            (session, faults) =
                (session == EvseSession.Unplugged ? EvseSession.PluggedIn : EvseSession.Unplugged, EvseFaults.None);
    }
}
