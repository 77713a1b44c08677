using ChargeScape.Edge.Control;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Mqtt;
using ChargeScape.Edge.Host.Composition;
using ChargeScape.Edge.Host.Configuration;
using ChargeScape.Edge.Host.Keeping;
using ChargeScape.Edge.Host.Local;
using ChargeScape.Edge.Host.Loop;
using ChargeScape.Edge.Host.Northbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ChargeScape.Edge.Host.Service;

/// <summary>Puts the process together: control threads, gateway, local socket, service manager.</summary>
internal static class EdgeHost
{
    /// <summary>Name and version, as messages and logs say them.</summary>
    public static string Software { get; } =
        $"chargescape-edge {typeof(EdgeHost).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>Runs until a signal or a bug ends it; returns the exit code.</summary>
    /// <param name="site">What is controlled.</param>
    /// <param name="wires">What it is reached by.</param>
    /// <param name="rules">Limits and trips.</param>
    /// <param name="stop">Cancelled by a signal, also by one that came before the host takes them itself.</param>
    public static async Task<int> Run(SiteConfig site, IWires wires, RuleSet rules, CancellationToken stop)
    {
        var medium = new FileMedium(site.StateFile);
        var store = new KeptStore(medium, new(site.Id, Software, BootId()));
        using var system = EdgeSystem.Build(site, wires, rules, store);
        using var keeping = new KeepThread(store, system.Exchange);
        using var control = new ControlThread(
            system.Loop, system.Pollers, site.Period, site.Limits.EvseTiming.StopTime);
        var outcome = new RunOutcome();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(
            new() { ApplicationName = "chargescape-edge" });
        AddLogging(builder.Logging);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        // Longer than the loop's own patience for the current to go.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(25));
        builder.Services.AddSingleton(control);
        builder.Services.AddSingleton(outcome);
        builder.Services.AddSingleton(system.Exchange);
        // Stopped in the opposite order: no new orders, then zero and open.
        builder.Services.AddHostedService<EdgeService>();
        builder.Services.AddHostedService(services => new LoopWatch(
            control, system.Exchange, site.Limits, site.InverterMaxAge, system.CanGuards,
            services.GetRequiredService<ILogger<LoopWatch>>()));
        builder.Services.AddHostedService<SystemdNotifier>();
        builder.Services.AddHostedService(services => new FaultSocket(
            site.LocalSocket, system.Exchange, control.Wake, new(wires.Taps),
            services.GetRequiredService<ILogger<FaultSocket>>()));
        builder.Services.AddHostedService(services => new Gateway(
            site, system.Exchange, control.Wake, settings => Connect(site.Mqtt, settings), Software,
            services.GetRequiredService<ILogger<Gateway>>()));
        using var host = builder.Build();
        host.Services.GetRequiredService<ILogger<EdgeSystem>>().LogInformation(
            "{Software}: site {Site}, period {Period} ms, broker {Host}:{Port}",
            Software, site.Id, site.Period.TotalMilliseconds, site.Mqtt.Host, site.Mqtt.Port);
        TellKept(host.Services.GetRequiredService<ILogger<KeptStore>>(), store, medium, site.StateFile);
        keeping.Start(system.Loop.State);
        try
        {
            // What is started whole can be stopped in order.
            await host.StartAsync(CancellationToken.None);
            await host.WaitForShutdownAsync(stop);
            // The gateway ends first, so that no order comes any more; what was given back is known only now.
            foreach (var service in host.Services.GetServices<IHostedService>()) (service as Gateway)?.TellRest();
        }
        finally
        {
            keeping.End(outcome.IsOrdered);
        }
        // A bug in a service stops the host in order; the exit code must not hide it.
        var hasFailed = host.Services.GetServices<IHostedService>()
            .Any(service => service is BackgroundService { ExecuteTask.IsFaulted: true });
        return hasFailed ? 1 : outcome.ExitCode;
    }

    private static void TellKept(ILogger log, KeptStore store, FileMedium medium, string path)
    {
        log.LogInformation("state file {Path}: {Began}", path, store.Began switch
        {
            Beginning.First => "made",
            Beginning.Ordered => "read, after an ordered stop",
            Beginning.Crash => "read, after an end that nobody ordered",
            _ => "cannot be read, in neither copy, or is another site's: everything may have been latched",
        });
        if (store.Report.IsFailing) log.LogError("state file {Path} cannot be written: {Reason}", path, medium.Trouble);
    }

    // Monotonic time goes on for as long as this stays the same.
    private static Guid BootId()
    {
        try
        {
            return Guid.TryParse(File.ReadAllText("/proc/sys/kernel/random/boot_id"), out var id) ? id : default;
        }
        catch (IOException)
        {
            return default;
        }
    }

    private static IMqtt Connect(MqttConfig mqtt, MqttSettings settings)
    {
        try
        {
            return mqtt.HasCardClient ? CardPorts.Mqtt(settings) : new LibmosquittoClient(settings);
        }
        catch (ArgumentException wrong)
        {
            throw new WireException($"broker {settings.Host}:{settings.Port}: {wrong.Message}", wrong);
        }
    }

    private static void AddLogging(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // Standard output belongs to what a verb prints.
        logging.Services.Configure<ConsoleLoggerOptions>(
            options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null)
        {
            logging.AddSystemdConsole();
            return;
        }
        logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            options.ColorBehavior = LoggerColorBehavior.Disabled;
        });
    }
}
