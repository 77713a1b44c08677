using ChargeScape.Edge.Hal.Posix;

namespace ChargeScape.Edge.Hal.Gpio.Kernel;

/// <summary>A line that the kernel granted, or will grant again.</summary>
internal sealed unsafe class ClaimedLine(ChipLine setting, bool isOutput)
{
    private const int EventsPerRead = 16, MostReads = 4;
    private const int SetStatusFlags = 4, Nonblock = 0x800;

    public ChipLine Setting { get; } = setting;

    public bool IsOutput { get; set; } = isOutput;

    public bool HasEdges { get; private set; }

    public SafeDescriptor? Handle { get; private set; }

    public bool IsHeld => Handle is not null;

    public void Hold(SafeDescriptor handle, bool hasEdges)
    {
        (Handle, HasEdges) = (handle, hasEdges);
        Libc.ControlFile(handle, SetStatusFlags, Nonblock);
    }

    public void Release()
    {
        Handle?.Dispose();
        Handle = null;
    }

    public bool TryRead(out bool isActive)
    {
        Span<byte> values = stackalloc byte[LineWire.ValuesBytes];
        LineWire.WriteValue(isActive: false, values);
        fixed (byte* first = values)
        {
            var isTold = Libc.Control(Handle!, LineWire.GetValues, first) == 0;
            isActive = isTold && LineWire.ReadValue(values);
            return isTold;
        }
    }

    public bool TryWrite(bool isActive)
    {
        Span<byte> values = stackalloc byte[LineWire.ValuesBytes];
        LineWire.WriteValue(isActive, values);
        fixed (byte* first = values)
        {
            return Libc.Control(Handle!, LineWire.SetValues, first) == 0;
        }
    }

    /// <summary>
    /// Takes in the edges so far; false when the line is gone. Their content is not needed: the level is asked for. A
    /// line that chatters is left readable after a bounded number of them.
    /// </summary>
    public bool Drain()
    {
        if (!HasEdges) return true;
        var events = stackalloc byte[EventsPerRead * LineWire.EventBytes];
        for (var i = 0; i < MostReads; i++)
        {
            var count = Libc.Read(Handle!, events, EventsPerRead * LineWire.EventBytes);
            if (count < 0) return Libc.LastError is Libc.Eagain or Libc.Eintr;
            if (count < EventsPerRead * LineWire.EventBytes) return true;
        }
        return true;
    }
}
