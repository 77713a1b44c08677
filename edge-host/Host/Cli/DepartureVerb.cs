using System.CommandLine;
using System.Globalization;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>departure</c>: when the driver leaves and with what, said at this machine.</summary>
internal static class DepartureVerb
{
    public static Command Make(Option<string[]> set)
    {
        var socket = new Option<string>("--socket")
        {
            Description = "The host's local socket, in place of --site", HelpName = "PATH",
        };
        var file = new Option<FileInfo>("--site")
        {
            Description = "Site file that names the local socket", HelpName = "FILE",
        };
        var soc = new Option<double?>("--soc") { Description = "State of charge that is needed, in %" };
        var minutes = new Option<double?>("--in") { Description = "Minutes until the departure", HelpName = "MINUTES" };
        var off = new Option<bool>("--off") { Description = "Lift the wish" };
        var verb = new Command(
            "departure",
            "Show or set when the driver leaves: discharge stops before it could no longer be charged back. "
            + "Exit codes: 0 taken, 2 arguments, 3 refused, 4 no controller.")
        {
            soc, minutes, off, socket, file, set,
        };
        verb.SetAction(async (parsed, stop) =>
        {
            if (FaultVerbs.PathOf(parsed, socket, file, set) is not { } path) return ExitCode.Wrong;
            var (percent, length) = (parsed.GetValue(soc), parsed.GetValue(minutes));
            if (percent is null != length is null || (parsed.GetValue(off) && percent is not null))
            {
                await Console.Error.WriteLineAsync("chargescape-edge: give --soc and --in, or --off, or nothing");
                return ExitCode.Wrong;
            }
            var line = parsed.GetValue(off) ? "departure off"
                : string.Create(CultureInfo.InvariantCulture, $"departure {percent} {length}");
            if (await FaultVerbs.Ask(path, line + "\n", stop) is not { } answer) return ExitCode.NoAnswer;
            Console.Write(answer);
            return answer.StartsWith("error", StringComparison.Ordinal) ? ExitCode.Rejected : ExitCode.Good;
        });
        return verb;
    }
}
