using System.Xml.Linq;
using ChargeScape.Edge.Firmware.Supervisor.Probe;

namespace ChargeScape.Edge.Tests.Unit.Firmware;

public sealed class ProbeTests
{
    private static readonly string folder = RepositoryRoot.File("firmware", "Supervisor", "Probe");

    [Fact]
    public void The_probe_says_here_what_it_must_say_on_the_virtual_device()
    {
        var lines = new List<string>();

        new Probe(lines.Add).Run();

        var expected = Path.Combine(folder, "expected.txt");
        if (Environment.GetEnvironmentVariable("CHARGESCAPE_WRITE_DOCS") == "1") File.WriteAllLines(expected, lines);
        Assert.Equal(File.ReadAllLines(expected), lines);
    }

    [Fact]
    public void The_project_for_the_virtual_device_names_every_file_of_the_link_and_the_logic()
    {
        var named = XDocument.Load(Path.Combine(folder, "Probe.nfproj")).Descendants()
            .Where(element => element.Name.LocalName == "Compile")
            .Select(element => Path.GetFullPath(Path.Combine(folder, element.Attribute("Include")!.Value.Replace('\\', '/'))));

        var there = new[] { folder, Path.Combine(folder, "../Logic"), Path.Combine(folder, "../../Link") }
            .SelectMany(each => Directory.EnumerateFiles(Path.GetFullPath(each), "*.cs"));
        Assert.Equal(there.Order(), named.Order());
    }
}
