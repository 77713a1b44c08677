using System.Globalization;

namespace ChargeScape.Edge.Sim.Swarm;

/// <summary>Orders: those of a cloud that means well, and those of one that does not.</summary>
internal sealed class CloudDice(Dice dice, SwarmSite site, int seconds)
{
    /// <summary>What the names of hostile orders begin with.</summary>
    public const char HostilePrefix = 'h';

    private readonly List<Stroke> strokes = [];

    /// <summary>When the sensible orders act, in milliseconds.</summary>
    public List<(int From, int Until)> Busy { get; } = [];

    public IEnumerable<Stroke> Draw()
    {
        var at = dice.Whole(0, 6000);
        while (at < (seconds - 20) * 1000)
        {
            var next = dice.OneOf(dice.Whole(8, 40), dice.Whole(40, 120), dice.Whole(40, 120)) * 1000;
            var stroke = Sensible(next / 1000);
            Order(at, "order", isFault: false, stroke);
            Busy.Add((at, at + next));
            at += next;
        }
        if (dice.Chance(0.3))
            for (var count = dice.Whole(1, 8); count > 0; count--) Hostile(dice.Whole(1000, (seconds - 5) * 1000));
        return strokes;
    }

    private string Sensible(int untilNext)
    {
        var life = $"ttl_s: {(dice.Chance(0.7) ? untilNext + dice.Whole(0, 20) : dice.Whole(5, seconds))}";
        if (dice.Chance(0.15)) life += $", on_expire: {dice.OneOf("zero", "floor", "local", "plan")}";
        if (dice.Chance(0.1)) life += $", priority: {dice.Whole(0, 9)}";
        if (dice.Chance(0.12)) life += $", ramp_w_per_s: {dice.Whole(20, 5000)}";
        if (dice.Chance(0.08)) life += $", soc_floor_pct: {dice.Whole(0, 100)}";
        var power = Power();
        return dice.Whole(1, 20) switch
        {
            1 => $"kind: idle, {life.Split(", ramp")[0].Split(", soc")[0]}",
            <= 4 => $"kind: envelope, lower_w: {Watts(power)}, upper_w: {Watts(power + dice.Between(0, 3000))}, {life}",
            _ => $"kind: setpoint, p_evse_w: {Watts(power)}, {life}",
        };
    }

    // At the bounds, a little inside and beyond, and anything.
    private double Power()
    {
        var most = site.RatingW;
        return dice.OneOf(
            most, -most, most * 1.5, -most * 1.5, dice.Between(-most, most), dice.Between(-most, most),
            dice.Between(-most, most), dice.OneOf(-1, 1) * dice.Between(2000, 6000),
            dice.OneOf(-1, 1) * (dice.Chance(0.4) ? dice.Between(0, 1200) : dice.Between(1500, 4000)));
    }

    private void Hostile(int at)
    {
        var text = dice.Whole(1, 12) switch
        {
            1 => "kind: setpoint, p_evse_w: 9999999, ttl_s: 60",
            2 => "kind: setpoint, p_evse_w: -9999999, ttl_s: 60",
            3 => "kind: setpoint, p_evse_w: \"NaN\", ttl_s: 60",
            4 => "kind: setpoint, p_evse_w: 9000, ttl_s: 0",
            5 => "kind: setpoint, p_evse_w: -9000, ttl_s: 86400000",
            6 => "kind: envelope, lower_w: 5000, upper_w: -5000, ttl_s: 60",
            7 => "kind: setpoint, p_evse_w: -9600, ttl_s: 60, seq: 1",
            8 => "kind: setpoint, p_evse_w: 9600, ttl_s: 60, soc_floor_pct: -50",
            9 => "kind: setpoint, p_evse_w: -9600, ttl_s: 60, reserve_soc_pct: 0",
            10 => "kind: limit, p_evse_w: 30000, ttl_s: 60",
            11 => "kind: setpoint, p_evse_w: -9600, ttl_s: 60, issued_at: \"2020-01-01T00:00:00Z\"",
            _ => "kind: cancel, cancels: o1",
        };
        if (dice.Chance(0.15))
            Add(at, FaultKind.HostileOrder, isFault: true, $"order: \"{dice.OneOf("{{{{", "null", "[]", "{}", "0")}\"");
        // A storm: what is asked turns round faster than anything can follow.
        else if (dice.Chance(0.2))
            for (var i = 0; i < 12; i++)
                Order(at + i * dice.Whole(50, 400), FaultKind.HostileOrder, isFault: true,
                    $"kind: setpoint, p_evse_w: {(i % 2 == 0 ? 9600 : -9600)}, ttl_s: 20");
        else
            Order(at, FaultKind.HostileOrder, isFault: true, text);
    }

    private void Order(int at, string name, bool isFault, string fields) =>
        Add(at, name, isFault, $"order: {{ {fields} }}");

    private void Add(int at, string name, bool isFault, string text) =>
        strokes.Add(new(name, isFault, [
            new(Math.Min(at, seconds * 1000), $"as: {(isFault ? HostilePrefix : 'o')}{strokes.Count + 1}, {text}")]));

    private static string Watts(double watts) => watts.ToString("0", CultureInfo.InvariantCulture);
}
