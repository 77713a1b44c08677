namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// Strict Modbus RTU master. An answer counts only if unit, function, length, byte count, echo and CRC all fit. A
/// serial line has no transaction ids, so after a timeout a read whose answer could be mistaken for the late one is
/// preceded by a short read of another length: devices answer in order, and what comes before that answer is late. What
/// does not fit is thrown away with everything up to the next silence (<see cref="ModbusStatus.BadReply"/>). Unit 0 is
/// the broadcast: writes only, Ok without an answer. A call takes at most silence + 2 × (timeout + time on the wire).
/// It opens the line when first asked and again after it went away. One thread at a time; nothing is allocated per
/// request. Source: MODBUS over Serial Line Specification and Implementation Guide V1.02.
/// </summary>
public sealed class ModbusRtuMaster : IAdjustableModbus
{
    private readonly ModbusRtuOptions options;
    private readonly IRtuLine line;
    private readonly RtuOverdue overdue;
    private readonly RtuReplies replies;
    private readonly byte[] request = GC.AllocateArray<byte>(Rtu.MaxFrame, pinned: true);
    private readonly byte[] probe = GC.AllocateArray<byte>(Rtu.MaxFrame, pinned: true);
    private readonly byte[] scrap = GC.AllocateArray<byte>(Rtu.MaxFrame, pinned: true);
    private readonly TimeSpan silence;
    private readonly TimeSpan pause;
    private TimeSpan heardAt = TimeSpan.MinValue;
    private TimeSpan timeout;

    /// <summary>Makes a master; the first request opens the line.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ModbusRtuMaster(ModbusRtuOptions options) : this(options, new SerialRtuLine(options.Serial, options.Tap)) { }

    internal ModbusRtuMaster(ModbusRtuOptions options, IRtuLine line)
    {
        options.Require();
        this.options = options;
        this.line = line;
        timeout = options.Timeout;
        silence = options.FrameSilence;
        pause = options.LongestPause > silence ? options.LongestPause : silence;
        overdue = new(options.LateWithin);
        replies = new(overdue);
    }

    /// <inheritdoc/>
    public TimeSpan Timeout
    {
        get => timeout;
        set
        {
            ModbusRtuOptions.Within(value, 0.001, 60, nameof(Timeout));
            timeout = value;
        }
    }

    /// <summary>Answers that came after their request had timed out, wrapping.</summary>
    public uint LateReplies { get; private set; }

    /// <summary>Bytes that belonged to nothing, wrapping.</summary>
    public uint StrayBytes { get; private set; }

    /// <summary>Why the line could not be opened; null when it is open or was not asked for yet.</summary>
    public string? Trouble => (line as SerialRtuLine)?.Trouble;

    /// <summary>Opens the line now, for those who want to know why it cannot be had.</summary>
    /// <exception cref="Serial.SerialException">It cannot be had; the message begins with its path.</exception>
    public void Open() => (line as SerialRtuLine)?.Open();

