using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;

namespace ChargeScape.Edge.Tests.Mutation;

/// <summary>
/// A process that holds the made assembly and the example tests. It reads mutants as lines from its input, "id file", and
/// answers each with a line: "killed id test", "survived id", or "endless id" and its own end. A process of its own,
/// because a mutant may loop for ever or overflow the stack.
/// </summary>
internal sealed class Worker
{
    // A test that takes so much longer than when all is well will not end.
    private const int EndlessFactor = 8;

    /// <summary>Says that an example fails without any mutant and takes no part.</summary>
    public const string UnfitWord = "unfit";
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan EndlessFloor = TimeSpan.FromSeconds(4);

    private readonly List<Example> examples;
    private readonly FieldInfo active;
    private readonly Dictionary<string, List<Example>> killers = [];
    private readonly bool isQuick;
    private readonly TextWriter output;
    private readonly Lock watched = new();
    private TimeSpan? mustEndBy;
    private int atWork = -1;

    private Worker(List<Example> examples, FieldInfo active, bool isQuick, TextWriter output)
    {
        this.isQuick = isQuick;
        this.examples = examples;
        this.active = active;
        this.output = output;
    }

    /// <param name="folder">With the example tests' assembly, and the made one beside it.</param>
    /// <param name="isQuick">Only the examples that are near to the mutant and do not take long.</param>
    /// <param name="input">The mutants; it ends when they do.</param>
    /// <param name="output">The answers.</param>
    public static int Run(string folder, bool isQuick, TextReader input, TextWriter output)
    {
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path)
                ? context.LoadFromAssemblyPath(path) : null;
        var tests = AssemblyLoadContext.Default.LoadFromAssemblyPath(
            Path.Combine(folder, "ChargeScape.Edge.Tests.Control.dll"));
        var control = AssemblyLoadContext.Default.LoadFromAssemblyPath(
            Path.Combine(folder, "ChargeScape.Edge.Control.dll"));
        var active = control.GetTypes().Single(type => type.Name == "MutantControl").GetField("ActiveMutant")!;
        active.SetValue(null, -1);
        var worker = new Worker([.. Example.Of(tests)], active, isQuick, output);
        output.WriteLine("ready");
        output.Flush();
        new Thread(worker.Watch) { IsBackground = true }.Start();
        while (input.ReadLine() is { } line) worker.Judge(line);
        return 0;
    }

    private void Judge(string line)
    {
        var id = int.Parse(line.AsSpan(0, line.IndexOf(' ')), null);
        var file = line[(line.IndexOf(' ') + 1)..];
        if (!killers.TryGetValue(file, out var first)) killers[file] = first = Guess(file);
        atWork = id;
        var rest = isQuick ? examples.Where(example => IsNear(example, file)) : examples;
        Example? killer = null;
        foreach (var example in first.Concat(rest.Except(first)).ToList())
        {
            if (!IsFit(example) || (isQuick && example.Takes > Quick)) continue;
            active.SetValue(null, id);
            var holds = Holds(example);
            active.SetValue(null, -1);
            if (holds) continue;
            killer = example;
            break;
        }
        if (killer is not null)
        {
            // Its neighbours will fall to the same test more often than not.
            first.Remove(killer);
            first.Insert(0, killer);
        }
        output.WriteLine(killer is null ? $"survived {id}" : $"killed {id} {killer.Name}");
        output.Flush();
    }

    // Before its first use it is tried without a mutant: what fails then would kill every one.
    private bool IsFit(Example example)
    {
        if (example.IsFit is { } known) return known;
        var begun = Cpu();
        example.IsFit = example.Holds();
        example.Takes = Cpu() - begun;
        if (example.IsFit == false) output.WriteLine($"{UnfitWord} {example.Name}");
        return example.IsFit.Value;
    }

    private bool Holds(Example example)
    {
        lock (watched) mustEndBy = Cpu() + EndlessFloor + EndlessFactor * example.Takes;
        var holds = example.Holds();
        lock (watched) mustEndBy = null;
        return holds;
    }

    private List<Example> Guess(string file)
    {
        var rule = Path.GetFileNameWithoutExtension(file);
        return [.. examples.OrderBy(example => IsNamedAfter(example, rule) ? 0 : IsNear(example, file) ? 1 : 2)
            .ThenBy(example => example.Takes).TakeWhile(example => IsNamedAfter(example, rule) || IsNear(example, file))];
    }

    private static bool IsNamedAfter(Example example, string rule) =>
        example.ClassName.Contains(rule, StringComparison.OrdinalIgnoreCase);

    // A file in the root is near to the examples in theirs.
    private static bool IsNear(Example example, string file)
    {
        var folder = Path.GetFileName(Path.GetDirectoryName(file));
        return example.Folder == (string.IsNullOrEmpty(folder) ? "ControlRules" : folder);
    }

    private void Watch()
    {
        while (true)
        {
            Thread.Sleep(200);
            lock (watched)
            {
                if (mustEndBy is not { } bound || Cpu() < bound) continue;
                output.WriteLine($"endless {atWork}");
                output.Flush();
                Environment.Exit(3);
            }
        }
    }

    // Of the whole process: on a busy machine the time on the wall says little.
    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;
}
