using System.Xml.Linq;

namespace ChargeScape.Edge.Tests.Unit.Architecture;

/// <summary>The direction of dependencies of the design: tests → sim → Host → { Control, Drivers } →
/// Contracts.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["firmware/Link"] = [],
        ["firmware/Supervisor/Logic"] = ["firmware/Link"],
        ["firmware/Supervisor/Probe"] = ["firmware/Supervisor/Logic"],
        ["hal/Contracts"] = [],
        ["hal/Drivers"] = ["hal/Contracts"],
        ["hal/Packages"] = ["hal/Drivers"],
        ["edge-host/Control"] = ["hal/Contracts"],
        ["edge-host/Host"] = ["edge-host/Control", "hal/Drivers"],
        ["sim"] = ["edge-host/Host"],
        ["tests/Unit"] = ["firmware/Supervisor/Probe", "sim", "tests/Fuzz"],
        ["tests/Control"] = ["edge-host/Control", "edge-host/Host"],
        ["tests/Mutants"] = ["edge-host/Control"],
        ["tests/Mutation"] = ["tests/Control"],
        ["tests/Scenarios"] = ["sim"],
        ["tests/Integration"] = ["sim"],
        ["tests/Benchmarks"] = ["sim"],
        ["tests/Fuzz"] = ["sim"],
        ["tests/Kernel"] = ["sim"],
    };

    // Built on demand: its packages are not in every registry, so neither the solution nor anything else asks for it.
    private const string OnDemand = "hal/Packages";
    private const string Demand = "'$(CardPackages)' == 'true'";

    // Outside what the project exists for a kept library beats our own code, but not in what safety rests on.
    private static readonly string[] WithoutPackages =
        ["firmware/Link", "firmware/Supervisor/Logic", "hal/Contracts", "hal/Drivers", "edge-host/Control"];

    [Fact]
    public void Every_project_refers_to_just_what_the_design_lets_it()
    {
        var found = Projects().ToDictionary(FolderOf, project => References(project, "ProjectReference")
            .Select(include => FolderOf(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, include))))
            .Order());

        Assert.Equal(
            Allowed.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} -> {string.Join(' ', pair.Value.Order())}"),
            found.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key} -> {string.Join(' ', pair.Value)}"));
    }

    [Fact]
    public void Firmware_contracts_drivers_and_control_need_no_package()
    {
        var packages = Projects().Where(project => WithoutPackages.Contains(FolderOf(project)))
            .SelectMany(project => References(project, "PackageReference"));

        Assert.Empty(packages);
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(RepositoryRoot.File("ChargeScape.Edge.sln")).Replace('\\', '/');

        Assert.All(
            Projects().Where(project => FolderOf(project) != OnDemand),
            project => Assert.Contains(Path.GetRelativePath(RepositoryRoot.Path, project), solution));
        Assert.DoesNotContain(OnDemand, solution, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_referred_to_on_demand_is_the_ports_over_packages_and_nothing_else()
    {
        var demanded = Projects().SelectMany(project => References(project, "ProjectReference", isDemanded: true)
            .Select(include => FolderOf(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, include)))));

        Assert.Equal([OnDemand], demanded.Distinct());
    }

    [Fact]
    public void Every_package_has_its_line_in_the_readme()
    {
        var readme = File.ReadAllText(RepositoryRoot.File("README.md"));
        var packages = Projects().SelectMany(project => References(project, "PackageReference")).Distinct();

        Assert.All(packages, package => Assert.Contains($"`{package}`", readme));
    }

    private static IEnumerable<string> Projects() => SourceTree.Files("*.csproj");

    private static IEnumerable<string> References(string project, string kind, bool isDemanded = false) =>
        XDocument.Load(project).Descendants(kind)
            .Where(reference => ((string?)reference.Parent!.Attribute("Condition") == Demand) == isDemanded)
            .Select(reference => (string)reference.Attribute("Include")!);

    private static string FolderOf(string project) =>
        Path.GetRelativePath(RepositoryRoot.Path, Path.GetDirectoryName(project)!).Replace('\\', '/');
}
