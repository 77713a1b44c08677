using ChargeScape.Edge.Control;

namespace ChargeScape.Edge.Tests.Mutants;

/// <summary>
/// The one test that Stryker is given: it runs nothing of the control side, it keeps the assembly that Stryker made of
/// it, with every mutant in it, for <c>tests/Mutation</c>, which runs them all in one process.
/// </summary>
public sealed class KeepTheAssembly
{
    private const string Variable = "CHARGESCAPE_MUTANTS";

    [Fact]
    public void The_control_side_as_it_is_loaded_is_kept()
    {
        // Stryker takes the measuring of coverage for broken, and runs each mutant, when a test covers none.
        Require.That(true, "a mutant or two are covered");
        var loaded = typeof(ControlCycle).Assembly.Location;

        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder)
            File.Copy(loaded, Path.Combine(folder, Path.GetFileName(loaded)), overwrite: true);

        Assert.True(File.Exists(loaded));
    }
}
