namespace ChargeScape.Edge.Hal.Devices.ModbusMap;

/// <summary>
/// Reads the blocks of a map in rounds and keeps their registers: at most <see cref="RequestsPerTurn"/> requests a
/// turn, one where the device wants a gap; after trouble the round begins anew with back-off. Allocates nothing after
/// it was made. One thread.
/// </summary>
internal sealed class MapPoll
{
    private const int RequestsPerTurn = 4;
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private readonly DeviceMap map;
    private readonly MapSettings settings;
    private readonly ushort[][] registers;
    private readonly bool[] isRead;
    private readonly int shift;
    private int next;
    private uint round;
    private int failures;
    private TimeSpan dueAt;
    private volatile MapTrouble trouble = MapTrouble.Starting;

    public MapPoll(DeviceMap map, MapSettings settings)
    {
        this.map = map;
        this.settings = settings;
        shift = map.Shift(settings.Position);
        registers = [.. map.Blocks.Select(block => new ushort[block.Count])];
        isRead = new bool[registers.Length];
    }

    /// <summary>When the next request is due.</summary>
    public TimeSpan NextDue => dueAt;

    /// <summary>When the first request of the round that ended left.</summary>
    public TimeSpan TakenAt { get; private set; }

    /// <summary>What is wrong at present. Any thread.</summary>
    public MapTrouble Trouble => trouble;

    /// <summary>The driver's word on a round.</summary>
    public void Judge(MapTrouble found) => trouble = found;

    /// <summary>Takes a turn; true when a round is complete.</summary>
    /// <param name="wire">The wire, which keeps the gap.</param>
    /// <param name="now">Monotonic time.</param>
    /// <param name="seen">Told of every holding block that was read.</param>
    public bool Turn(PacedModbus wire, TimeSpan now, Action<ushort, ushort[], TimeSpan>? seen)
    {
        if (now < dueAt) return false;
        if (next == 0) TakenAt = now;
        for (var left = RequestsPerTurn; left > 0; left--)
        {
            SkipWhatIsNotDue();
            if (next == map.Blocks.Count) break;
            if (wire.FreeAt > now)
            {
                dueAt = wire.FreeAt;
                return false;
            }
            var block = map.Blocks[next];
            var into = registers[next];
            var result = block.Table == RegisterTable.Holding
                ? wire.ReadHolding(settings.Unit, block.At(shift), into)
                : wire.ReadInput(settings.Unit, block.At(shift), into);
            if (!result.IsOk)
            {
                Fail(now, result.Status == ModbusStatus.Exception ? MapTrouble.Refused : MapTrouble.NoAnswer);
                return false;
            }
            isRead[next] = true;
            if (block.Table == RegisterTable.Holding) seen?.Invoke(block.At(shift), into, now);
            next++;
        }
        SkipWhatIsNotDue();
        if (next < map.Blocks.Count)
        {
            dueAt = now;
            return false;
        }
        (next, failures) = (0, 0);
        round++;
        // On the grid; when late by more than a period, a new one begins.
        dueAt = TakenAt + settings.Period > now ? TakenAt + settings.Period : now + settings.Period;
        return true;
    }

    /// <summary>
    /// A field's value after a round; null when the device has none, it cannot be true, or is only assumed.
    /// </summary>
    public double? Value(MapField? field)
    {
        if (field is null) return null;
        if (field.Sure == Sureness.Assumed && !settings.AcceptsAssumed) return null;
        var value = field.Decode(registers[field.Block], (ushort)map.Blocks[field.Block].Start);
        if (settings.Sign == 0 || !field.HasDirection || value is not { } found) return value;
        // The site file's word stands for the map's.
        return (settings.Sign > 0) == field.IsReversed ? -found + 0.0 : found;
    }

    /// <summary>Every register by which the device is known holds what it must.</summary>
    public bool IsTheDevice()
    {
        for (var i = 0; i < map.Fields.Count; i++)
        {
            var field = map.Fields[i];
            if (field.OneOf.Count == 0) continue;
            var value = field.Decode(registers[field.Block], (ushort)map.Blocks[field.Block].Start);
            if (value is not { } found || !field.OneOf.Contains(found)) return false;
        }
        return true;
    }

    private void SkipWhatIsNotDue()
    {
        while (next < map.Blocks.Count && isRead[next] && round % (uint)map.Blocks[next].Every != 0) next++;
    }

    private void Fail(TimeSpan now, MapTrouble found)
    {
        trouble = found;
        next = 0;
        failures++;
        var pause = settings.Period * (1 << Math.Min(failures - 1, 8));
        dueAt = now + (pause < LongestBackOff ? pause : LongestBackOff);
        // What was read before an outage says nothing of after it.
        if (failures >= 3) Array.Clear(isRead);
    }
}
