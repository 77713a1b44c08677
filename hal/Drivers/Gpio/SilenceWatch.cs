namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>
/// Tells a quiet peer from one that hangs: a level that does not change is not told again, so after a silence the peer
/// is asked, and what it said last is not believed when it does not answer. Silence counts only when it was looked for:
/// an answer that waits in the socket is heard before anybody judges.
/// </summary>
internal struct SilenceWatch
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromMilliseconds(500);
    private TimeSpan heardAt;
    private TimeSpan? askedAt;

    /// <summary>The peer said something, or the connection is new.</summary>
    public void Heard(TimeSpan now) => (heardAt, askedAt) = (now, null);

    /// <summary>
    /// Nothing has arrived up to now: false = ask it (once), true = it hangs, null = go on waiting.
    /// </summary>
    public bool? Judge(TimeSpan now)
    {
        if (askedAt is { } asked) return now - asked >= LongestAnswer ? true : null;
        if (now - heardAt < Quiet) return null;
        askedAt = now;
        return false;
    }
}
