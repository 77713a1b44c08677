using System.CommandLine;
using ChargeScape.Edge.Hal.Devices.Chademo;
using ChargeScape.Edge.Hal.Devices.SunSpec;
using ChargeScape.Edge.Host.Bench;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>bench</c>: the drivers' eyes on a recording, for a bench engineer.</summary>
internal static class BenchVerbs
{
    public static Command Make(Option<string[]> set)
    {
        var json = new Option<bool>("--json") { Description = "JSON, as without this option" };
        var image = new Option<FileInfo>("--image")
        {
            Description = "Register image, {\"address\": value}",
            HelpName = "FILE",
            Required = true,
        };
        var sunspec = new Command(
            "sunspec",
            "Print every decoded point of a recorded SunSpec register image as JSON. Exit codes: 0 good, 1 no image.")
        {
            image, json,
        };
        sunspec.SetAction(parsed => Decode(parsed.GetRequiredValue(image)) ? ExitCode.Good : ExitCode.Failed);

        var log = new Option<FileInfo>("--log")
        {
            Description = "candump -L log of a CHAdeMO session",
            HelpName = "FILE",
            Required = true,
        };
        var chademo = new Command(
            "chademo",
            "Print one JSON line per change of the session as the driver sees it. Exit codes: 0 good, 1 no such log.")
        {
            log, json,
        };
        chademo.SetAction(parsed =>
        {
            if (BenchFile.Read(parsed.GetRequiredValue(log)) is not { } text) return ExitCode.Failed;
            var file = parsed.GetRequiredValue(log);
            var summary = ChademoLog.Print(new StringReader(text), Console.Out);
            if (summary.Errors > 0)
                Console.Error.WriteLine($"{file}: {summary.Errors} lines that are none of a candump -L log");
            if (summary.Frames == 0) Console.Error.WriteLine($"{file}: no CAN frame in it");
            return summary.Frames > 0 && summary.Errors == 0 ? ExitCode.Good : ExitCode.Failed;
        });

        return new Command("bench", "One device, one wire or one recording, looked at through the drivers.")
        {
            ScanVerb.Make(), DeviceVerb.Make(), TraceVerb.Make(set), ServeVerb.Make(), ReplayVerb.Make(),
            MapVerb.Make(), sunspec, chademo,
        };
    }

    // What is noted says nothing of the file, and a person may have given several.
    private static bool Decode(FileInfo file)
    {
        if (BenchFile.Read(file) is not { } text) return false;
        var notes = new StringWriter();
        var isImage = SunSpecDump.TryWrite(text, Console.Out, notes);
        foreach (var note in notes.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Console.Error.WriteLine($"{file}: {note}");
        return isImage;
    }
}
