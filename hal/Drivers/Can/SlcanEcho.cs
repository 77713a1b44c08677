namespace ChargeScape.Edge.Hal.Can;

/// <summary>
/// How old a frame from an slcan adapter can be. The adapter answers everything in order, so what follows its answer to
/// a question came to it after the question was asked. While answers come promptly a frame counts as arrived when it
/// was read; when a link was stalled and lets everything go at once, the frames of that time count as old as the last
/// answered question, until the next answer is there. An adapter that never answered a question tells nothing.
/// </summary>
internal struct SlcanEcho
{
    /// <summary>Between an answer and the next question.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>So old a frame may be and still count as just arrived.</summary>
    public static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(500);

    /// <summary>An adapter that used to answer and does not for so long is lost.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(3);

    private TimeSpan askedAt;
    private TimeSpan provenAt;
    private bool isAsked;
    private bool hasAnswered;

    /// <summary>The channel was opened: nothing can be older.</summary>
    public void Opened(TimeSpan now) => this = new() { askedAt = now, provenAt = now };

    /// <summary>It is time for a question.</summary>
    public readonly bool IsDue(TimeSpan now) => !isAsked && now - askedAt >= Interval;

    /// <summary>A question is on its way.</summary>
    public void Asked(TimeSpan now) => (askedAt, isAsked) = (now, true);

    /// <summary>The answer was read.</summary>
    public void Answered()
    {
        if (!isAsked) return;
        (provenAt, isAsked, hasAnswered) = (askedAt, false, true);
    }

    /// <summary>When a frame that was read at <paramref name="readAt"/> arrived, at the earliest.</summary>
    public readonly TimeSpan Arrival(TimeSpan readAt) =>
        hasAnswered && readAt - provenAt > Prompt ? provenAt : readAt;

    /// <summary>Nobody answers any more.</summary>
    public readonly bool IsLost(TimeSpan now) => hasAnswered && isAsked && now - askedAt >= LongestSilence;
}
