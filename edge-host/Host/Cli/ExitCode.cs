namespace ChargeScape.Edge.Host.Cli;

/// <summary>What the process ends with. The help of each verb names those it uses.</summary>
internal static class ExitCode
{
    public const int Good = 0;
    /// <summary>It failed; the output says what.</summary>
    public const int Failed = 1;
    /// <summary>Wrong arguments or configuration.</summary>
    public const int Wrong = 2;
    /// <summary>The order, or the request to clear a fault, was refused.</summary>
    public const int Rejected = 3;
    /// <summary>Nobody answered.</summary>
    public const int NoAnswer = 4;
    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;
}
