namespace ChargeScape.Edge.Hal.Posix;

/// <summary>
/// A member of a <see cref="PollSet"/> that also wants to know when its descriptor takes bytes again.
/// </summary>
internal interface IUnsent
{
    /// <summary>The next wait shall end when the descriptor becomes writable.</summary>
    bool HasUnsent { get; }
}
