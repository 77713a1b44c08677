namespace ChargeScape.Edge.Sim.Judge;

/// <summary>A limit as the judge knows it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Bound">Where it lies, in words.</param>
/// <param name="Unit">Wh for power; s for what is only true or false; A for what happens in a moment.</param>
/// <param name="PeakUnit">Unit of the largest excess.</param>
/// <param name="Promise">How long a reaction may take.</param>
/// <param name="DeadTime">How long the best controller's EVSE stays as it is after a disturbance.</param>
/// <param name="FallsPerSecond">How fast its power falls then, W per second.</param>
/// <param name="Most">Most power that it has where nothing binds, W.</param>
/// <param name="Idle">What it draws while it waits, which is nobody's to end, W.</param>
internal sealed record WatchedLimit(
    string Id, string Bound, string Unit, string PeakUnit, TimeSpan Promise, TimeSpan DeadTime, double FallsPerSecond,
    double Most, double Idle);

/// <summary>
/// Watches one limit at the true plant. It is told the EVSE's power in the direction that the limit bounds and what the
/// rest of the home leaves for it. What is above is over the limit; of that, what the house does alone and what the
/// EVSE can still hold from before the disturbance, by its dead and settling time, is the physical floor; what is there
/// although nothing within the promised time explains it is late.
/// </summary>
internal sealed class LimitWatch(WatchedLimit limit, TimeSpan longestPromise)
{
    // Back inside for so long, and the next time over is another breach: one-tick breaches do not flap.
    private const double HoldSeconds = 1;
    private const double NoticeableWatts = 1;
    private const double LateTolerance = 0.02;
    private readonly AllowanceHistory given = new(longestPromise + limit.DeadTime);
    private readonly AllowanceHistory promised = new(longestPromise + limit.DeadTime);
    private readonly double noticeable = limit.Unit == "Wh" ? NoticeableWatts : 0.5;
    private readonly double perSecond = limit.Unit == "Wh" ? 1 / 3600.0 : 1;
    private readonly double lateTolerance = limit.Unit == "Wh" ? LateTolerance : 0.05;
    private readonly double idle = limit.Unit == "Wh" ? limit.Idle : 0;
    private readonly List<Breach> breaches = [];
    private bool isOpen;
    private int number;
    private double partSince = double.NaN, partUntil = double.NegativeInfinity;
    private double from, until, evseUntil, peak, over, floor, late, promise, amperes;

    /// <summary>A breach is under way, or was a moment ago.</summary>
    public bool IsOpen => isOpen;

    /// <summary>How long a reaction may take, s.</summary>
    public double PromisedSeconds => limit.Promise.TotalSeconds;

    /// <summary>What a fault that is armed adds to the promise, s.</summary>
    public double Extra { get; set; }

    /// <summary>One step of the plant.</summary>
    /// <param name="at">Time since the beginning, s.</param>
    /// <param name="seconds">Length of the step.</param>
    /// <param name="load">The EVSE's power in the direction that is bounded, W.</param>
    /// <param name="allowed">What the limit leaves for it; infinity when nothing binds.</param>
    /// <param name="lenient">The same as the controller may honestly know it: by the resolution of what it is
    /// told.</param>
    /// <param name="amperesPerWatt">For a breaker; 0 otherwise.</param>
    public void See(double at, double seconds, double load, double allowed, double lenient, double amperesPerWatt = 0)
    {
        given.Add(at, Math.Min(allowed, limit.Most));
        promised.Add(at, lenient);
        if (load - allowed > noticeable) Exceed(at, seconds, load, allowed, amperesPerWatt);
        else if (isOpen && at - until > HoldSeconds) Close();
    }

    /// <summary>What became of it.</summary>
    public LimitFinding Judge()
    {
        if (isOpen) Close();
        return new(limit.Id, limit.Bound, limit.Unit, limit.Promise, breaches.Sum(one => one.Over),
            breaches.Sum(one => one.Floor), breaches.Sum(one => one.Late), amperes, [.. breaches]);
    }

    private void Exceed(double at, double seconds, double load, double allowed, double amperesPerWatt)
    {
        if (!isOpen)
        {
            isOpen = true;
            from = at;
            (evseUntil, peak, over, floor, late, promise) = (double.NegativeInfinity, 0, 0, 0, 0, 0);
        }
        until = at;
        var excess = load - allowed;
        // No controller feeds the other way to help: the most that one can do is zero.
        var avoidable = load > idle ? load - Math.Max(0, allowed) : 0;
        var best = Math.Max(0, given.Falling(limit.DeadTime.TotalSeconds, limit.FallsPerSecond));
        promise = Math.Max(promise, limit.Promise.TotalSeconds + Extra);
        var honest = Math.Max(0, promised.Within(limit.Promise.TotalSeconds + Extra));
        if (avoidable > noticeable)
        {
            if (at - partUntil > HoldSeconds) partSince = at;
            partUntil = evseUntil = at;
        }
        over += excess * seconds * perSecond;
        floor += Math.Max(0, Math.Min(load, best) - allowed) * seconds * perSecond;
        // An armed fault may let the EVSE do more than was ever allowed; it is late when that was to be noticed.
        if (Extra == 0 || at - partSince > Extra)
            late += Math.Max(0, Math.Min(avoidable, load - honest)) * seconds * perSecond;
        peak = Math.Max(peak, amperesPerWatt > 0 ? excess * amperesPerWatt : excess);
        amperes += excess * amperesPerWatt * seconds;
    }

    private void Close()
    {
        isOpen = false;
        number++;
        TimeSpan? evse = double.IsNegativeInfinity(evseUntil) ? null : TimeSpan.FromSeconds(evseUntil);
        breaches.Add(new(
            $"{limit.Id}#{number}", limit.Id, TimeSpan.FromSeconds(from), TimeSpan.FromSeconds(until), evse, peak,
            limit.PeakUnit, over, floor, late, TimeSpan.FromSeconds(promise), late <= lateTolerance));
    }
}
