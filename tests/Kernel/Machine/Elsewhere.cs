using System.Xml.Linq;

namespace ChargeScape.Edge.Tests.Kernel.Machine;

/// <summary>
/// Machines that cannot run the bench, made of this one by taking something away from a process. The cache is empty
/// there, and <c>./edge</c> is a copy in a folder of its own, whose results are not those of the run that is going on.
/// </summary>
internal sealed class Elsewhere : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("chargescape-elsewhere-").FullName;

    public Elsewhere()
    {
        Directory.CreateDirectory(Cache);
        // Nobody is to find the way in.
        Shell.Do($"cp -r '{RepositoryRoot.File("tests", "Kernel", "bench")}' {folder}/bench && chmod -R a+rX {folder}");
    }

    private string Cache => $"{folder}/cache";

    private string Root => $"{folder}/root";

    /// <summary>Runs a verb of the bench within the words of another program.</summary>
    public (int Code, string Output, string Said) Bench(string within, string verb) =>
        Shell.Try("/bin/bash", "-c", $"XDG_CACHE_HOME={Cache} exec {within} {folder}/bench/kernel-bench {verb}");

    /// <summary>Runs those tests whose names have a text in them, as a person does; all is built already.</summary>
    public (int Code, string Output, string Said) EdgeTest(string within, string text)
    {
        var repository = RepositoryRoot.File("edge");
        Directory.CreateDirectory($"{Root}/artifacts");
        File.Copy(repository, $"{Root}/edge");
        foreach (var each in Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(repository)!))
        {
            var link = Path.Combine(Root, Path.GetFileName(each));
            if (!Path.Exists(link)) File.CreateSymbolicLink(link, each);
        }
        File.WriteAllText($"{Root}/artifacts/built-everything", "");
        return Shell.Try(
            "/bin/bash", "-c", $"XDG_CACHE_HOME={Cache} exec {within} {Root}/edge test --filter {text}");
    }

    /// <summary>What that run wrote of the tests of this project.</summary>
    public IReadOnlyList<(string Outcome, string Why)> KernelResults()
    {
        XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        return
        [
            .. XDocument.Load($"{Root}/artifacts/test-results/Kernel/results.trx").Descendants(trx + "UnitTestResult")
                .Select(test => ((string)test.Attribute("outcome")!, test.Descendants(trx + "Message").First().Value)),
        ];
    }

    /// <summary>A folder for PATH that has all programs of this machine but one.</summary>
    public string PathWithout(string program)
    {
        Directory.CreateDirectory($"{folder}/path");
        Shell.Do($"for each in /usr/sbin /usr/bin /sbin /bin; do ln -sf $each/* {folder}/path/; done");
        File.Delete($"{folder}/path/{program}");
        return $"{folder}/path";
    }

    /// <summary>A program that runs lines of bash before the command that it is given.</summary>
    public string Script(string lines)
    {
        var path = $"{folder}/script";
        File.WriteAllText(path, $"#!/bin/bash\nset -e\n{lines}\nexec \"$@\"\n");
        Shell.Do($"chmod a+rx {path}");
        return path;
    }

    /// <summary>Lets apt try once and write to memory; what this machine has of lists stays as it is.</summary>
    public string Offline()
    {
        Directory.CreateDirectory($"{folder}/memory");
        File.WriteAllText($"{folder}/apt.conf", "Acquire::Retries \"0\";\n");
        return Script($$"""
            ip link set lo up
            mount -t tmpfs none {{folder}}/memory
            for each in /var/lib/apt/lists /var/cache/apt; do
              layer={{folder}}/memory/${each##*/}
              mkdir -p $layer/upper $layer/work
              mount -t overlay none -o lowerdir=$each,upperdir=$layer/upper,workdir=$layer/work $each
            done
            export APT_CONFIG={{folder}}/apt.conf
            """);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);
}
