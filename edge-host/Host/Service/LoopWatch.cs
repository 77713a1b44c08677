using ChargeScape.Edge.Control;
using ChargeScape.Edge.Control.Trips;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Can;
using ChargeScape.Edge.Host.Exchange;
using ChargeScape.Edge.Host.Faults;
using ChargeScape.Edge.Host.Loop;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChargeScape.Edge.Host.Service;

/// <summary>
/// Logs what the loop may not log itself, once per change: missed deadlines, threads that do not come round, devices
/// that fall silent and are heard again, modes and trips.
/// </summary>
internal sealed class LoopWatch(
    ControlThread control, ControlExchange exchange, SiteLimits site, TimeSpan inverterMaxAge,
    IReadOnlyList<(string Bus, GuardedCanBus Guard)> buses, ILogger<LoopWatch> log) : BackgroundService
{
    private readonly bool[] wereUp = [.. buses.Select(_ => true)];
    private readonly CanFault[] contradictions = new CanFault[buses.Count];
    private readonly Dictionary<string, bool> heard = [];
    private readonly Dictionary<TripId, (uint Occurrence, TripClass Class)> toldTrips = [];
    private ControlFrame frame;
    private Reading<GridSettings> settings;
    private uint settingsTold;
    private GridAgreement agreement;
    private ModeKind mode = ModeKind.Tripped;
    private uint overruns;
    private bool wereAlive = true;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(500.Milliseconds);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
        }
        catch (OperationCanceledException)
        {
            // The ordered stop.
        }
    }

    private void Look()
    {
        for (var i = 0; i < buses.Count; i++) TellBus(i);
        if (!exchange.Frame.TryRead(ref frame)) return;
        ref readonly var seen = ref frame.State.Inputs;
        Tell("meter", seen.Meter.Within(site.MeterTiming.MaxAge, seen.Now) is not null, seen.Meter.Sequence);
        Tell("inverter", frame.Inverter.Within(inverterMaxAge, seen.Now) is not null, frame.Inverter.Sequence);
        Tell("EVSE", seen.Evse.Within(site.EvseTiming.MaxAge, seen.Now) is not null, seen.Evse.Sequence);
        Tell("site lines", seen.Lines.Within(site.LinesMaxAge, seen.Now) is not null, seen.Lines.Sequence);
        TellLoop();
        TellTrips();
        TellSettings();
        if (frame.State.Mode == mode) return;
        log.LogInformation(
            "mode {From} -> {To}, trips: {Trips}", mode, frame.State.Mode, string.Join(", ", Standing(frame.State)));
        mode = frame.State.Mode;
    }

    // One line for each setting that differs, when what became of the comparison changes.
    private void TellSettings()
    {
        if (site.Grid is not { } terms || !exchange.EvseGrid.TryReadUnseen(ref settings, ref settingsTold)) return;
        if (settings.Within(TimeSpan.MaxValue, settings.TakenAt) is not { } told) return;
        var now = GridSettingsCheck.Compare(told, terms.Profile);
        if (now == agreement) return;
        agreement = now;
        if (now.Agrees) log.LogInformation("the EVSE's settings are those of {Profile}", terms.Profile.Name);
        Span<GridDifference> differences = stackalloc GridDifference[GridSettingsCheck.Most];
        var count = now.IsTold ? GridSettingsCheck.Compare(told, terms.Profile, differences) : 0;
        foreach (ref readonly var one in differences[..count])
            log.LogWarning("the EVSE is not set as {Profile} says, so no discharge: {Point}", terms.Profile.Name, one);
    }

    // One line per occurrence, in the words of the catalogue.
    private void TellTrips()
    {
        foreach (var trip in AllTrips.List)
        {
            var memory = frame.State.Trips[trip.Id];
            var now = memory.IsTripped ? (memory.Occurrence, memory.Class) : default;
            if (now == toldTrips.GetValueOrDefault(trip.Id)) continue;
            toldTrips[trip.Id] = now;
            if (!memory.IsTripped) continue;
            var entry = Catalogue.Of(trip.Id);
            log.LogWarning(
                "{Trip} {Class}, occurrence {Occurrence}: {Household} Installer: {Installer}",
                entry.Id, memory.Class, memory.Occurrence, entry.Household, entry.Installer);
        }
    }

    // Before its first reading a device is neither: it may just not be there yet.
    private void Tell(string device, bool isHeard, uint sequence)
    {
        if (sequence == 0 || (heard.TryGetValue(device, out var was) && was == isHeard)) return;
        heard[device] = isHeard;
        if (isHeard) log.LogInformation("{Device} heard", device);
        else log.LogWarning("{Device} silent", device);
    }

    // What is withheld looks like silence to the driver; here it is said why.
    private void TellBus(int index)
    {
        var (bus, guard) = buses[index];
        if (guard.IsUp != wereUp[index])
        {
            wereUp[index] = !wereUp[index];
            if (wereUp[index]) log.LogInformation("CAN bus {Bus} up", bus);
            else log.LogWarning("CAN bus {Bus} down", bus);
        }
        var (fault, told) = (guard.LastFault, contradictions[index]);
        contradictions[index] = fault;
        var goesOn = fault.SeenAt - told.SeenAt <= GuardedCanBus.Hold;
        if (fault.Kind == CanFaultKind.None || (goesOn && (fault.Kind, fault.Id) == (told.Kind, told.Id))) return;
        log.LogWarning(
            "CAN bus {Bus}: {What} of identifier {Id:X3}; its frames are withheld", bus,
            fault.Kind == CanFaultKind.OwnIdentifier ? "another sender" : "two sources", fault.Id);
    }

    private void TellLoop()
    {
        if (frame.Overruns != overruns)
        {
            log.LogWarning(
                "{Count} deadlines missed since the start, {New} of them new", frame.Overruns,
                frame.Overruns - overruns);
            overruns = frame.Overruns;
        }
        var areAlive = control.ArePollersAlive;
        if (areAlive == wereAlive) return;
        log.LogWarning("pollers: {State}", areAlive ? "all alive again" : "one has not taken a turn in time");
        wereAlive = areAlive;
    }

    private static IEnumerable<TripId> Standing(ControlState state) =>
        Enum.GetValues<TripId>().Where(id => state.Trips[id].IsTripped);
}
