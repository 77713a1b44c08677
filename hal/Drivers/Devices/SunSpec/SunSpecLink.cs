namespace ChargeScape.Edge.Hal.Devices.SunSpec;

/// <summary>
/// Keeps one model instance of one device within reach: finds it, makes sure who it is, polls it, and finds it again
/// after trouble, with back-off.
/// <code>
/// Scanning    ──model found──────────────────────────► Identifying
/// Identifying ──serial as before─────────────────────► Polling
/// Identifying ──header moved, refused, other serial──► Scanning
/// Polling     ──header moved─────────────────────────► Scanning
/// Polling     ──3 × no answer, connection lost───────► Identifying
/// Polling     ──3 × other scale factors──────────────► Identifying, and then two polls must agree on them
/// </code>
/// Makes at most <see cref="RequestsPerTurn"/> requests a turn and ends the turn at the first one that fails. In a turn
/// that polled, one side block that is due is read too.
/// </summary>
internal sealed class SunSpecLink
{
    private const int RequestsPerTurn = 4;
    private const int FailuresUntilIdentified = 3;
    private const int ScaleChangesUntilIdentified = 3;
    /// <summary>Registers of model 1 up to the end of SN; offsets of the texts in it.</summary>
    private const int CommonRegisters = 66, Maker = 2, ModelName = 18, Version = 42, Serial = 50, Long = 16, Short = 8;
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private enum State : byte { Scanning, Identifying, Polling }

    private readonly IModbus bus;
    private readonly SunSpecSettings settings;
    private readonly IReadOnlyList<ushort[]> families;
    private readonly IReadOnlyList<string> names;
    private readonly SideBlock[] sides;
    private readonly ushort[] common = new ushort[CommonRegisters];
    private State state;
    private SunSpecScan scan;
    private SunSpecPlace place;
    private SunSpecPlace? commonPlace;
    private PollBlock? block;
    private string? serial;
    private IReadOnlyList<SunSpecPlace> ofDevice = [];
    private int failures;
    private int scaleChanges;
    private volatile SunSpecTrouble trouble = SunSpecTrouble.Searching;

    /// <param name="bus">The wire.</param>
    /// <param name="settings">From the site file.</param>
    /// <param name="families">Models that will do, best family first.</param>
    /// <param name="names">Points to poll.</param>
    /// <param name="sides">Further models, read now and then.</param>
    public SunSpecLink(
        IModbus bus, SunSpecSettings settings, IReadOnlyList<ushort[]> families, IReadOnlyList<string> names,
        params IReadOnlyList<SideSpec> sides)
    {
        if (settings.Period <= TimeSpan.Zero)
            throw new ArgumentException("the poll period must be above 0", nameof(settings));
        this.sides = [.. sides.Select(side => new SideBlock(side))];
        this.bus = bus;
        this.settings = settings;
        this.families = families;
        this.names = names;
        serial = settings.SerialNumber;
        scan = new(settings.Bases);
    }

    /// <summary>When the next request is due.</summary>
    public TimeSpan NextDue { get; private set; }

    /// <summary>What is wrong at present. Any thread.</summary>
    public SunSpecTrouble Trouble => trouble;

    /// <summary>Who answers; null until known. Any thread.</summary>
    public SunSpecIdentity? Identity { get; private set; }

    /// <summary>Model that is polled; 0 until known.</summary>
    public ushort Model => block is null ? (ushort)0 : place.Model;

    /// <summary>What is known of this maker's devices; null until identified.</summary>
    public DeviceQuirks? Quirks { get; private set; }

    /// <summary>The driver may write: found, identified and polled.</summary>
    public bool IsPolling => state == State.Polling;

    /// <summary>A further model, in the order of the constructor.</summary>
    public SideBlock Side(int index) => sides[index];

    /// <summary>What the last poll read; only after <see cref="Turn"/> returned true.</summary>
    public PollBlock Block => block!;

    /// <summary>Takes a turn on the bus; true when a block was read in this turn.</summary>
    public bool Turn(TimeSpan now)
    {
        if (now < NextDue) return false;
        switch (state)
        {
            case State.Scanning:
                Scan(now);
                return false;
            case State.Identifying:
                Identify(now);
                return false;
            default:
                return Poll(now);
        }
    }

    /// <summary>The driver's word on the block that <see cref="Turn"/> read.</summary>
    public void Judge(SunSpecTrouble found) => trouble = found;

    private void Scan(TimeSpan now)
    {
        for (var i = 0; i < RequestsPerTurn; i++)
        {
            var result = scan.Step(bus, settings.Unit);
            if (scan.End != ChainEnd.None)
            {
                Choose(now);
                return;
            }
            if (result.Status is ModbusStatus.Ok or ModbusStatus.Exception) continue;
            BackOff(now, SunSpecTrouble.NoAnswer);
            return;
        }
        NextDue = now;
    }

