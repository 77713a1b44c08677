using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Control;

/// <summary>When the driver leaves, and with what.</summary>
/// <param name="At">Monotonic time of departure.</param>
/// <param name="Needed">State of charge that the car shall have then; 0 lifts the wish.</param>
public readonly record struct DepartureWish(TimeSpan At, Soc Needed);

/// <summary>What is known for reckoning how much can be charged back in time.</summary>
/// <param name="Capacity">Of the car's battery.</param>
/// <param name="Efficiency">Share of AC energy that arrives in the battery, 0…1.</param>
/// <param name="Margin">The car shall be ready by so much earlier.</param>
public sealed record DepartureRules(WattHours Capacity, double Efficiency, TimeSpan Margin);

/// <summary>
/// Memory of the wish and of whether what is missing can still be charged in time, at the power that all limits allowed
/// in the step before. A departure that has passed goes on asking for its state of charge until the car is unplugged:
/// drivers are late.
/// </summary>
public record struct DepartureMemory
{
    private const double LeavePoints = 2;
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(60);
    // Until the limits of a new session have widened, nobody knows what can be charged.
    private static readonly TimeSpan UntilKnown = TimeSpan.FromSeconds(5);

    private DepartureWish adopted;
    private DepartureWish inForce;
    private SocLatch latch;
    private bool isProven;

    /// <summary>The wish in force; null = none.</summary>
    public readonly DepartureWish? Wish => inForce.Needed.Percent > 0 ? inForce : null;

    /// <summary>Nothing may be discharged for the sake of the departure.</summary>
    public readonly bool IsBinding => Wish is not null && (latch.IsSet || !isProven);

    /// <summary>One step. A wish that makes no sense is none.</summary>
    internal void Next(in DepartureWish? wished, bool isReadingNew, DepartureRules? rules, in ControlState memory)
    {
        if (rules is null) return;
        if (wished is { Needed.Percent: >= 0 and <= 100 } news && news != adopted)
            (adopted, inForce, latch, isProven) = (news, news, default, false);
        if (Wish is not { } wish) return;
        var now = memory.At;
        ref readonly var evse = ref memory.Inputs.LastEvse;
        if (isReadingNew && evse.Said.Session == EvseSession.Unplugged && now >= wish.At)
        {
            inForce = default;
            return;
        }
        var isKnown = memory.Mode == ModeKind.Transferring && now - memory.ModeSince >= UntilKnown;
        if (!isKnown) isProven = false;
        // On new readings only: an inserted step must not start a hold earlier.
        if (!isKnown || !isReadingNew || memory.Soc is not { } soc) return;
        var left = Math.Max(0, (wish.At - rules.Margin - now).TotalHours);
        var canCharge = memory.Allowed.Envelope.Charge.Value * rules.Efficiency * left;
        var capacity = rules.Capacity.Value;
        var slack = canCharge - (wish.Needed.Percent - soc.Percent) / 100 * capacity;
        latch.Update(!(slack > 0), slack >= LeavePoints / 100 * capacity, Hold, now);
        isProven = true;
    }
}
