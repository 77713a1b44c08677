namespace ChargeScape.Edge.Tests.Kernel.Home;

/// <summary>The home of all tests of this folder; opened by the first that runs, so not where they are
/// skipped.</summary>
public sealed class SharedHome : IDisposable
{
    private KernelHome? home;

    internal KernelHome Charging()
    {
        home ??= new();
        // What one test latched is not the next one's matter; a start costs more than all that a test does.
        if (home.IsTripped) home.KillHost();
        home.Charge();
        return home;
    }

    public void Dispose() => home?.Dispose();
}

[CollectionDefinition(Name)]
public sealed class HomeTests : ICollectionFixture<SharedHome>
{
    public const string Name = "home";
}
