namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// Strict Modbus TCP master. An answer counts only if transaction id, protocol, length, unit, function, byte count and
/// echo all fit the request. An answer that comes after its request timed out is dropped by its transaction id and can
/// never be taken for the next one; anything else that does not fit closes the connection
/// (<see cref="ModbusStatus.BadReply"/>), because nothing after it can be trusted. It connects when first asked and
/// again when the connection was lost. A call takes at most gap + connect timeout + timeout. One thread at a time;
/// nothing is allocated per request. Source: MODBUS Messaging on TCP/IP Implementation Guide V1.0b. libmodbus and
/// NModbus accept a wrong unit id or a shifted reply, which is why this is neither of them.
/// </summary>
public sealed class ModbusTcpMaster : IAdjustableModbus
{
    // A peer that was power-cycled never closes its old connection: TCP alone would take minutes to find out.
    private const int TimeoutsBeforeReconnect = 3;

    private readonly ModbusTcpOptions options;
    private readonly Action<TimeSpan> rest;
    private readonly TcpLink link;
    private readonly MbapReplies replies = new();
    private readonly byte[] request = GC.AllocateArray<byte>(Mbap.MaxFrame, pinned: true);
    private TimeSpan idleSince = TimeSpan.MinValue;
    private int timeouts;

    /// <summary>Makes a master; the first request connects.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ModbusTcpMaster(ModbusTcpOptions options) : this(options, TimeProvider.System, Thread.Sleep) { }

    internal ModbusTcpMaster(ModbusTcpOptions options, TimeProvider clock, Action<TimeSpan> rest)
    {
        options.Require();
        this.options = options;
        this.rest = rest;
        link = new(options, clock);
    }

    /// <inheritdoc/>
    public TimeSpan Timeout
    {
        get => link.Timeout;
        set
        {
            ModbusTcpOptions.Within(value.TotalSeconds, 0.001, 60, nameof(Timeout));
            link.Timeout = value;
        }
    }

    /// <summary>A connection exists, as far as this end can tell.</summary>
    public bool IsConnected => link.IsOpen;

    /// <summary>Answers that came after their request had timed out, wrapping.</summary>
    public uint LateReplies { get; private set; }

    /// <inheritdoc/>
    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) =>
        Transact(unit, ModbusPdu.PutRead(Pdu, ModbusPdu.ReadHolding, start, into.Length), into);

    /// <inheritdoc/>
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) =>
        Transact(unit, ModbusPdu.PutRead(Pdu, ModbusPdu.ReadInput, start, into.Length), into);

    /// <inheritdoc/>
    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) =>
        Transact(unit, ModbusPdu.PutWriteSingle(Pdu, address, value), default);

    /// <inheritdoc/>
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) =>
        Transact(unit, ModbusPdu.PutWriteMultiple(Pdu, start, values), default);

    /// <summary>Closes the connection.</summary>
    public void Dispose() => link.Dispose();

    private Span<byte> Pdu => request.AsSpan(Mbap.HeaderLength);

    private ModbusResult Transact(byte unit, int pduLength, Span<ushort> into)
    {
        if (!link.TryOpen(out var isNew)) return new(ModbusStatus.Disconnected);
        if (isNew)
        {
            replies.Reset();
            timeouts = 0;
        }
        Rest();
        var deadline = link.Now + link.Timeout;
        var pdu = Pdu[..pduLength];
        var transaction = replies.Begin(ModbusPdu.AnswerLength(pdu));
        var length = Mbap.Put(request, transaction, unit, pduLength);
        var result = link.TrySend(request.AsSpan(0, length))
            ? Await(unit, pdu, into, deadline)
            : new(ModbusStatus.Disconnected);
        Remember(result.Status);
        return result;
    }

    private ModbusResult Await(byte unit, ReadOnlySpan<byte> pdu, Span<ushort> into, TimeSpan deadline)
    {
        var isFirst = true;
        while (true)
        {
            switch (replies.Next(out var frame))
            {
                case ReplyStep.Found:
                    return frame[0] == unit ? ModbusPdu.Check(pdu, frame[1..], into) : new(ModbusStatus.BadReply);
                case ReplyStep.Broken:
                    return new(ModbusStatus.BadReply);
                case ReplyStep.Late:
                    LateReplies++;
                    continue;
            }
            var read = link.Receive(replies.Free, deadline, isFirst, out var count);
            if (read != LinkRead.Some)
                return new(read == LinkRead.Timeout ? ModbusStatus.Timeout : ModbusStatus.Disconnected);
            replies.Received(count);
            isFirst = false;
        }
    }

    private void Remember(ModbusStatus status)
    {
        idleSince = link.Now;
        timeouts = status == ModbusStatus.Timeout ? timeouts + 1 : 0;
        if (status is ModbusStatus.Ok or ModbusStatus.Exception) link.Prove();
        else if (status == ModbusStatus.BadReply || timeouts >= TimeoutsBeforeReconnect) link.Close();
    }

    private void Rest()
    {
        if (options.MinimumGap == TimeSpan.Zero || idleSince == TimeSpan.MinValue) return;
        var left = idleSince + options.MinimumGap - link.Now;
        if (left > TimeSpan.Zero) rest(left);
    }
}