    /// <inheritdoc/>
    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) =>
        Read(unit, ModbusPdu.ReadHolding, start, into);

    /// <inheritdoc/>
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) =>
        Read(unit, ModbusPdu.ReadInput, start, into);

    /// <inheritdoc/>
    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) =>
        Transact(unit, ModbusPdu.PutWriteSingle(request.AsSpan(1), address, value), default);

    /// <inheritdoc/>
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values) =>
        Transact(unit, ModbusPdu.PutWriteMultiple(request.AsSpan(1), start, values), default);

    /// <summary>Lets the line go.</summary>
    public void Dispose() => line.Dispose();

    private ModbusResult Read(byte unit, byte function, ushort start, Span<ushort> into)
    {
        if (unit == Rtu.Broadcast) throw new ArgumentOutOfRangeException(nameof(unit), "nobody answers a broadcast");
        var length = ModbusPdu.PutRead(request.AsSpan(1), function, start, into.Length);
        var answer = 1 + ModbusPdu.AnswerLength(request.AsSpan(1)) + Rtu.CrcLength;
        if (overdue.IsAmbiguous(unit, function, answer, line.Now) && !TryTellApart(unit, function, start))
            return new(line.IsLost ? ModbusStatus.Disconnected : ModbusStatus.Timeout);
        return Transact(unit, length, into);
    }

    /// <summary>A read of another length at the same place; its answer comes after every late one.</summary>
    private bool TryTellApart(byte unit, byte function, ushort start)
    {
        var count = overdue.TellingCount(unit, function, line.Now);
        Span<ushort> into = stackalloc ushort[count];
        var from = (ushort)Math.Min(start, ModbusPdu.AddressSpace - count);
        var length = ModbusPdu.PutRead(probe.AsSpan(1), function, from, count);
        return Transact(unit, probe, length, into).IsOk;
    }

    private ModbusResult Transact(byte unit, int pduLength, Span<ushort> into) =>
        Transact(unit, request, pduLength, into);

    private ModbusResult Transact(byte unit, byte[] frame, int pduLength, Span<ushort> into)
    {
        if (!line.TryOpen()) return new(ModbusStatus.Disconnected);
        if (!TryReachSilence()) return new(line.IsLost ? ModbusStatus.Disconnected : ModbusStatus.BadReply);
        frame[0] = unit;
        var length = Rtu.Seal(frame, 1 + pduLength);
        var asked = frame.AsSpan(0, 1 + pduLength);
        replies.Begin(asked);
        var answer = unit == Rtu.Broadcast ? 0 : 1 + ModbusPdu.AnswerLength(asked[1..]) + Rtu.CrcLength;
        var deadline = line.Now + timeout + options.Serial.Character * (length + answer);
        if (!line.TrySend(frame.AsSpan(0, length), deadline)) return Lost();
        heardAt = line.Now + options.Serial.Character * length;
        if (options.HearsItself && !TryHearItself(frame.AsSpan(0, length), deadline)) return Broken(deadline);
        if (unit == Rtu.Broadcast)
        {
            line.Rest(heardAt + options.BroadcastRest - line.Now);
            return ModbusResult.Ok;
        }
        return Await(asked, answer, into, deadline);
    }

    private ModbusResult Await(ReadOnlySpan<byte> asked, int answer, Span<ushort> into, TimeSpan deadline)
    {
        while (true)
        {
            switch (replies.Next(line.Now, out var frame))
            {
                case ReplyStep.Found:
                    return Judge(asked, answer, frame, into, deadline);
                case ReplyStep.Broken:
                    return Broken(deadline);
                case ReplyStep.Late:
                    LateReplies++;
                    continue;
            }
            var until = replies.IsPartial && line.Now + pause < deadline ? line.Now + pause : deadline;
            if (!line.Wait(until))
            {
                overdue.Add(asked[0], asked[1], answer, line.Now);
                return new(replies.IsPartial ? ModbusStatus.BadReply : ModbusStatus.Timeout);
            }
            var count = line.Receive(replies.Free);
            if (count == 0 && line.IsLost) return Lost();
            replies.Received(count);
            if (count > 0) heardAt = line.Now;
        }
    }

    private ModbusResult Judge(
        ReadOnlySpan<byte> asked, int answer, ReadOnlySpan<byte> frame, Span<ushort> into, TimeSpan deadline)
    {
        var isTelling = !overdue.IsAmbiguous(asked[0], asked[1], answer, line.Now);
        var result = ModbusPdu.Check(asked[1..], frame[1..], into);
        if (result.Status == ModbusStatus.BadReply) return Broken(deadline);
        // An exception looks the same whatever it refuses, so it proves nothing about what is still to come.
        if (result.IsOk && isTelling) overdue.Clear(asked[0]);
        return result;
    }

    /// <summary>Throws away what was heard until the line is silent for as long as ends a frame.</summary>
    private bool TryReachSilence()
    {
        var deadline = line.Now + timeout + silence;
        var until = heardAt == TimeSpan.MinValue ? line.Now : heardAt + silence;
        while (true)
        {
            var count = line.Receive(scrap);
            if (count > 0)
            {
                StrayBytes += (uint)count;
                heardAt = line.Now;
                until = heardAt + silence;
            }
            else if (line.IsLost) return Lost().IsOk;
            else if (line.Now >= until) return true;
            else line.Wait(until);
            // A line that never falls silent, whoever it is that talks.
            if (line.Now >= deadline) return false;
        }
    }

    private bool TryHearItself(ReadOnlySpan<byte> sent, TimeSpan deadline)
    {
        for (var at = 0; at < sent.Length;)
        {
            if (!line.Wait(deadline)) return false;
            var count = line.Receive(scrap.AsSpan(0, sent.Length - at));
            if (count == 0 && line.IsLost) return false;
            // Another byte than ours is a collision.
            if (!sent.Slice(at, count).SequenceEqual(scrap.AsSpan(0, count))) return false;
            at += count;
        }
        heardAt = line.Now;
        return true;
    }

    private ModbusResult Broken(TimeSpan deadline)
    {
        heardAt = line.Now;
        while (line.Now < deadline && line.Wait(line.Now + pause < deadline ? line.Now + pause : deadline))
        {
            var count = line.Receive(scrap);
            if (count == 0 && line.IsLost) return Lost();
            StrayBytes += (uint)count;
            heardAt = line.Now;
        }
        return new(ModbusStatus.BadReply);
    }

    private ModbusResult Lost()
    {
        line.Close();
        return new(ModbusStatus.Disconnected);
    }
}
