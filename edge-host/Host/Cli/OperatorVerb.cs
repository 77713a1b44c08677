using System.CommandLine;
using System.Globalization;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>dso</c>: says at this machine what the grid operator says, until a gateway carries it.</summary>
internal static class OperatorVerb
{
    public static Command Make(Option<string[]> set)
    {
        var socket = new Option<string>("--socket")
        {
            Description = "The host's local socket, in place of --site", HelpName = "PATH", Recursive = true,
        };
        var file = new Option<FileInfo>("--site")
        {
            Description = "Site file that names the local socket", HelpName = "FILE", Recursive = true,
        };
        set.Recursive = true;
        var status = new Command("status", "Where both directions stand, and what limits.");
        var heartbeat = new Command("heartbeat", "The operator is there; to be said at least every 120 s.");
        status.SetAction((parsed, stop) => Send(parsed, "dso status", stop));
        heartbeat.SetAction((parsed, stop) => Send(parsed, "dso heartbeat", stop));
        return new(
            "dso",
            "Say what the grid operator says to the controller on this machine. "
            + "Exit codes: 0 taken, 2 arguments, 3 refused, 4 no controller.")
        {
            status, heartbeat, Direction("consumption"), Direction("production"), socket, file, set,
        };

        Command Direction(string name)
        {
            var limit = new Argument<string>("WATTS") { Description = "Most in W, or off to lift the limit" };
            var seconds = new Option<int?>("--seconds") { Description = "It ends by itself after so long" };
            var verb = new Command(name, $"Limit {name}.") { limit, seconds };
            verb.SetAction((parsed, stop) => Send(
                parsed,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"dso {name} {parsed.GetRequiredValue(limit)} {parsed.GetValue(seconds)}"),
                stop));
            return verb;
        }

        async Task<int> Send(ParseResult parsed, string line, CancellationToken stop)
        {
            if (FaultVerbs.PathOf(parsed, socket, file, set) is not { } path) return ExitCode.Wrong;
            if (await FaultVerbs.Ask(path, line + "\n", stop) is not { } answer) return ExitCode.NoAnswer;
            Console.Write(answer);
            return answer.StartsWith("error", StringComparison.Ordinal) ? ExitCode.Rejected : ExitCode.Good;
        }
    }
}
