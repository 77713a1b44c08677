using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Configuration;
using ChargeScape.Edge.Hal.Mqtt;
using ChargeScape.Edge.Host.Bench;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Service;

namespace ChargeScape.Edge.Host.Cli;

/// <summary><c>run</c> and <c>check</c>.</summary>
internal static class SiteVerbs
{
    private sealed record Checked(
        string File, bool Valid, string? Site, IReadOnlyList<ConfigError> Errors, IReadOnlyList<string> Warnings);

    public static int Check(FileInfo file, IReadOnlyList<string> overrides, bool isJson)
    {
        if (isJson)
        {
            var read = SiteFile.Read(file.ToString(), overrides);
            var isValid = read.Site is not null;
            Console.WriteLine(JsonLine.Of(new Checked(
                file.ToString(), isValid, read.Site?.Id, [.. read.Errors], [.. read.Site?.Warnings ?? []])));
            return isValid ? ExitCode.Good : ExitCode.Wrong;
        }
        if (Read(file.ToString(), overrides) is not { } site) return ExitCode.Wrong;
        Console.WriteLine(
            $"{file}: valid: site {site.Id}, {site.Buses.Count} buses, {site.Devices.Count} devices");
        return ExitCode.Good;
    }

    public static async Task<int> Run(string file, IReadOnlyList<string> overrides, CancellationToken stop)
    {
        if (Read(file, overrides) is not { } site) return ExitCode.Wrong;
        try
        {
            return await EdgeHost.Run(site, new SocketWires(site.Buses), RuleSet.All, stop);
        }
        catch (Exception trouble)
            when (trouble is GpioException or WireException or NativeLibraryMissingException or IOException)
        {
            await Console.Error.WriteLineAsync($"chargescape-edge: {trouble.Message}");
            return ExitCode.Failed;
        }
    }

    /// <summary>Reads a site file and prints what is wrong with it; null then.</summary>
    public static SiteConfig? Read(string file, IReadOnlyList<string> overrides)
    {
        var read = SiteFile.Read(file, overrides);
        foreach (var error in read.Errors) Console.Error.WriteLine(error);
        if (read.Site is null)
            Console.Error.WriteLine($"{file}: {read.Errors.Count} error{(read.Errors.Count == 1 ? "" : "s")}");
        foreach (var warning in read.Site?.Warnings ?? []) Console.Error.WriteLine($"{file}: warning: {warning}");
        return read.Site;
    }
}
