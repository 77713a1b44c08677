using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Devices;

/// <summary>How the meter measures.</summary>
public sealed record MeterSettings
{
    /// <summary>Time between samples.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromMilliseconds(50);
    /// <summary>From the sample to its registers.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(10);
    /// <summary>Where its grid of samples lies.</summary>
    public TimeSpan Phase { get; init; } = TimeSpan.FromMilliseconds(7);
    /// <summary>Standard deviation of a sample, per leg.</summary>
    public Watts Noise { get; init; } = new(4);
    /// <summary>Gain error, a share.</summary>
    public double Gain { get; init; }
}

/// <summary>What a scenario can make wrong with the meter.</summary>
public enum MeterTrouble
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>It answers, but its values stand still.</summary>
    Frozen,
    /// <summary>Its current transformers are on the wrong way round.</summary>
    SignFlipped,
    /// <summary>Those of the two legs are changed over.</summary>
    LegsSwapped,
    /// <summary>Its powers read "not implemented".</summary>
    NotANumber,
    /// <summary>It shows kW where W are meant.</summary>
    Kilowatts,
    /// <summary>One sample in a hundred is 20 kW too high, the next such one too low.</summary>
    Spiking,
    /// <summary>It shows 15 % too little.</summary>
    Biased,
    /// <summary>The current transformer of the first leg is on the wrong way round.</summary>
    OneLegFlipped,
    /// <summary>Its transformers have twice the ratio that it was told: it shows half.</summary>
    Halved,
}

/// <summary>A SunSpec meter, models 1 and 202 (split phase): registers show import as positive.</summary>
public sealed class SunSpecMeter : SimDevice
{
    private readonly HomePlant plant;
    private readonly MeterSettings settings;
    private readonly SplitMix64 random;
    private readonly Sampled<Sample> sampled;
    private readonly ImagePoint total, watts1, watts2, amperes, amperes1, amperes2, volts, volts1, volts2, hertz;
    private Sample shown;
    private long samples;

    private record struct Sample(double W1, double W2, double A1, double A2, double V1, double V2, double Hz);

    /// <summary>Builds the register image.</summary>
    public SunSpecMeter(HomePlant plant, MeterSettings settings, SplitMix64 random, byte unit)
    {
        this.plant = plant;
        this.settings = settings;
        this.random = random;
        sampled = new(settings.Refresh, settings.Delay, settings.Phase);
        Image = new SunSpecImageBuilder(unit)
            .Model(1, ("Mn", "ChargeScape"), ("Md", "Simulated meter"), ("Vr", "1"), ("SN", "SIM-M-1"))
            .Model(202, ("A_SF", -2), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0), ("VA_SF", 0), ("VAR_SF", 0),
                ("PF_SF", -2),
                ("TotWh_SF", 0), ("A", 0), ("AphA", 0), ("AphB", 0), ("AphC", 0), ("PhV", 0), ("PhVphA", 0),
                ("PhVphB", 0),
                ("Hz", 0), ("W", 0), ("WphA", 0), ("WphB", 0), ("Evt", 0))
            .Build();
        ImagePoint Of(string name) => Image.Point(202, name);
        (total, watts1, watts2) = (Of("W"), Of("WphA"), Of("WphB"));
        (amperes, amperes1, amperes2) = (Of("A"), Of("AphA"), Of("AphB"));
        (volts, volts1, volts2, hertz) = (Of("PhV"), Of("PhVphA"), Of("PhVphB"), Of("Hz"));
    }

    /// <summary>The registers.</summary>
    public SunSpecImage Image { get; }

    /// <summary>A scenario's fault.</summary>
    public MeterTrouble Trouble { get; set; }

    /// <inheritdoc/>
    public override TimeSpan NextDue => sampled.NextDue;

    /// <inheritdoc/>
    public override void Advance(TimeSpan now)
    {
        if (sampled.IsDue(now)) sampled.Take(now, Measure());
        if (!sampled.TryShow(now, ref shown) || Trouble == MeterTrouble.Frozen) return;
        lock (Image.Gate)
        {
            Image.TrySetHeld(total, shown.W1 + shown.W2);
            Image.TrySetHeld(watts1, shown.W1);
            Image.TrySetHeld(watts2, shown.W2);
            Image.TrySetHeld(amperes, shown.A1 + shown.A2);
            Image.TrySetHeld(amperes1, shown.A1);
            Image.TrySetHeld(amperes2, shown.A2);
            Image.TrySetHeld(volts, (shown.V1 + shown.V2) / 2);
            Image.TrySetHeld(volts1, shown.V1);
            Image.TrySetHeld(volts2, shown.V2);
            Image.TrySetHeld(hertz, shown.Hz);
            if (Trouble != MeterTrouble.NotANumber) return;
            Image.Clear(total);
            Image.Clear(watts1);
            Image.Clear(watts2);
        }
    }

    private Sample Measure()
    {
        var gain = 1 + settings.Gain;
        var (power, current, voltage) = (plant.Service.Power, plant.Service.Current, plant.Service.Voltage);
        return Troubled(new(
            power.L1.Value * gain + settings.Noise.Value * random.Noise(),
            power.L2.Value * gain + settings.Noise.Value * random.Noise(),
            current.L1.Value * gain, current.L2.Value * gain, voltage.L1.Value, voltage.L2.Value,
            plant.Service.Frequency.Value));
    }

    private Sample Troubled(Sample seen)
    {
        samples++;
        return Trouble switch
        {
            MeterTrouble.SignFlipped => seen with { W1 = -seen.W1, W2 = -seen.W2 },
            MeterTrouble.LegsSwapped => seen with { W1 = seen.W2, W2 = seen.W1, A1 = seen.A2, A2 = seen.A1 },
            MeterTrouble.Kilowatts => seen with { W1 = seen.W1 / 1000, W2 = seen.W2 / 1000 },
            MeterTrouble.Spiking when samples % 200 == 0 => Shifted(10_000),
            MeterTrouble.Spiking when samples % 200 == 100 => Shifted(-10_000),
            MeterTrouble.OneLegFlipped => seen with { W1 = -seen.W1 },
            MeterTrouble.Biased => Times(0.85),
            MeterTrouble.Halved => Times(0.5),
            _ => seen,
        };

        Sample Times(double part) => seen with
        {
            W1 = seen.W1 * part, W2 = seen.W2 * part, A1 = seen.A1 * part, A2 = seen.A2 * part,
        };

        Sample Shifted(double watts) => seen with { W1 = seen.W1 + watts, W2 = seen.W2 + watts };
    }
}
