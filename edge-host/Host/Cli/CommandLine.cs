using System.CommandLine;
using System.CommandLine.Parsing;

namespace ChargeScape.Edge.Host.Cli;

/// <summary>The verbs of the executable.</summary>
internal static class CommandLine
{
    private static readonly Option<FileInfo> site = new("--site")
    {
        Description = "Site file",
        HelpName = "FILE",
        Required = true,
    };
    private static readonly Option<string[]> set = new("--set")
    {
        Description = "Value in place of the file's, e.g. buses.meter.port=1502; may be given several times",
        HelpName = "PATH=VALUE",
    };

    public static async Task<int> Run(string[] arguments)
    {
        var root = new RootCommand(
            "The controller of a home with a bidirectional (V2G) charger.\n"
            + "Exit codes: 0 good; 1 failed, the output says what; 2 wrong arguments or configuration; 3 rejected; "
            + "4 no answer; 130 interrupted.")
        {
            RunVerb(), CheckVerb(), OrderVerbs.Make(), FaultVerbs.Make(site, set), OperatorVerb.Make(set), DepartureVerb.Make(set),
            BenchVerbs.Make(set),
            SiteNewVerb.Make(),
        };
        var parsed = root.Parse(arguments);
        if (ErrorText.Of(parsed).ToList() is { Count: > 0 } errors)
        {
            foreach (var error in errors)
                await Console.Error.WriteLineAsync($"chargescape-edge: {error}");
            await Console.Error.WriteLineAsync($"Try: {PathOf(parsed.CommandResult)} --help");
            return ExitCode.Wrong;
        }
        if (Interruption.HasCome) return await EndBeforeBegun(parsed);
        // The ordered stop of "run" may need longer than a console waits. So does "bench device": the current must be
        // gone before it ends.
        TimeSpan? patience = parsed.CommandResult.Command.Name switch
        {
            "run" => null,
            "device" => TimeSpan.FromMinutes(2),
            _ => TimeSpan.FromSeconds(2),
        };
        return await Interruption.Run(
            stop => parsed.InvokeAsync(new() { ProcessTerminationTimeout = null }, stop), patience);
    }

    private static async Task<int> EndBeforeBegun(ParseResult parsed)
    {
        await Console.Error.WriteLineAsync("interrupted: before anything was begun");
        // A controller that was told to stop has stopped in order, however early.
        return parsed.CommandResult.Command.Name == "run" ? ExitCode.Good : Interruption.Code;
    }

    private static Command RunVerb()
    {
        var verb = new Command(
            "run",
            "Run the controller until SIGTERM or Ctrl-C. Exit codes: 0 stopped in order, 1 failed, 2 configuration.")
        {
            site, set,
        };
        verb.SetAction((parsed, stop) => SiteVerbs.Run(
            parsed.GetRequiredValue(site).FullName, parsed.GetValue(set) ?? [], stop));
        return verb;
    }

    private static Command CheckVerb()
    {
        var verb = new Command(
            "check", "Validate a site file: every error at once, with line and path. Exit codes: 0 valid, 2 not.")
        {
            site, set, BenchOptions.Json,
        };
        verb.SetAction(parsed => SiteVerbs.Check(
            parsed.GetRequiredValue(site), parsed.GetValue(set) ?? [], parsed.GetValue(BenchOptions.Json)));
        return verb;
    }

    private static string PathOf(CommandResult command) => command.Parent is CommandResult parent
        ? $"{PathOf(parent)} {command.Command.Name}"
        : "chargescape-edge";
}
