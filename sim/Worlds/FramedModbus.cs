using ChargeScape.Edge.Hal;
using ChargeScape.Edge.Hal.Modbus;
using ChargeScape.Edge.Sim.Plant;

namespace ChargeScape.Edge.Sim.Worlds;

/// <summary>
/// A Modbus wire down to its bytes, for what only bytes can suffer: requests and answers are real frames, cut and
/// judged by the production decoders of both ends; what lies between is a queue in virtual time that delays them or
/// turns bits over. The few lines that are the master's own (deadline, give up, connect anew) are told again here,
/// because the real master waits on a socket.
/// </summary>
internal sealed class FramedModbus(IModbusDevice device, TimeSpan timeout, SplitMix64 chance)
{
    // As the real master does.
    private const int TimeoutsUntilReconnect = 3;
    private const int RegistersAt = 9;
    private readonly Queue<(byte[] Bytes, TimeSpan ArrivesAt)> underWay = [];
    private readonly MbapRequests server = new(device);
    private readonly MbapReplies replies = new();
    private readonly RtuOverdue overdue = new(TimeSpan.FromSeconds(5));
    private readonly byte[] request = new byte[Mbap.MaxFrame];
    private int timeouts;
    private uint answers;

    /// <summary>Where a request's PDU is put.</summary>
    public Span<byte> Pdu => request.AsSpan(Mbap.HeaderLength);

    /// <summary>One transaction; <paramref name="took"/> is its time on the wire.</summary>
    public ModbusResult Transact(
        WireTrouble trouble, byte unit, int pduLength, Span<ushort> into, TimeSpan now, TimeSpan usual,
        out TimeSpan took)
    {
        var pdu = Pdu[..pduLength];
        var transaction = replies.Begin(ModbusPdu.AnswerLength(pdu));
        var frame = request.AsSpan(0, Mbap.Put(request, transaction, unit, pduLength));
        frame.CopyTo(server.Free);
        server.Received(frame.Length);
        server.Serve(isSilent: false);
        var answer = server.Answers.ToArray();
        server.Sent();
        answers++;
        took = usual;
        if (trouble == WireTrouble.Garbled) return OverSerial(unit, pdu, answer, into);
        if (trouble == WireTrouble.Garbage && answers % 4 == 0 && answer.Length > RegistersAt + 1)
            answer[RegistersAt + Below(answer.Length - RegistersAt)] ^= (byte)(1 << Below(8));
        var delay = trouble == WireTrouble.Late ? 1.5 * timeout * chance.Unit() : usual;
        underWay.Enqueue((answer, now + delay));
        var result = Await(unit, pdu, into, now, ref took);
        timeouts = result.Status == ModbusStatus.Timeout ? timeouts + 1 : 0;
        if (result.Status == ModbusStatus.BadReply || timeouts >= TimeoutsUntilReconnect) Reconnect();
        return result;
    }

    private ModbusResult Await(byte unit, ReadOnlySpan<byte> pdu, Span<ushort> into, TimeSpan now, ref TimeSpan took)
    {
        while (true)
        {
            switch (replies.Next(out var frame))
            {
                case ReplyStep.Found:
                    return frame[0] == unit ? ModbusPdu.Check(pdu, frame[1..], into) : new(ModbusStatus.BadReply);
                case ReplyStep.Broken:
                    return new(ModbusStatus.BadReply);
                case ReplyStep.Late:
                    continue;
            }
            // In the order of sending, as a connection keeps it: what is late holds up what comes after it.
            if (!underWay.TryPeek(out var next) || next.ArrivesAt > now + timeout)
            {
                took = timeout;
                return new(ModbusStatus.Timeout);
            }
            underWay.Dequeue();
            next.Bytes.CopyTo(replies.Free);
            replies.Received(next.Bytes.Length);
            if (next.ArrivesAt > now + took) took = next.ArrivesAt - now;
        }
    }

    // The same answer as a serial line carries it: without header, with a CRC.
    private ModbusResult OverSerial(byte unit, ReadOnlySpan<byte> pdu, byte[] answer, Span<ushort> into)
    {
        var line = new RtuReplies(overdue);
        Span<byte> asked = [unit, .. pdu];
        line.Begin(asked);
        Span<byte> frame = new byte[Rtu.MaxFrame];
        var heard = answer.AsSpan(Mbap.PrefixLength);
        heard.CopyTo(frame);
        frame = frame[..Rtu.Seal(frame, heard.Length)];
        if (answers % 3 != 0) frame[Below(frame.Length)] ^= (byte)(1 << Below(8));
        frame.CopyTo(line.Free);
        line.Received(frame.Length);
        return line.Next(TimeSpan.Zero, out var found) switch
        {
            ReplyStep.Found => ModbusPdu.Check(pdu, found[1..], into),
            ReplyStep.NeedMore => new(ModbusStatus.Timeout),
            _ => new(ModbusStatus.BadReply),
        };
    }

    private int Below(int bound) => (int)(chance.Unit() * bound);

    /// <summary>A new connection: what was under way on the old one is lost.</summary>
    public void Reconnect()
    {
        underWay.Clear();
        replies.Reset();
        timeouts = 0;
    }
}