    /// <summary>A chain that broke off is used as far as it goes: real devices have such chains.</summary>
    private void Choose(TimeSpan now)
    {
        var found = scan;
        scan = new(settings.Bases);
        if (Pick(found.Models) is not { } picked)
        {
            BackOff(now, found.End switch
            {
                ChainEnd.NoAnswer or ChainEnd.Refused => SunSpecTrouble.NoAnswer,
                ChainEnd.NoMarker => SunSpecTrouble.NotSunSpec,
                _ => SunSpecTrouble.ModelMissing,
            });
            return;
        }
        place = picked;
        // Some devices put a second common model before each meter behind them: the nearest one before counts.
        commonPlace = null;
        foreach (var model in found.Models)
            if (model.Model == 1 && model.Address < place.Address) commonPlace = model;
        ofDevice = [.. OfDevice(found.Models)];
        block = null;
        state = State.Identifying;
        NextDue = now;
    }

    /// <summary>The models from the device's common model to the next one.</summary>
    private IEnumerable<SunSpecPlace> OfDevice(IReadOnlyList<SunSpecPlace> models)
    {
        var from = commonPlace?.Address ?? 0;
        var next = models.FirstOrDefault(model => model.Model == 1 && model.Address > from && commonPlace is not null);
        var until = next.Model == 1 ? next.Address : int.MaxValue;
        return models.Where(model => model.Address >= from && model.Address < until);
    }

    private SunSpecPlace? Pick(IReadOnlyList<SunSpecPlace> models)
    {
        foreach (var family in families)
        {
            var left = settings.Instance;
            foreach (var model in models)
                if (family.Contains(model.Model) && (settings.Model ?? model.Model) == model.Model && left-- == 0)
                    return model;
        }
        return null;
    }

    private void Identify(TimeSpan now)
    {
        var identity = new SunSpecIdentity("", "", "", "");
        if (commonPlace is { } at && at.Length + 2 >= CommonRegisters)
        {
            var result = bus.ReadHolding(settings.Unit, at.Address, common);
            if (!result.IsOk)
            {
                // An exception is an answer: the device is there, but what was found on it is not. Some pass, though.
                var isTransient = (Quirks ?? DeviceQuirks.Everyone).TransientExceptions.Contains(result.ExceptionCode);
                if (result.Status == ModbusStatus.Exception && !isTransient) state = State.Scanning;
                BackOff(now, SunSpecTrouble.NoAnswer);
                return;
            }
            if (common[0] != 1 || common[1] != at.Length)
            {
                ScanAgain(now, SunSpecTrouble.HeaderMoved);
                return;
            }
            identity = new(Text(Maker, Long), Text(ModelName, Long), Text(Version, Short), Text(Serial, Long));
        }
        if (serial is not null && serial != identity.SerialNumber)
        {
            ScanAgain(now, SunSpecTrouble.SerialChanged);
            return;
        }
        // A device that is still starting may show an empty serial number: that is not one to hold it to.
        if (identity.SerialNumber.Length > 0) serial = identity.SerialNumber;
        Identity = identity;
        Quirks = DeviceQuirks.Of(identity);
        var mayScaleVary = settings.MayScaleVary || Quirks.MayScaleVary;
        block = new(place, names, mayScaleVary, mustLearnTwice: scaleChanges > 0);
        foreach (var side in sides) side.Bind(ofDevice, mayScaleVary, now);
        state = State.Polling;
        NextDue = now;
    }

    private string Text(int offset, int size) => PointCodec.ToText(common.AsSpan(offset, size)) ?? "";

    private bool Poll(TimeSpan now)
    {
        var found = block!.Poll(bus, settings.Unit, out var result);
        switch (found)
        {
            case SunSpecTrouble.None:
                failures = scaleChanges = 0;
                KeepPace(now);
                ReadSide(now);
                return true;
            case SunSpecTrouble.NoAnswer:
                BackOff(now, found);
                if (failures >= FailuresUntilIdentified || result.Status == ModbusStatus.Disconnected)
                    state = State.Identifying;
                return false;
            case SunSpecTrouble.HeaderMoved:
                ScanAgain(now, found);
                return false;
            default:
                trouble = found;
                KeepPace(now);
                // A device that was restarted between two polls may have other scale factors for good.
                if (found == SunSpecTrouble.ScaleChanged && ++scaleChanges % ScaleChangesUntilIdentified == 0)
                    state = State.Identifying;
                return false;
        }
    }

    private void ReadSide(TimeSpan now)
    {
        SideBlock? first = null;
        foreach (var side in sides)
            if (side.DueAt <= now && (first is null || side.DueAt < first.DueAt)) first = side;
        if (first is null || first.Read(bus, settings.Unit, now)) return;
        foreach (var side in sides) side.Forget();
        state = State.Scanning;
    }

    private void ScanAgain(TimeSpan now, SunSpecTrouble found)
    {
        state = State.Scanning;
        BackOff(now, found);
    }

    /// <summary>Polls stay on their grid; when late by more than a period, a new grid begins.</summary>
    private void KeepPace(TimeSpan now)
    {
        var period = Quirks is { } quirks && quirks.LeastPeriod > settings.Period
            ? quirks.LeastPeriod : settings.Period;
        NextDue += period;
        if (NextDue <= now) NextDue = now + period;
    }

    private void BackOff(TimeSpan now, SunSpecTrouble found)
    {
        trouble = found;
        failures++;
        var delay = settings.Period * (1 << Math.Min(failures - 1, 8));
        NextDue = now + (delay < LongestBackOff ? delay : LongestBackOff);
    }
}
