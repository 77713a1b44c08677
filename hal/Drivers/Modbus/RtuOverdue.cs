namespace ChargeScape.Edge.Hal.Modbus;

/// <summary>
/// Answers that were given up but may still come. A serial line has no transaction id: an answer that comes late looks
/// like the next one if it has the same unit, function and length. So each timeout is remembered for a while, and the
/// master asks something else in between when it could not tell (<see cref="IsAmbiguous"/>).
/// </summary>
internal sealed class RtuOverdue(TimeSpan remembered)
{
    private const int Slots = 8;

    private readonly (byte Unit, byte Function, int Length, TimeSpan Until)[] slots =
        new (byte, byte, int, TimeSpan)[Slots];
    private int next;

    /// <summary>A request timed out; the oldest one is forgotten when there are too many.</summary>
    public void Add(byte unit, byte function, int length, TimeSpan now)
    {
        for (var i = 0; i < Slots; i++)
        {
            ref var slot = ref slots[i];
            if (slot.Unit != unit || slot.Function != function || slot.Length != length) continue;
            slot.Until = now + remembered;
            return;
        }
        slots[next] = (unit, function, length, now + remembered);
        next = (next + 1) % Slots;
    }

    /// <summary>The unit has answered something that came after all of them.</summary>
    public void Clear(byte unit)
    {
        foreach (ref var slot in slots.AsSpan())
            if (slot.Unit == unit) slot = default;
    }

    /// <summary>A frame of this kind is still awaited; an exception stands for any length.</summary>
    public bool Explains(byte unit, byte function, int length, TimeSpan now)
    {
        var isException = function >= ModbusPdu.ExceptionBit;
        foreach (ref readonly var slot in slots.AsSpan())
        {
            if (slot.Until <= now || slot.Unit != unit) continue;
            if (isException ? (slot.Function | ModbusPdu.ExceptionBit) == function
                : slot.Function == function && slot.Length == length) return true;
        }
        return false;
    }

    /// <summary>
    /// An answer to this read could be mistaken. Writes never: their answer repeats what was written where.
    /// </summary>
    public bool IsAmbiguous(byte unit, byte function, int length, TimeSpan now) =>
        function is ModbusPdu.ReadHolding or ModbusPdu.ReadInput && Explains(unit, function, length, now);

    /// <summary>How many registers to ask for so that the answer is like none that is awaited.</summary>
    public int TellingCount(byte unit, byte function, TimeSpan now)
    {
        var count = 1;
        while (count < Slots && Explains(unit, function, 3 + 2 * count + Rtu.CrcLength, now)) count++;
        return count;
    }
}
