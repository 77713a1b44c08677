using System.Buffers.Binary;
using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Host.Bench.Capture;

namespace ChargeScape.Edge.Host.Bench.Replay;

/// <summary>
/// A captured Modbus device that answers again: its registers change when they changed in the recording, counted from
/// the first request. What the recorded master had not asked yet shows the first value that it ever got. A write is
/// taken where the recording shows one taken. Holding and input registers are one space here.
/// </summary>
internal sealed class ReplayedModbus : IModbusDevice
{
    private const byte ReadHolding = 3, ReadInput = 4, WriteSingle = 6, WriteMultiple = 16, Refused = 0x80;
    private const byte IllegalAddress = 2;
    private static readonly TimeSpan longestDelay = TimeSpan.FromSeconds(10);

    private readonly IReadOnlyList<ModbusExchange> exchanges;
    private readonly double speed;
    private readonly Func<TimeSpan> clock;
    private readonly Action<TimeSpan> rest;
    private readonly Dictionary<(byte Unit, ushort Address), ushort> registers = [];
    private readonly HashSet<(byte Unit, ushort Address)> writable = [];
    private readonly Dictionary<(byte Unit, ushort Start, int Count), byte> refusals = [];
    private readonly TimeSpan delay;
    private TimeSpan? begunAt;
    private int next;

    /// <summary>Makes the device; its time begins with the first request.</summary>
    /// <param name="exchanges">The recording, in order of time.</param>
    /// <param name="speed">2 = twice as fast.</param>
    /// <param name="clock">Monotonic.</param>
    /// <param name="rest">Waits.</param>
    public ReplayedModbus(
        IReadOnlyList<ModbusExchange> exchanges, double speed, Func<TimeSpan> clock, Action<TimeSpan> rest)
    {
        (this.exchanges, this.speed, this.clock, this.rest) = (exchanges, speed, clock, rest);
        for (var i = exchanges.Count - 1; i >= 0; i--) Show(exchanges[i]);
        foreach (var exchange in exchanges) NoteWritable(exchange);
        refusals.Clear();
        var took = exchanges.Select(exchange => exchange.Took).Order().ToList();
        delay = took.Count == 0 ? TimeSpan.Zero : took[took.Count / 2] / speed;
        if (delay > longestDelay) delay = longestDelay;
    }

    /// <summary>Time of the recording that is shown now.</summary>
    public TimeSpan At => begunAt is { } begun ? (clock() - begun) * speed : TimeSpan.Zero;

    /// <summary>Length of the recording.</summary>
    public TimeSpan Length => exchanges.Count == 0 ? TimeSpan.Zero : exchanges[^1].At;

    /// <summary>Requests answered.</summary>
    public long Requests { get; private set; }

    /// <summary>Requests for what the recording does not hold.</summary>
    public long Unknown { get; private set; }

    /// <inheritdoc/>
    public byte Read(byte unit, ushort start, Span<ushort> into)
    {
        Advance();
        if (refusals.TryGetValue((unit, start, into.Length), out var code)) return code;
        for (var i = 0; i < into.Length; i++)
            if (!registers.TryGetValue((unit, (ushort)(start + i)), out into[i])) return NotRecorded();
        return 0;
    }

    /// <inheritdoc/>
    public byte Write(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        Advance();
        for (var i = 0; i < values.Length; i++)
            if (!writable.Contains((unit, (ushort)(start + i)))) return NotRecorded();
        for (var i = 0; i < values.Length; i++) registers[(unit, (ushort)(start + i))] = values[i];
        return 0;
    }

    private byte NotRecorded()
    {
        Unknown++;
        return IllegalAddress;
    }

    private void Advance()
    {
        begunAt ??= clock();
        Requests++;
        if (delay > TimeSpan.Zero) rest(delay);
        // The first exchange need not be at 0: a recording often begins before its first request.
        var now = At + (exchanges.Count > 0 ? exchanges[0].At : TimeSpan.Zero);
        for (; next < exchanges.Count && exchanges[next].At <= now; next++) Show(exchanges[next]);
    }

    private void Show(ModbusExchange exchange)
    {
        var (request, answer) = (exchange.Request, exchange.Answer);
        if (request.Length < 5) return;
        var start = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(1));
        var count = BinaryPrimitives.ReadUInt16BigEndian(request.AsSpan(3));
        if (request[0] is ReadHolding or ReadInput)
        {
            var key = (exchange.Unit, start, (int)count);
            if ((answer[0] & Refused) != 0) refusals[key] = answer[1];
            else if (answer.Length >= 2 + 2 * count)
            {
                refusals.Remove(key);
                Put(exchange.Unit, start, answer.AsSpan(2, 2 * count));
            }
        }
        else if (answer[0] == WriteSingle) Put(exchange.Unit, start, request.AsSpan(3, 2));
        else if (answer[0] == WriteMultiple && request.Length >= 6 + 2 * count)
            Put(exchange.Unit, start, request.AsSpan(6, 2 * count));
    }

    private void Put(byte unit, ushort start, ReadOnlySpan<byte> values)
    {
        for (var i = 0; i < values.Length / 2; i++)
            registers[(unit, (ushort)(start + i))] = BinaryPrimitives.ReadUInt16BigEndian(values[(2 * i)..]);
    }

    private void NoteWritable(ModbusExchange exchange)
    {
        if (exchange.Answer[0] is not (WriteSingle or WriteMultiple) || exchange.Request.Length < 5) return;
        var start = BinaryPrimitives.ReadUInt16BigEndian(exchange.Request.AsSpan(1));
        var count = exchange.Answer[0] == WriteSingle
            ? 1 : BinaryPrimitives.ReadUInt16BigEndian(exchange.Request.AsSpan(3));
        for (var i = 0; i < count; i++) writable.Add((exchange.Unit, (ushort)(start + i)));
    }
}
