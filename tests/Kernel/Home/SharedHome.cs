namespace ChargeScape.Edge.Tests.Kernel.Home;

/// <summary>The home of all tests of this folder; opened by the first that runs, so not where they are
/// skipped.</summary>
public sealed class SharedHome : IDisposable
{
    private KernelHome? home;

    internal KernelHome Charging()
    {
        home ??= new();
        // What one test latched, or how often, is not the next one's matter.
        home.KillHost();
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
