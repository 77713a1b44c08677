namespace ChargeScape.Edge.Tests.Kernel;

/// <summary>
/// Which part of this project's tests runs here: inside the kernel bench all but those of the namespace <see
/// cref="OnTheMachine"/>, which start the bench themselves. What does not run is skipped, with the reason.
/// </summary>
internal static class Guest
{
    /// <summary>"guest" inside; "machine" outside, where the bench can run; else the reason why it cannot.</summary>
    public const string Variable = "CHARGESCAPE_KERNEL_BENCH";

    /// <summary>Namespace of the tests that start the bench.</summary>
    public const string OnTheMachine = "ChargeScape.Edge.Tests.Kernel.Machine";

    /// <summary>Why a test class does not run here; null when it does.</summary>
    public static string? WhyNot(string testClass)
    {
        var word = Environment.GetEnvironmentVariable(Variable) ?? "needs the kernel bench, which ./edge test starts";
        var runsOn = testClass.StartsWith(OnTheMachine + ".", StringComparison.Ordinal) ? "machine" : "guest";
        if (word == runsOn) return null;
        return word is "machine" or "guest" ? $"runs on the {runsOn}" : word;
    }
}
